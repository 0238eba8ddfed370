//! Specimens: `SPM` with the containers after it, and OBR-15 of older orders. Source: HL7 2.5.1, chapters 7.4.3 (SPM), 13.4.3 (SAC),
//! 4.5.3.15 (OBR-15); tables 0070 and 0487 (kinds), 0369 (roles).

use super::super::segment::{Segment, Value};
use crate::incoming_order::{OrderDetails, SentSpecimen};

/// Kinds of specimens that are sent as codes without a name.
const KINDS: [(&str, &str); 15] = [
    ("AMN", "Amniotic fluid"),
    ("BLD", "Whole blood"),
    ("BLDC", "Capillary blood"),
    ("BLDCO", "Cord blood"),
    ("BLDV", "Venous blood"),
    ("BON", "Bone"),
    ("CSF", "Cerebrospinal fluid"),
    ("FIB", "Fibroblasts"),
    ("HAR", "Hair"),
    ("MAR", "Bone marrow"),
    ("PLC", "Placenta"),
    ("SAL", "Saliva"),
    ("SKN", "Skin"),
    ("TISS", "Tissue"),
    ("UR", "Urine"),
];

/// Roles of specimens that are not the patient's: blind, calibrator, control, proficiency.
const NOT_OF_PATIENT: [&str; 8] = ["B", "C", "E", "F", "O", "Q", "V", "CONTROL"];

/// Reads the specimens of an order from its segments.
pub(super) fn read(segments: &[&Segment], obr: Option<&Segment>, details: &mut OrderDetails) {
    let mut read_any = false;
    for segment in segments {
        match segment.name.as_str() {
            "SPM" if is_of_patient(segment, details) => {
                details.specimens.push(specimen(segment, site(segment)));
                let pooled = pooled(segment);
                details
                    .notes
                    .extend(pooled.iter().map(|_| "The specimen is a pool or a group: whose its parts are is not said".to_owned()));
                details.not_used.extend(pooled);
                details.notes.extend(labelled("Specimen", &segment.whole(14)));
                details.notes.extend(labelled("Risk of the specimen", &all_texts(segment, 16)));
                read_any = true;
            }
            "SAC" => {
                let labels = [2, 3, 4].map(|field| segment.get(field, 1));
                if let Some(last) = details.specimens.last_mut().filter(|_| read_any) {
                    for label in labels {
                        push_label(&mut last.labels, label);
                    }
                }
            }
            _ => {}
        }
    }
    if let Some(obr) = obr.filter(|_| !read_any) {
        details.specimens.extend(source(obr));
    }
}

fn is_of_patient(spm: &Segment, details: &mut OrderDetails) -> bool {
    let role = role_of_nobody(spm);
    if let Some(role) = &role {
        details.not_used.push(format!("{}: '{role}' is no specimen of the patient, which is not expected", spm.place_of_field(11)));
    }
    role.is_none()
}

/// The role of a specimen (SPM-11) that is nobody's, such as a control.
pub(in crate::hl7) fn role_of_nobody(spm: &Segment) -> Option<String> {
    let role = spm.get(11, 1);
    NOT_OF_PATIENT.contains(&role.to_uppercase().as_str()).then_some(role)
}

/// Roles of specimens that are made of several: a group, a pool.
const POOLED: [&str; 2] = ["G", "L"];

/// What a reader has to know of a specimen that is made of several: they may be of more than one person.
pub(in crate::hl7) fn pooled(spm: &Segment) -> Option<String> {
    let role = spm.get(11, 1);
    let message = "is a pool or a group of specimens: whose its parts are is not said, so look at it before a result of it counts";
    POOLED.contains(&role.to_uppercase().as_str()).then(|| format!("{}: '{role}' {message}", spm.place_of_field(11)))
}

fn specimen(spm: &Segment, site: String) -> SentSpecimen {
    let material = [kind(spm.first(4)), site].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let mut labels = Vec::new();
    for value in spm.repeats(2).chain(spm.repeats(30)).chain(spm.repeats(31)) {
        // An identifier of the placer, and one of the filler.
        push_label(&mut labels, value.component(1));
        push_label(&mut labels, value.component(2));
    }
    SentSpecimen { material, labels, collected: spm.get(17, 1) }
}

/// The body site, where it says more than the kind.
fn site(spm: &Segment) -> String {
    let site = kind(spm.first(8));
    let known = kind(spm.first(4)).to_lowercase();
    if known.contains(&site.to_lowercase()) { String::new() } else { site }
}

/// OBR-15: what it is, or a text; taken at OBR-7.
fn source(obr: &Segment) -> Option<SentSpecimen> {
    let value = obr.first(15);
    let coded = [value.part(1, 2), value.part(1, 1), value.component(3)].into_iter().find(|text| !text.is_empty())?;
    let site = [value.part(4, 2), value.part(4, 1)].into_iter().find(|text| !text.is_empty());
    let material = [Some(named(&coded)), site].into_iter().flatten().collect::<Vec<_>>().join(", ");
    Some(SentSpecimen { material, labels: vec![], collected: obr.get(7, 1) })
}

/// A coded kind in words: its name, else its code's, else the text.
fn kind(value: Value) -> String {
    let parts = [2, 5, 9, 1].map(|component| value.whole_component(component));
    named(&parts.into_iter().find(|text| !text.is_empty()).unwrap_or_default())
}

fn named(code: &str) -> String {
    KINDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)).map_or_else(|| code.to_owned(), |(_, name)| (*name).to_owned())
}

fn push_label(labels: &mut Vec<String>, label: String) {
    if !label.is_empty() && !labels.contains(&label) {
        labels.push(label);
    }
}

fn all_texts(segment: &Segment, field: usize) -> String {
    segment.repeats(field).map(kind).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

fn labelled(label: &str, text: &str) -> Option<String> {
    (!text.is_empty()).then(|| format!("{label}: {text}"))
}
