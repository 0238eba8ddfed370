//! The genomic record as a FHIR document: a Composition with what it is made of. Source: NHS England Genomics FHIR, unified record.

use super::{
    datatype::{CodeableConcept, Identifier, Reference},
    patient::patient,
    resource::{Bundle, BundleType, Composition, Entry, Narrative, Observation, Resource, Section, ServiceRequest},
};
use crate::codes::{Concept, loinc, report::ReportStatus, snomed, system};
use care::{PatientId, people::patient::Demographics};
use jiff::Timestamp;

/// What a record says.
pub struct RecordContext<'a> {
    /// Whose it is.
    pub patient: PatientId,
    /// Who.
    pub who: &'a Demographics,
    /// ODS code of who gives it out.
    pub organisation: &'a str,
    /// When it is written.
    pub written: Timestamp,
    /// Requests.
    pub requests: Vec<ServiceRequest>,
    /// Reports with their observations.
    pub results: Vec<Resource>,
    /// Features.
    pub features: Vec<Observation>,
    /// Results of other laboratories, a line each.
    pub outside: Vec<String>,
}

/// A feature as Observation.
pub fn feature(place: usize, patient: PatientId, code: &str, name: &str, absent: bool) -> Observation {
    Observation {
        id: format!("{}.f{place}", patient.0.simple()),
        meta: None,
        based_on: vec![],
        status: ReportStatus::Final,
        category: vec![CodeableConcept::coded(system::OBSERVATION_CATEGORY, "exam", "")],
        code: CodeableConcept::coded(system::HPO, code, name),
        subject: Reference::to(format!("Patient/{patient}")),
        effective_date_time: String::new(),
        performer: vec![],
        value_codeable_concept: Some(if absent { loinc::ABSENT } else { loinc::PRESENT }.into()),
        method: None,
        note: vec![],
        derived_from: vec![],
        component: vec![],
    }
}

/// The document.
pub fn document(context: RecordContext) -> Bundle {
    let composition = composition(&context);
    let requests = context.requests.into_iter().map(Resource::from);
    let features = context.features.into_iter().map(Resource::from);
    let pages = [composition.into(), patient(context.patient, context.who).into()];
    let entry = |resource: Resource| Entry::new(format!("https://opengms.example/fhir/{}", resource.address()), resource);
    let entries = pages.into_iter().chain(requests).chain(context.results).chain(features).map(entry).collect();
    Bundle {
        identifier: Some(Identifier::new(system::RECORD, format!("{}/{}", context.patient, context.written))),
        timestamp: context.written.to_string(),
        ..Bundle::new(BundleType::Document, entries)
    }
}

fn composition(context: &RecordContext) -> Composition {
    let subject = Reference::to(format!("Patient/{}", context.patient));
    let requests = context.requests.iter().map(|r| Reference::to(format!("ServiceRequest/{}", r.id))).collect();
    let is_report = |resource: &&Resource| matches!(resource, Resource::DiagnosticReport(_));
    let reports = context.results.iter().filter(is_report).map(|r| Reference::to(r.address())).collect();
    let features = context.features.iter().map(|o| Reference::to(format!("Observation/{}", o.id))).collect();
    let sections = [
        section("Patient demographics", "patient-demographics", vec![subject.clone()]),
        section("Investigations and procedures requested", "investigations-and-procedures-requested", requests),
        section("Investigation results", "investigation-results", reports),
        section("Examination findings", "examination-findings", features),
        in_words("Results of other laboratories", &context.outside),
    ];
    Composition {
        id: context.patient.0.simple().to_string(),
        identifier: Identifier::new(system::RECORD, context.patient.to_string()),
        status: "final",
        kind: snomed::SUMMARY_RECORD.into(),
        category: vec![snomed::GENOMICS.into()],
        subject,
        date: context.written.to_string(),
        author: vec![Reference::known_by(Identifier::ods(context.organisation))],
        title: "Unified Genomic Record Summary".into(),
        confidentiality: "R",
        section: sections.into_iter().flatten().collect(),
    }
}

/// A section; none where there is nothing to stand in it.
fn section(title: &'static str, code: &'static str, entry: Vec<Reference>) -> Option<Section> {
    let code = Concept { system: system::HEADINGS, code, display: title };
    (!entry.is_empty()).then(|| Section { title: title.into(), code: code.into(), text: None, entry })
}

/// A section of lines that are written out; none where there are none.
fn in_words(title: &'static str, lines: &[String]) -> Option<Section> {
    let code = Concept { system: system::HEADINGS, code: "investigation-results", display: "Investigation results" };
    (!lines.is_empty()).then(|| Section { title: title.into(), code: code.into(), text: Some(Narrative::of_lines(lines)), entry: vec![] })
}
