//! What a system could not be told is seen by a person, who has it called again.

use crate::{
    Served,
    exchange::{System, sent},
};
use serde_json::{Value, json};
use sim::messages::fhir;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_associate_sees_a_system_that_is_not_reached_and_has_it_called_again() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Ben Whitfield").await;
    b.open("/subscriptions").await;
    b.see("None. Every system was told of everything that it subscribed to").await;
    b.picture("subscriptions-none").await;
    let system = System::new(&served, "RP4DEMO").await;
    let token = system.token("").await;
    let hook = json!({
        "resourceType": "Subscription", "status": "requested", "reason": "To know", "criteria": "ServiceRequest?status=active",
        "channel": { "type": "rest-hook", "endpoint": "https://hospital.example/notified" },
    });
    assert_eq!(system.ask(&token, "POST", "/fhir/Subscription", "", &hook).await.0, 201);
    let (status, made): (u16, Value) = system.ask(&token, "POST", "/fhir", "", &fhir(&sent("F-1", "R98.2", "BELL"))).await;
    assert_eq!(status, 200, "{made}");
    // The names of the domain example are nobody's (RFC 2606).
    served.deliver().await;
    b.click("Messages").await;
    b.see("1 notification failed").await;
    b.click("See what failed").await;
    for text in ["Hospital EPR", "ServiceRequest?status=active, told at https://hospital.example/notified", "1 attempt so far", "3 waiting"]
    {
        b.see(text).await;
    }
    b.picture("subscriptions").await;
    b.press("Try again now").await;
    b.see("2 attempts so far").await;
    b.close().await;
}
