//! A record of this service that a message names beside somebody is theirs, or nothing is done.

use super::{
    identity::notes,
    messages::{faults, order},
    restated::received,
};
use crate::bench::*;
use care::ordering::{client::Address, message::State as Became};
use serde_json::{Value, json};

const NHS: &str = "https://fhir.nhs.uk/Id/nhs-number";

/// Somebody by NHS number and given name.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Who {
    number: &'static str,
    given_name: &'static str,
}

pub(super) const AL: Who = Who { number: "9990000034", given_name: "Al" };
pub(super) const BO: Who = Who { number: "9990000042", given_name: "Bo" };

fn identifier(who: Who) -> Value {
    json!({ "system": NHS, "value": who.number })
}

/// An entry with a Patient.
pub(super) fn patient(who: Who) -> Value {
    let name = json!([{ "family": "Hale", "given": [who.given_name] }]);
    let resource = json!({
        "resourceType": "Patient", "identifier": [identifier(who)], "name": name, "gender": "female", "birthDate": "1980-01-01",
    });
    json!({ "fullUrl": "urn:uuid:0d9aa3d4-52f2-4a85-8c24-3b7a0c2a9d01", "resource": resource, "request": { "method": "POST", "url": "Patient" } })
}

/// A bundle with an order for somebody, and whatever else.
pub(super) fn ordered(number: &str, subject: Value, more: &[Value]) -> Value {
    let coding = json!([{ "system": "https://fhir.nhs.uk/CodeSystem/England-GenomicTestDirectory", "code": "R29.4" }]);
    let request = json!({
        "resourceType": "ServiceRequest", "identifier": [{ "system": "https://epr.example/order", "value": number }],
        "status": "active", "intent": "order", "code": { "coding": coding }, "subject": subject,
    });
    let request = json!({
        "fullUrl": "urn:uuid:0d9aa3d4-52f2-4a85-8c24-3b7a0c2a9d02", "resource": request,
        "request": { "method": "POST", "url": "ServiceRequest" },
    });
    let entries: Vec<Value> = more.iter().cloned().chain([request]).collect();
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
}

pub(super) fn in_bundle() -> Value {
    json!({ "reference": "urn:uuid:0d9aa3d4-52f2-4a85-8c24-3b7a0c2a9d01" })
}

/// Every way in which a message may name a record of this service beside somebody.
fn ways(record: PatientId, who: Who) -> Vec<(Value, Vec<Value>)> {
    let reference = |address: String| json!({ "reference": address, "identifier": identifier(who) });
    let (part, whole) = (format!("Patient/{record}"), format!("https://gms.example/fhir/Patient/{record}"));
    let with = |change: &dyn Fn(&mut Value)| {
        let mut patient = patient(who);
        change(&mut patient);
        vec![patient]
    };
    let code = json!({ "coding": [{ "system": "http://human-phenotype-ontology.org", "code": "HP:0001250" }] });
    let observation = json!({ "resourceType": "Observation", "status": "final", "code": code, "subject": reference(part.clone()) });
    let observed = vec![json!({ "resource": observation, "request": { "method": "POST", "url": "Observation" } })];
    vec![
        (reference(part.clone()), vec![]),
        (reference(format!("{part}/_history/1")), vec![]),
        (reference(whole.clone()), vec![]),
        (reference(part.clone()), vec![patient(who)]),
        (json!({ "identifier": identifier(who) }), observed),
        (json!({ "reference": part }), with(&|entry: &mut Value| entry["resource"]["id"] = json!(record.to_string()))),
        (json!({ "reference": whole }), with(&|entry: &mut Value| entry["fullUrl"] = json!(whole))),
        (in_bundle(), with(&|entry: &mut Value| entry["request"] = json!({ "method": "PUT", "url": part }))),
    ]
}

#[tokio::test]
async fn a_record_that_a_message_names_beside_somebody_is_theirs_or_nothing_is_done() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let mut records = Vec::new();
    for (number, who) in [("A-0", AL), ("B-0", BO)] {
        let id = order(&received(&system, &ordered(number, in_bundle(), &[patient(who)])).await);
        records.push((bench.people(id).await[0], who));
    }
    let mut nth = 0;
    for (record, whose) in records.clone() {
        for who in [AL, BO] {
            for (subject, more) in ways(record, who) {
                nth += 1;
                let bundle = ordered(&format!("N-{nth}"), subject, &more);
                let receipt = received(&system, &bundle).await;
                match &receipt.state {
                    Became::Done { orders, .. } => {
                        assert_eq!(whose, who, "done for one of two: {bundle}");
                        assert_eq!(bench.people(orders[0]).await, [record], "{bundle}");
                    }
                    Became::Refused { .. } => {
                        let why = faults(&receipt);
                        assert!(whose != who && why.contains("is the record of somebody else"), "{why}: {bundle}");
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn an_end_that_names_the_record_of_one_and_the_number_of_another_ends_nothing() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let al = order(&received(&system, &ordered("A-0", in_bundle(), &[patient(AL)])).await);
    let bo = order(&received(&system, &ordered("B-0", in_bundle(), &[patient(BO)])).await);
    let record = bench.people(al).await[0];
    let address = format!("Patient/{record}");
    let mut revoked = ordered("B-0", json!({ "reference": address, "identifier": identifier(BO) }), &[]);
    revoked["entry"][0]["resource"]["status"] = json!("revoked");
    assert!(faults(&received(&system, &revoked).await).contains("is the record of somebody else"));
    assert!(!bench.state(bo).await.0.is_final() && !bench.state(al).await.0.is_final());
}

#[tokio::test]
async fn a_record_that_nobody_has_here_is_refused_unless_it_may_be_one_of_the_sender() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    order(&received(&system, &ordered("A-0", in_bundle(), &[patient(AL)])).await);
    let nobody = "00000000-0000-7000-8000-000000000000";
    let to = |address: String| json!({ "reference": address, "identifier": identifier(AL) });
    let refused = received(&system, &ordered("A-1", to(format!("Patient/{nobody}")), &[])).await;
    assert!(faults(&refused).contains("is no record of this service"), "{}", faults(&refused));
    order(&received(&system, &ordered("A-2", to(format!("https://epr.example/fhir/Patient/{nobody}")), &[])).await);
    order(&received(&system, &ordered("A-3", to("Patient/7".into()), &[])).await);
}

#[tokio::test]
async fn somebody_who_is_named_by_number_or_record_and_displayed_as_another_is_noted() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let id = order(&received(&system, &ordered("A-0", in_bundle(), &[patient(AL)])).await);
    let record = bench.people(id).await[0];
    for (nth, display, is_noted) in [(1, "Zed Zebra", true), (2, "HALE, Al (Mr)", false)] {
        for (way, mut subject) in
            [("r", json!({ "reference": format!("Patient/{record}") })), ("n", json!({ "identifier": identifier(AL) }))]
        {
            subject["display"] = json!(display);
            let said = notes(&received(&system, &ordered(&format!("{way}-{nth}"), subject, &[])).await);
            assert_eq!(said.contains("'Zed Zebra' is not the name of the person"), is_noted, "{way} {display}: {said}");
        }
    }
}
