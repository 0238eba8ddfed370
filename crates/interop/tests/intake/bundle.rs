//! Bundles to read: what a test changes of one.

use interop::{
    fhir::intake::{Intake, read_on},
    incoming_order::{OrderAction, OrderDetails},
};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

pub const NHS: &str = "https://fhir.nhs.uk/Id/nhs-number";
pub const HPO: &str = "http://human-phenotype-ontology.org";
pub const TODAY: Date = date(2026, 11, 29);

/// An entry with a resource of a kind under an identifier.
pub fn entry(kind: &str, id: &str, mut resource: Value) -> Value {
    resource["resourceType"] = json!(kind);
    resource["id"] = json!(id);
    json!({ "fullUrl": format!("urn:uuid:{kind}-{id}"), "resource": resource, "request": { "method": "POST", "url": kind } })
}

pub fn to(kind: &str, id: &str) -> Value {
    json!({ "reference": format!("urn:uuid:{kind}-{id}") })
}

pub fn bundle(entries: &[Value]) -> Value {
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
}

/// A patient; the identifier is the number.
pub fn patient(id: &str, number: &str) -> Value {
    let name = json!([{ "family": id, "given": ["Ada"] }]);
    entry(
        "Patient",
        id,
        json!({ "identifier": [{ "system": NHS, "value": number }], "name": name, "gender": "female", "birthDate": "2018-03-04" }),
    )
}

/// A request for a patient.
pub fn request(id: &str, subject: Value) -> Value {
    entry(
        "ServiceRequest",
        id,
        json!({
            "identifier": [{ "system": "https://epr.example/order", "value": format!("N-{id}") }],
            "status": "active",
            "intent": "order",
            "code": { "coding": [{ "system": "https://fhir.nhs.uk/CodeSystem/England-GenomicTestDirectory", "code": "R59.3" }] },
            "subject": subject,
        }),
    )
}

pub fn related(id: &str, number: &str, patient: Value, code: &str) -> Value {
    let relationship = json!([{ "coding": [{ "code": code }] }]);
    entry(
        "RelatedPerson",
        id,
        json!({ "identifier": [{ "system": NHS, "value": number }], "patient": patient, "relationship": relationship }),
    )
}

/// One patient with one request, and whatever else.
pub fn order_with(more: &[Value]) -> Value {
    let mut entries = vec![patient("p", "9990000018"), request("r", to("Patient", "p"))];
    entries.extend_from_slice(more);
    bundle(&entries)
}

pub fn read(bundle: &Value) -> Result<Intake, Vec<String>> {
    read_on(bundle.to_string().as_bytes(), TODAY).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

/// The details of the only order.
pub fn details(bundle: &Value) -> OrderDetails {
    let mut intake = read(bundle).unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!(intake.orders.len(), 1);
    match intake.orders.remove(0).action {
        OrderAction::Place(details) | OrderAction::Amend(details, _) => *details,
        other => panic!("{other:?}"),
    }
}

/// Faults say something and where.
pub fn refused(bundle: &Value, says: &str) {
    let faults = read(bundle).expect_err("a fault");
    assert!(faults.iter().any(|fault| fault.contains(says)), "{says}: {faults:?}");
}
