//! How a sender names its own resources, so that a result refers to them.

use crate::bundle::*;
use care::ordering::order::SenderResource;
use serde_json::{Value, json};

fn named(address: &str, system: &str, value: &str) -> SenderResource {
    SenderResource { address: address.into(), system: system.into(), value: value.into() }
}

fn specimen(identifier: &Value) -> Value {
    entry("Specimen", "s", json!({ "identifier": identifier, "type": { "text": "Blood" }, "subject": to("Patient", "p") }))
}

#[test]
fn what_a_server_of_the_sender_holds_is_named_by_address_and_number() {
    let mut order = order_with(&[specimen(&json!([{ "system": "https://epr.example/tube", "value": "T-1" }]))]);
    for (nth, address) in ["Patient/7", "ServiceRequest/8", "Specimen/9/_history/2"].iter().enumerate() {
        let (kind, id) = (order["entry"][nth]["resource"]["resourceType"].clone(), order["entry"][nth]["resource"]["id"].clone());
        let full_url = format!("https://epr.example/fhir/{address}");
        let text =
            order.to_string().replace(&format!("urn:uuid:{}-{}", kind.as_str().expect("a kind"), id.as_str().expect("an id")), &full_url);
        order = serde_json::from_str(&text).expect("JSON");
    }
    let resources = details(&order).resources;
    assert_eq!(resources.request, named("https://epr.example/fhir/ServiceRequest/8", "https://epr.example/order", "N-r"));
    assert_eq!(resources.patient, named("https://epr.example/fhir/Patient/7", NHS, "9990000018"));
    assert_eq!(resources.specimens, [named("https://epr.example/fhir/Specimen/9", "https://epr.example/tube", "T-1")]);
}

#[test]
fn what_has_no_address_of_a_server_is_named_by_number_alone() {
    let resources = details(&order_with(&[specimen(&json!([]))])).resources;
    assert_eq!(resources.request, named("", "https://epr.example/order", "N-r"));
    assert_eq!(resources.patient, named("", NHS, "9990000018"));
    assert_eq!(resources.specimens, [], "a tube without a number has no name");

    let mut order = order_with(&[]);
    let numbers = json!([{ "type": { "coding": [{ "code": "FILL" }] }, "value": "F" }, { "use": "old", "value": "O" }, { "value": "P" }]);
    order["entry"][1]["resource"]["identifier"] = numbers;
    order["entry"][1]["resource"]["subject"] =
        json!({ "reference": "https://epr.example/fhir/Patient/7", "identifier": { "system": NHS, "value": "9990000018" } });
    order["entry"].as_array_mut().expect("entries").remove(0);
    let resources = details(&order).resources;
    assert_eq!(resources.request, named("", "", "P"), "neither the number of who fills it nor an old one");
    assert_eq!(resources.patient, named("https://epr.example/fhir/Patient/7", NHS, "9990000018"));
}
