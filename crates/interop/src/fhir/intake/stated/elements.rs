//! Every element of a request that counts as read is read.

use super::*;
use crate::{fhir::intake::read_on, incoming_order::Performer};
use serde_json::json;

/// A bundle of one patient, whose request has these elements too.
fn bundle(more: &[(&str, Value)]) -> Value {
    let mut request = json!({
        "resourceType": "ServiceRequest",
        "id": "r",
        "status": "active",
        "intent": "order",
        "code": { "coding": [{ "system": "https://fhir.nhs.uk/CodeSystem/England-GenomicTestDirectory", "code": "R59.3" }] },
        "subject": { "reference": "urn:uuid:p" },
    });
    for (name, value) in more {
        request[*name] = value.clone();
    }
    let patient = |id: &str, number: &str| {
        json!({
            "resourceType": "Patient",
            "id": id,
            "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": number }],
            "name": [{ "family": "Bell", "given": ["Ada"] }],
            "gender": "female",
            "birthDate": "2018-03-04",
        })
    };
    let entry = |url: &str, resource: Value| {
        let kind = resource["resourceType"].clone();
        json!({ "fullUrl": url, "resource": resource, "request": { "method": "POST", "url": kind } })
    };
    json!({
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            entry("urn:uuid:p", patient("p", "9990000018")),
            entry("urn:uuid:q", patient("q", "9990000026")),
            entry("urn:uuid:r", request),
        ],
    })
}

/// All that is read of a bundle.
fn outcome(more: &[(&str, Value)]) -> String {
    let today = jiff::civil::date(2026, 11, 29);
    match read_on(bundle(more).to_string().as_bytes(), today) {
        Ok(intake) => format!("{:?}", intake.orders),
        Err(faults) => format!("{faults:?}"),
    }
}

fn performers(references: Value) -> Vec<Performer> {
    let intake = read_on(bundle(&[("performer", references)]).to_string().as_bytes(), jiff::civil::date(2026, 11, 29)).expect("read");
    intake.orders[0].action.details().expect("placed").performers.clone()
}

/// Another value of an element.
fn another(name: &str) -> Value {
    let concept = json!({ "text": "something else" });
    match name {
        "identifier" => json!([{ "system": "https://epr.example/order", "value": "N-1" }]),
        "requisition" => json!({ "value": "G-1" }),
        "basedOn" | "replaces" => json!([{ "identifier": { "value": "N-0" } }]),
        "status" => json!("revoked"),
        "intent" => json!("plan"),
        "doNotPerform" => json!(true),
        "priority" => json!("urgent"),
        "category" | "orderDetail" | "reasonCode" => json!([concept]),
        "code" => concept,
        "subject" => json!({ "reference": "urn:uuid:q" }),
        "requester" => json!({ "display": "Dr Green" }),
        "performer" | "reasonReference" | "supportingInfo" | "relevantHistory" => json!([{ "display": "Another laboratory" }]),
        "note" => json!([{ "text": "A remark" }]),
        "patientInstruction" => json!("Fast"),
        other => panic!("say here what another value of {other} is"),
    }
}

#[test]
fn each_element_that_counts_as_read_changes_what_is_read() {
    let plain = outcome(&[]);
    for name in READ {
        assert_ne!(outcome(&[(name, another(name))]), plain, "{name} is said to be read, and nothing reads it");
    }
    for name in ["bodySite", "insurance", "asNeededBoolean", "quantityQuantity", "performerType", "occurrenceDateTime"] {
        let read = outcome(&[(name, json!("2027-03-01"))]);
        assert!(read.contains(&format!("is not read into the order: {name}")), "{name}: {read}");
    }
}

#[test]
fn who_is_asked_to_do_the_test_is_read_by_name_and_by_code() {
    let ods = |code: &str| json!({ "identifier": { "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": code } });
    let place = |nth: usize| format!("Bundle.entry[2].resource.ofType(ServiceRequest).performer[{nth}]");
    let performer = |name: &str, code: Option<&str>, nth: usize| Performer {
        name: name.to_owned(),
        organisation: code.map(str::to_owned),
        place: place(nth),
    };
    for (sent, expected) in [
        (json!([ods("REP")]), vec![performer("REP", Some("REP"), 0)]),
        (json!([ods("REP"), { "display": "Leeds" }]), vec![performer("REP", Some("REP"), 0), performer("Leeds", None, 1)]),
        (json!([{ "reference": "Organization/7" }]), vec![performer("Organization/7", None, 0)]),
    ] {
        assert_eq!(performers(sent.clone()), expected, "{sent}");
    }
}
