//! Who is asked to do a test, and whose record an order is on: what differs is for a person to look at.

use super::{
    identity::{ANN, message, notes},
    messages::{order, sent},
};
use crate::bench::*;
use care::ordering::{client::Address, message::Language};
use serde_json::{Value, json};
use service::ordering;
use sim::messages::Sent;

async fn history(bench: &Bench, order: OrderId) -> String {
    let desk = bench.desk(Role::Clinician, 0);
    let permit = bench_permit(&desk, order).await;
    desk.status(&permit, order).await.expect("a status").order.request.expect("placed").history
}

/// An order whose requests name somebody who is to do the test.
fn asking(number: &str, performer: Value) -> String {
    let mut bundle = sim::messages::fhir(&Sent { control: "", number, test: "R98.2", family: "BELL", hospital: "RP4DEMO" });
    for entry in bundle["entry"].as_array_mut().expect("entries") {
        if entry["resource"]["resourceType"] == "ServiceRequest" {
            entry["resource"]["performer"] = json!([performer]);
        }
    }
    bundle.to_string()
}

#[tokio::test]
async fn another_laboratory_that_was_asked_is_named_with_the_one_that_does_the_test() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let ods = |code: &str| json!({ "identifier": { "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": code } });
    let says = "was asked to do the test, and Demonstration Genomic Laboratory Hub (699X0) does it";
    for (number, performer, expected) in [
        ("F-1", ods("699X0"), None),
        ("F-2", ods("REP"), Some(format!("REP {says}"))),
        ("F-3", json!({ "display": "Leeds" }), Some(format!("Leeds {says}"))),
    ] {
        let receipt = ordering::messages::receive(&system, Language::Fhir, asking(number, performer).as_bytes()).await.expect("taken");
        let (said, history) = (notes(&receipt), history(&bench, order(&receipt)).await);
        match expected {
            Some(expected) => assert!(said.contains(&expected) && history.contains(&expected), "{number}: {said}\n{history}"),
            None => assert!(!said.contains("was asked to do the test"), "{number}: {said}"),
        }
    }
}

#[tokio::test]
async fn an_order_for_another_sex_than_the_record_has_is_for_a_person_to_check() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let first = order(&sent(&system, &message("m1", ANN, "NW", "N-1")).await);
    let receipt = sent(&system, &message("m2", ANN, "NW", "N-2").replace("||20180304|F", "||20180304|M")).await;
    let says = "To check by a person: Patient: the sex of the record is another";
    assert!(notes(&receipt).contains(says), "{}", notes(&receipt));
    assert!(history(&bench, order(&receipt)).await.contains(says));
    assert!(!history(&bench, first).await.contains(says));
    // The same sex, and one that is not known, are nothing to check.
    for (control, number, sex) in [("m3", "N-3", "F"), ("m4", "N-4", "U")] {
        let same = message(control, ANN, "NW", number).replace("||20180304|F", &format!("||20180304|{sex}"));
        assert!(!notes(&sent(&system, &same).await).contains("the sex of the record"), "{sex}");
    }
}
