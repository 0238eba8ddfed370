//! Two people of one organisation with the same order open, while the hospital's system changes it: nobody acts on what is no longer so.

use crate::{
    Served,
    exchange::{System, sent},
};
use serde_json::{Value, json};
use sim::messages::fhir;

/// The order as the hospital's system sent it: its address there, its identifier, and the bundle with which it is changed.
async fn ordered(system: &System, token: &str) -> (String, String, Value) {
    let order = fhir(&sent("F-1", "R98.2", "BELL"));
    let (status, made) = system.ask(token, "POST", "/fhir", "", &order).await;
    assert_eq!(status, 200, "{made}");
    let locations = made["entry"].as_array().expect("answers").iter().filter_map(|e| e["response"]["location"].as_str());
    let request = locations.filter(|l| l.starts_with("ServiceRequest")).find(|l| !l.contains('.')).expect("made");
    let request = request.split("/_history").next().expect("a place").to_owned();
    let mut changed = order;
    for entry in changed["entry"].as_array_mut().expect("entries") {
        if entry["resource"]["resourceType"] == "ServiceRequest" {
            entry["request"] = json!({ "method": "PUT", "url": request });
            entry["resource"]["priority"] = json!("routine");
        }
    }
    let provenance = json!({ "resourceType": "Provenance", "reason": [{ "text": "No longer in intensive care" }] });
    let provenance = json!({ "resource": provenance, "request": { "method": "POST", "url": "Provenance" } });
    changed["entry"].as_array_mut().expect("entries").push(provenance);
    let id = request.trim_start_matches("ServiceRequest/").to_owned();
    (request, id, changed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_browsers_and_a_client_of_fhir_act_on_one_order_and_nothing_is_lost() {
    let served = Served::new().await;
    let (Some(first), Some(second)) = (served.browser().await, served.browser().await) else { return };
    let system = System::new(&served, "RP4DEMO").await;
    let token = system.token("").await;
    let (request, id, changed) = ordered(&system, &token).await;
    let path = format!("/orders/{id}");
    for (browser, who) in [(&first, "Dr Amara Okafor"), (&second, "Ben Whitfield")] {
        browser.sign_in(who).await;
        browser.open(&path).await;
        browser.see("Clinical features").await;
    }

    // The client changes the order while both have it open; who acts first is told of that, and nothing is done.
    let (status, answer) = system.ask(&token, "POST", "/fhir", "", &changed).await;
    assert_eq!(status, 200, "{answer}");
    first.fill("terms", "Seizure").await;
    first.press("Add clinical features").await;
    first.see("This order has changed since you opened it, and nothing was done").await;
    first.picture("order-changed-since").await;
    first.fill("terms", "Seizure").await;
    first.press("Add clinical features").await;
    first.see("Seizure (HP:0001250)").await;

    // The other has still the page of before both changes.
    second.unfold("mark in error").await;
    second.fill("reason", "Ordered twice").await;
    second.press("Cancel the order").await;
    second.see("This order has changed since you opened it, and nothing was done").await;
    second.see("Seizure (HP:0001250)").await;

    // The client ends the order; the one who has it open is told why she can no longer change it.
    let mut ended = system.ask(&token, "GET", &format!("/fhir/{request}"), "", &Value::Null).await.1;
    assert_eq!(ended["priority"], "routine", "the client's change stands beside the feature that was added");
    ended["status"] = json!("revoked");
    let why = format!("X-Provenance: {}\r\n", json!({ "resourceType": "Provenance", "reason": [{ "text": "Moved to another hospital" }] }));
    let (status, answer) = system.ask(&token, "PUT", &format!("/fhir/{request}"), &why, &ended).await;
    assert_eq!(status, 200, "{answer}");
    first.fill("terms", "Hypotonia").await;
    first.press("Add clinical features").await;
    first.see("This order has changed since you opened it, and nothing was done").await;
    first.see("Moved to another hospital").await;
    let (_, after) = system.ask(&token, "GET", &format!("/fhir/{request}"), "", &Value::Null).await;
    assert_eq!(after["status"], "revoked", "it was ended once, by the client");
    first.close().await;
    second.close().await;
}
