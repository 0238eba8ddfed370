//! What an order asks for, and for whom. Source: HL7 2.5.1, chapters 4.5.1 (ORC), 4.5.3 (OBR), 4.5.4 (TQ1), 2.15.10 (NTE), 6.5.2 (DG1).

use super::{
    super::{document, person, segment::Segment, value},
    consent, contact,
    group::{Group, Patient},
    hpo, observation,
    question::Question,
    specimen, test_code, timing,
};
use crate::{
    incoming_order::{Code, Faults, OrderDetails, Person, ReasonForTesting},
    wording,
};
use jiff::civil::Date;

/// What an order states, or what is wrong with whom it is for.
pub(super) fn read(group: &Group, patient: &Patient, subject: &Person, sent_on: Option<Date>) -> Result<OrderDetails, Faults> {
    let mut details = OrderDetails { people: vec![subject.clone()], is_partial: true, ..OrderDetails::default() };
    let segments: Vec<&Segment> = patient.about.iter().chain(&group.rest).copied().collect();
    let requested = group.obr.map(|obr| test_code::requested(obr, 4)).unwrap_or_default();
    details.tests.extend(requested);
    read_header(group, &segments, &mut details);
    let beside = observation::Groups::read(&segments);
    let mut rest = segments.as_slice();
    while let [segment, after @ ..] = rest {
        // A document that was cut into several observations is one.
        let parts = document::parts(segment, after);
        match segment.name.as_str() {
            "NTE" => details.notes.extend(note(segment)),
            "DG1" => diagnosis(segment, &mut details),
            "CON" => consent::read(segment, &mut details),
            "OBX" => observation::read((*segment, &after[..parts]), &beside.beside(segment), sent_on, &mut details),
            _ => {}
        }
        rest = &after[parts..];
    }
    details.tests = test_code::sorted(details.tests);
    if let Some(fault) = test_code::several(&named_tests(group, &segments)) {
        return Err(vec![fault]);
    }
    details.checks.extend(timing::later(group, &segments, sent_on));
    specimen::read(&segments, group.obr, &mut details);
    settle_reason(&mut details);
    add_relatives(patient, group, &segments, &mut details)?;
    Ok(details)
}

/// Codes of the tests that an order names, in its request and in the answers of its form, each with its place. What is said of the
/// patient before all orders may be of another, where the request names its test.
fn named_tests(group: &Group, segments: &[&Segment]) -> Vec<(Code, String)> {
    let requested = group.obr.map(|obr| test_code::requested(obr, 4)).unwrap_or_default();
    let forms = if test_code::is_of_directory(&requested) { group.rest.as_slice() } else { segments };
    let place = group.obr.map_or_else(String::new, |obr| obr.place_of_field(4));
    let mut named: Vec<(Code, String)> = requested.into_iter().map(|code| (code, place.clone())).collect();
    for obx in forms.iter().filter(|segment| observation::names_test(segment)) {
        named.extend(test_code::answered(obx).into_iter().map(|code| (code, obx.place_of_field(5))));
    }
    named
}

/// Who asks, how soon, and why.
fn read_header(group: &Group, segments: &[&Segment], details: &mut OrderDetails) {
    let timings = segments.iter().filter(|s| s.name == "TQ1").map(|tq1| tq1.get(9, 1));
    let priority = |segment: Option<&Segment>, field, component| segment.map_or_else(String::new, |s| s.get(field, component));
    let priorities = [priority(group.orc, 7, 6), priority(group.obr, 27, 6), priority(group.obr, 5, 1)];
    let priorities: Vec<String> = priorities.into_iter().chain(timings).filter(|code| !code.is_empty()).collect();
    details.urgent = (!priorities.is_empty()).then(|| priorities.iter().any(|code| is_urgent(code)));
    if let Some(orc) = group.orc {
        details.requester = name(orc, 12);
        details.organisation = organisation(orc);
    }
    if details.requester.is_empty() {
        details.requester = group.obr.map_or_else(String::new, |obr| name(obr, 16));
    }
    details.diagnosis = group.obr.map_or_else(String::new, |obr| value::name_or_text(obr, 31));
    clinical_texts(group, details);
}

/// Priority. Source: HL7 table 0485: stat, as soon as possible, timing critical.
fn is_urgent(code: &str) -> bool {
    ["S", "A", "T", "U", "STAT", "ASAP", "URGENT", "URG"].contains(&code.to_uppercase().as_str())
}

/// Fields that hold reasons and clinical information, each whole, with what they are.
fn clinical_texts(group: &Group, details: &mut OrderDetails) {
    let texts = [
        (group.orc, 16, "Reason for the order"),
        (group.obr, 31, "Reason for the study"),
        (group.obr, 13, "Clinical information"),
        (group.obr, 12, "Danger"),
        (group.obr, 39, "Comment of the collector"),
    ];
    for (segment, field, label) in texts {
        let Some(segment) = segment else { continue };
        let text = if field == 13 { segment.whole(field) } else { value::name_or_text(segment, field) };
        if !text.is_empty() && text != "\"\"" {
            details.notes.push(format!("{label}: {text}"));
        }
        if field != 13 {
            for code in segment.repeats(field).filter_map(hpo::term) {
                details.add_feature(code, false, &segment.place_of_field(field));
            }
        }
    }
}

/// A note, not cut; what unescaped separators moved into the next fields is put back, unless it is a type of notes (NTE-4).
fn note(nte: &Segment) -> Option<String> {
    let kind = nte.field(4);
    // NTE-5 names who wrote it, with a code; a text there is the rest of the note.
    let ends = nte.field(5).is_empty() || nte.field(5).is_coded();
    let code = kind.whole();
    let is_code = code.is_empty() || (code.len() <= 4 && is_type_of_notes(&code));
    let is_type = kind.is_coded() || (ends && is_code);
    let text = if is_type { nte.whole(3) } else { nte.whole_to_end(3) };
    (!text.is_empty()).then_some(text)
}

/// A type of notes is capitals, and digits beside them (HL7 table 0364: `RE`, `1R`; Epic: `OC`).
fn is_type_of_notes(code: &str) -> bool {
    code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) && code.contains(|c: char| c.is_ascii_uppercase())
}

/// A diagnosis: a feature of the patient by its code, and the diagnosis of the order if that has none.
fn diagnosis(dg1: &Segment, details: &mut OrderDetails) {
    let value = dg1.first(3);
    let (name, described) = (value::name(value), dg1.whole(4));
    let text = [&name, &described].into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default();
    let place = dg1.place_of_field(3);
    // Source: HL7 2.5.1, DG1-21, table 0206 (segment action code).
    if dg1.get(21, 1).eq_ignore_ascii_case("D") {
        return details.not_used.push(format!("{}: {text} is marked as deleted and was not used", dg1.place_of_field(21)));
    }
    let is_uncertain = [&name, &described].into_iter().any(|text| wording::is_uncertain(text, &name));
    match hpo::term(value) {
        Some(term) if is_uncertain => {
            observation::unclear(details, &term, &place);
            details.notes.push(format!("Diagnosis: {}", if described.is_empty() { &text } else { &described }));
        }
        Some(term) => details.add_feature(term, false, &place),
        None => details.add_feature(Code::new(&value.component(3), &value.component(1), &text), false, &place),
    }
    if value.component(1).is_empty() && !text.is_empty() {
        details.notes.push(format!("Diagnosis: {text}"));
    }
    if details.diagnosis.is_empty() {
        details.diagnosis = text;
    }
}

/// A fetus of a prenatal referral; a tumour where the test or the specimen says so and the order says nothing else.
fn settle_reason(details: &mut OrderDetails) {
    if details.reason == ReasonForTesting::Prenatal {
        if let Some(proband) = details.people.first_mut() {
            proband.is_fetus = true;
        }
        details.fetus.get_or_insert((1, 1));
    }
    let says_tumour = |text: &str| ["tumour", "tumor", "ffpe", "paraffin"].iter().any(|word| text.to_lowercase().contains(word));
    let specimen_is_tumour = || details.specimens.iter().any(|specimen| says_tumour(&specimen.material));
    let is_cancer = test_code::is_cancer(&details.tests).unwrap_or_else(specimen_is_tumour);
    if details.reason == ReasonForTesting::Diagnostic && is_cancer {
        details.reason = ReasonForTesting::Tumour;
    }
}

fn add_relatives(patient: &Patient, group: &Group, segments: &[&Segment], details: &mut OrderDetails) -> Result<(), Faults> {
    let (relatives, notes) = contact::read(&patient.contacts, asks_for_relatives(group, segments, details.reason));
    details.not_used.extend(notes);
    let mut faults = Faults::new();
    for relative in relatives {
        details.not_used.extend(relative.notes);
        faults.extend(relative.faults);
        details.people.push(relative.person);
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// Whether an order asks for relatives beside the patient; see [`contact`].
fn asks_for_relatives(group: &Group, segments: &[&Segment], reason: ReasonForTesting) -> bool {
    let says_family = |text: &str| {
        let lower = text.to_lowercase();
        let mut parts = lower.split(|c: char| !c.is_alphanumeric());
        parts.any(|part| ["duo", "trio", "quad", "trios", "duos"].contains(&part)) && !lower.contains("not ")
    };
    let answers = segments.iter().filter(|s| s.name == "OBX" && Question::read(s) == Question::FamilyStructure);
    let test_name = group.obr.map_or_else(String::new, |obr| obr.whole(4));
    reason == ReasonForTesting::Prenatal || says_family(&test_name) || answers.into_iter().any(|obx| says_family(&value::text(obx)))
}

/// `id^family^given^further^suffix^prefix`, or a family name alone.
fn name(segment: &Segment, field: usize) -> String {
    let [family, given_name, further, prefix] = [2, 3, 4, 6].map(|component| segment.get(field, component));
    let parts = [prefix.as_str(), given_name.as_str(), further.as_str(), family.trim_end_matches(',')];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ")
}

/// ODS code of the ordering facility: in its component for the identifier, or for the organisation of old.
pub(super) fn organisation(orc: &Segment) -> Option<String> {
    [3, 10, 6].into_iter().map(|component| orc.get(21, component)).find(|code| !code.is_empty())
}

/// The day of a message (MSH-7).
pub(super) fn sent_on(message: &super::super::Message) -> Option<Date> {
    person::day(&message.header(7, 1)).parse().ok()
}
