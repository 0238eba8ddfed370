//! A result sent by FHIR refers to what the hospital has.

use super::hospital::hospital;
use crate::{bench::*, ordering::messages::*};
use care::ordering::{client::Address, message::Language};
use serde_json::{Value, json};
use sim::messages::{NUMBERS, Sent};

/// The order of a trio, in which the child, its request and a tube have addresses on the hospital's server.
fn order_of_server() -> Value {
    let sent = Sent { control: "", number: "F-20", test: "R98.2", family: "BELL", hospital: "RP4DEMO" };
    let mut text = sim::messages::fhir(&sent).to_string();
    for (kind, id) in [("Patient", "7"), ("ServiceRequest", "8")] {
        text = text.replace(&format!("urn:uuid:{kind}-child"), &format!("https://epr.example/fhir/{kind}/{id}"));
    }
    let mut bundle: Value = serde_json::from_str(&text).expect("JSON");
    bundle["entry"].as_array_mut().expect("entries").push(json!({
        "fullUrl": "https://epr.example/fhir/Specimen/9",
        "resource": {
            "resourceType": "Specimen",
            "identifier": [{ "system": "https://epr.example/tube", "value": "T-9" }],
            "type": { "text": "Blood (EDTA)" },
            "subject": { "reference": "https://epr.example/fhir/Patient/7" },
        },
        "request": { "method": "POST", "url": "Specimen" },
    }));
    bundle
}

#[tokio::test]
async fn a_result_by_fhir_refers_to_the_request_the_patient_and_the_tube_of_the_sender() {
    let bench = Bench::new().await;
    let (base, mut received) = hospital(&[200]).await;
    let system = bench.system(Address::Fhir { base }).await;
    let receipt = ordering::messages::receive(&system, Language::Fhir, order_of_server().to_string().as_bytes()).await.expect("taken");
    let id = order(&receipt);
    bench.make_ready(id).await;
    bench.analyse(id, false).await;
    let conclusion = bench.conclusion(id).await;
    bench.sign(id, conclusion).await;

    let sent: Value = serde_json::from_str(&received.recv().await.expect("sent").body).expect("JSON");
    let resources: Vec<&Value> = sent["entry"].as_array().expect("entries").iter().map(|entry| &entry["resource"]).collect();
    let report = resources.iter().find(|resource| resource["resourceType"] == "DiagnosticReport").expect("a report");
    let request = &report["basedOn"][0];
    assert_eq!(
        (request["reference"].as_str(), request["type"].as_str()),
        (Some("https://epr.example/fhir/ServiceRequest/8"), Some("ServiceRequest"))
    );
    assert_eq!(request["identifier"], json!({ "system": "https://hospital.example/orders", "value": "F-20" }));
    let specimens = report["specimen"].as_array().expect("tubes");
    assert_eq!(
        (specimens.len(), specimens[0]["reference"].as_str()),
        (1, Some("https://epr.example/fhir/Specimen/9")),
        "the child's alone"
    );
    for resource in &resources {
        let subject = &resource["subject"];
        assert_eq!(subject["reference"], "https://epr.example/fhir/Patient/7", "{resource}");
        assert_eq!(subject["identifier"]["value"], NUMBERS[0], "{resource}");
    }
    let person = bench.people(id).await[0];
    let text = sent.to_string();
    for own in [format!("Patient/{person}"), format!("ServiceRequest/{id}\"")] {
        assert!(!text.contains(&own), "the hospital has no {own}");
    }
}

#[tokio::test]
async fn where_the_sender_gave_no_address_every_number_of_the_patient_stands_in_the_report() {
    let bench = Bench::new().await;
    let (base, mut received) = hospital(&[200]).await;
    let system = bench.system(Address::Fhir { base }).await;
    let id = order(&sent(&system, &trio("m-21", "P-21", "R98.2", "BELL")).await);
    bench.make_ready(id).await;
    bench.analyse(id, false).await;
    let conclusion = bench.conclusion(id).await;
    bench.sign(id, conclusion).await;

    let sent: Value = serde_json::from_str(&received.recv().await.expect("sent").body).expect("JSON");
    let report = &sent["entry"][0]["resource"];
    assert_eq!((report["subject"]["reference"].as_str(), report["subject"]["type"].as_str()), (Some("#patient"), Some("Patient")));
    assert_eq!(
        (report["contained"][0]["id"].as_str(), report["contained"][0]["birthDate"].as_str()),
        (Some("patient"), Some("2019-06-01"))
    );
    assert_eq!(report["contained"][0]["identifier"][0]["value"], NUMBERS[0]);
    assert_eq!(report["basedOn"][0]["identifier"]["value"], "P-21");
    assert_eq!(report["basedOn"][1]["identifier"]["value"].as_str().map(|number| &number[..3]), Some("OG-"));
}
