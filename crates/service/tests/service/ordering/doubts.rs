//! What a message leaves in doubt stands on the order for a person to look at: names that nobody knows, deaths, features.

use super::{
    identity::{ANN, Sent, message, notes},
    messages::{faults, order, sent},
};
use crate::bench::*;
use care::ordering::{client::Address, message::Language};

#[tokio::test]
async fn a_name_that_nobody_knows_needs_a_number_and_takes_the_place_of_none() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let nobody = Sent { numbers: "", name: "UNKNOWN^UNKNOWN", ..ANN };
    let refused = faults(&sent(&system, &message("u1", nobody, "NW", "U-1")).await);
    assert!(refused.contains("Neither a name nor a number says who it is"), "{refused}");
    let numbered = Sent { numbers: "T999^^^RP4^MR", ..nobody };
    let noted = notes(&sent(&system, &message("u2", numbered, "NW", "U-2")).await);
    assert!(noted.contains("The name UNKNOWN UNKNOWN stands in for one that is not known"), "{noted}");
    order(&sent(&system, &message("u3", ANN, "NW", "U-3")).await);
    let update = "MSH|^~\\&|EPR|RP4|OPENGMS|699X0|20261102||ADT^A08|u4|P|2.4\rPID|1||9990000018^^^NHS^NH||UNKNOWN^Ann||20180304|F\r";
    let refused = faults(&sent(&system, update).await);
    assert!(refused.contains("A name that nobody knows takes the place of none"), "{refused}");
}

/// Whether an order has features that are there, and its history.
async fn features_and_history(bench: &Bench, id: OrderId) -> (bool, String) {
    let clinician = bench.desk(Role::Clinician, 0);
    let permit = clinician.permit(Action::ReadOrder, id).await.expect("a permit");
    let status = clinician.status(&permit, id).await.expect("a status");
    let request = status.order.request.as_ref().expect("placed");
    (!request.observed.is_empty(), request.history.clone())
}

#[tokio::test]
async fn a_feature_whose_name_is_another_terms_stands_in_words() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let mistaken = message("f1", ANN, "NW", "F-1").replace("HP:0001250^Seizure", "HP:0001250^Hypotonia");
    let receipt = sent(&system, &mistaken).await;
    assert!(notes(&receipt).contains("HP:0001250 is Seizure, and Hypotonia is HP:0001252"), "{}", notes(&receipt));
    let (has_features, history) = features_and_history(&bench, order(&receipt)).await;
    assert!(!has_features && history.contains("Not certain which is meant: Hypotonia (HP:0001250)"), "{history}");
}

#[tokio::test]
async fn a_death_without_a_day_stands_in_the_history_for_a_person_to_look_at() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let died = message("d1", ANN, "NW", "D-1").replace("20180304|F", &format!("20180304|F{}Y", "|".repeat(22)));
    let receipt = sent(&system, &died).await;
    let (_, history) = features_and_history(&bench, order(&receipt)).await;
    let says = "To check by a person: The sender says that the patient has died, not on which day";
    assert!(notes(&receipt).contains(says) && history.contains(says), "{} {history}", notes(&receipt));
}

#[tokio::test]
async fn a_severity_an_onset_or_a_mode_of_inheritance_is_no_feature() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    for (nth, term) in
        ["HP:0012828^Severe", "HP:0000007^Autosomal recessive inheritance", "HP:0000118^Phenotypic abnormality"].iter().enumerate()
    {
        let text = message(&format!("s{nth}"), ANN, "NW", &format!("S-{nth}")).replace("HP:0001250^Seizure", term);
        let receipt = sent(&system, &text).await;
        assert!(notes(&receipt).contains("describes no feature by itself"), "{term}: {}", notes(&receipt));
        assert!(!features_and_history(&bench, order(&receipt)).await.0, "{term}");
    }
}

#[tokio::test]
async fn a_feature_that_is_sent_as_present_and_as_absent_is_neither() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let sent = sim::messages::Sent { control: "", number: "F-1", test: "R98.2", family: "BELL", hospital: "RP4DEMO" };
    let mut bundle = sim::messages::fhir(&sent);
    let observation = serde_json::json!({
        "resourceType": "Observation", "id": "again", "status": "final", "valueBoolean": false,
        "code": { "coding": [{ "system": "http://human-phenotype-ontology.org", "code": "HP:0001250", "display": "Seizure" }] },
        "subject": { "reference": "urn:uuid:Patient-child" },
    });
    let request = serde_json::json!({ "method": "POST", "url": "Observation" });
    let entry = serde_json::json!({ "fullUrl": "urn:uuid:Observation-again", "resource": observation, "request": request });
    bundle["entry"].as_array_mut().expect("entries").push(entry);
    let receipt = ordering::messages::receive(&system, Language::Fhir, bundle.to_string().as_bytes()).await.expect("taken");
    assert!(notes(&receipt).contains("Seizure is sent as present and as absent"), "{}", notes(&receipt));
    let clinician = bench.desk(Role::Clinician, 0);
    let id = order(&receipt);
    let permit = clinician.permit(Action::ReadOrder, id).await.expect("a permit");
    let placed = clinician.status(&permit, id).await.expect("a status").order.request.expect("placed");
    let is_named = |terms: &[ontology::TermId]| terms.iter().any(|term| term.to_string() == "HP:0001250");
    assert!(!is_named(&placed.observed) && !is_named(&placed.excluded), "{:?} {:?}", placed.observed, placed.excluded);
    assert!(placed.history.contains("Not certain whether present: Seizure (HP:0001250)"), "{}", placed.history);
}
