//! The genomic record as a FHIR document: a Composition with what it is made of. Source: NHS England Genomics FHIR, unified record.

use super::{organisation, pruned, system};
use care::{PatientId, people::patient::Demographics};
use jiff::Timestamp;
use serde_json::{Value, json};

/// What a record says.
pub struct Told<'a> {
    /// Whose it is.
    pub patient: PatientId,
    /// Who.
    pub who: &'a Demographics,
    /// ODS code of who gives it out.
    pub organisation: &'a str,
    /// When.
    pub at: Timestamp,
    /// Requests, as ServiceRequest.
    pub requests: Vec<Value>,
    /// Reports with their observations.
    pub results: Vec<Value>,
    /// Features, as Observation.
    pub features: Vec<Value>,
}

/// A feature as Observation.
pub fn feature(place: usize, patient: PatientId, code: &str, name: &str, absent: bool) -> Value {
    let (answer, word) = if absent { ("LA9634-2", "Absent") } else { ("LA9633-4", "Present") };
    json!({
        "resourceType": "Observation",
        "id": format!("{}.f{place}", patient.0.simple()),
        "status": "final",
        "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "exam" }] }],
        "code": { "coding": [{ "system": system::HPO, "code": code, "display": name }] },
        "subject": { "reference": format!("Patient/{patient}") },
        "valueCodeableConcept": { "coding": [{ "system": system::LOINC, "code": answer, "display": word }] },
    })
}

/// The document.
pub fn document(told: &Told) -> Value {
    const HEADINGS: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-RecordStandardHeadings";
    let to = |resource: &Value| json!({ "reference": format!("{}/{}", text(resource, "resourceType"), text(resource, "id")) });
    let section = |title: &str, code: &str, entries: Vec<Value>| {
        if entries.is_empty() {
            return Value::Null;
        }
        json!({ "title": title, "code": { "coding": [{ "system": HEADINGS, "code": code, "display": title }] }, "entry": entries })
    };
    let reports = told.results.iter().filter(|r| r["resourceType"] == "DiagnosticReport").map(to).collect();
    let patient = json!({ "reference": format!("Patient/{}", told.patient) });
    let composition = pruned(json!({
        "resourceType": "Composition",
        "id": told.patient.0.simple().to_string(),
        "identifier": { "system": "https://fhir.nhs.uk/Id/England-UnifiedGenomicRecord", "value": told.patient.to_string() },
        "status": "final",
        "type": { "coding": [{ "system": system::SNOMED, "code": "824321000000109", "display": "Summary record" }] },
        "category": [{ "coding": [{ "system": system::SNOMED, "code": "321401000000106", "display": "Genomics" }] }],
        "subject": patient,
        "date": told.at.to_string(),
        "author": [organisation(told.organisation, "")],
        "title": "Unified Genomic Record Summary",
        "confidentiality": "R",
        "section": [
            section("Patient demographics", "patient-demographics", vec![patient]),
            section("Investigations and procedures requested", "investigations-and-procedures-requested", told.requests.iter().map(to).collect()),
            section("Investigation results", "investigation-results", reports),
            section("Examination findings", "examination-findings", told.features.iter().map(to).collect()),
        ],
    }));
    let entry = |resource: &Value| json!({ "fullUrl": format!("https://opengms.example/fhir/{}/{}", text(resource, "resourceType"), text(resource, "id")), "resource": resource });
    let person = super::order::patient(told.patient, told.who);
    let rest = told.requests.iter().chain(&told.results).chain(&told.features);
    let entries: Vec<Value> = [&composition, &person].into_iter().chain(rest).map(entry).collect();
    json!({
        "resourceType": "Bundle",
        "type": "document",
        "identifier": { "system": "https://fhir.nhs.uk/Id/England-UnifiedGenomicRecord", "value": format!("{}/{}", told.patient, told.at) },
        "timestamp": told.at.to_string(),
        "entry": entries,
    })
}

fn text<'v>(resource: &'v Value, field: &str) -> &'v str {
    resource[field].as_str().unwrap_or_default()
}
