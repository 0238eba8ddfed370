//! A system is told of its own orders as it subscribed to: once each, until it acknowledges, and of nothing that it may not read.

mod failing;
mod faults;
mod secrets;

use super::hospital::{Received, hospital};
use crate::{bench::*, ordering::messages::*};
use care::{
    SubscriptionId,
    ordering::{client::Address, message::Language, order::Command},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use service::results::{
    deliver::{deliver, deliver_at},
    subscriptions::{self, NewSubscription},
};
use sim::messages::Sent;
use tokio::sync::mpsc::UnboundedReceiver;

/// The hospital's system, whose results go to its server.
async fn system_at(bench: &Bench, base: &str) -> Desk {
    bench.system(Address::Fhir { base: format!("{base}/fhir") }).await
}

fn new(base: &str, criteria: &str, with_resource: bool) -> NewSubscription {
    NewSubscription {
        criteria: criteria.into(),
        endpoint: format!("{base}/notified"),
        with_resource,
        headers: vec![("Authorization".into(), "Bearer s3cret".into())],
        reason: "To know".into(),
        end: None,
        server: "https://gms.example/fhir".into(),
    }
}

async fn state(system: &Desk, id: SubscriptionId) -> String {
    let kept = subscriptions::list(system).await.expect("a list");
    let (_, state) = kept.iter().find(|(one, _)| one.id == id).expect("kept");
    state.code().to_owned()
}

async fn order_by_fhir(system: &Desk, number: &str) -> OrderId {
    let bundle = sim::messages::fhir(&Sent { control: "", number, test: "R98.2", family: "BELL", hospital: "RP4DEMO" });
    order(&ordering::messages::receive(system, Language::Fhir, bundle.to_string().as_bytes()).await.expect("taken"))
}

fn later(minutes: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_mins(minutes)
}

/// What has come by now.
fn received(calls: &mut UnboundedReceiver<Received>) -> Vec<Received> {
    std::iter::from_fn(|| calls.try_recv().ok()).collect()
}

#[tokio::test]
async fn a_system_is_told_of_what_it_subscribed_to_once_whichever_of_two_servers_does_it() {
    let bench = Bench::new().await;
    let (base, mut calls) = hospital(&[200]).await;
    let system = system_at(&bench, &base).await;
    let before = order_by_fhir(&system, "F-30").await;
    let id = subscriptions::subscribe(&system, new(&base, "ServiceRequest?status=active,revoked", false)).await.expect("taken");
    assert_eq!(state(&system, id).await, "requested");
    deliver(&bench.service).await.expect("looked");
    assert_eq!((state(&system, id).await.as_str(), received(&mut calls).len()), ("active", 0), "what was before is not told");

    order_by_fhir(&system, "F-31").await;
    // Another organisation's order, and one that somebody placed on a page: neither is this system's.
    ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let other = bench.again().await;
    let [one, two]: [_; 2] = tokio::join!(deliver(&bench.service), deliver(&other)).into();
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    let notified = received(&mut calls);
    assert_eq!(notified.len(), 3, "a request of each person, once");
    for call in &notified {
        assert_eq!(call.line, "POST /notified HTTP/1.1");
        assert!(call.headers.contains("authorization: bearer s3cret") && call.headers.contains("x-request-id: "), "{}", call.headers);
        assert_eq!(call.body, "", "nothing of a person");
    }
    deliver(&bench.service).await.expect("looked");
    assert_eq!(received(&mut calls).len(), 0, "nothing changed since");

    let cancel = Command::Cancel { reason: "Not needed".into() };
    ordering::orders::change(&bench.desk(Role::Clinician, 0), before, cancel).await.expect("cancelled");
    deliver(&other).await.expect("looked");
    assert_eq!(received(&mut calls).len(), 3, "an earlier order that changes now");

    subscriptions::unsubscribe(&system, id).await.expect("ended");
    order_by_fhir(&system, "F-32").await;
    deliver(&bench.service).await.expect("looked");
    assert_eq!(received(&mut calls).len(), 0);
    let permit = system.permit_general(Action::SendMessage).await.expect("may send");
    let stream = bench.service.store.stream(&permit, &care::ordering::client::stream(system.staff.id)).await.expect("a stream");
    assert!(stream.len() > 3 && stream.iter().all(|entry| !entry.payload.contains("s3cret")), "the journal keeps no secrets");
}

#[tokio::test]
async fn a_result_is_told_with_what_the_system_may_read_and_not_before_it_is_released() {
    let bench = Bench::new().await;
    let (base, mut calls) = hospital(&[200]).await;
    let system = system_at(&bench, &base).await;
    ordering::clients::set_address(
        &bench.service,
        &who(Role::Administrator, 0),
        system.staff.id,
        Address::Fhir { base: format!("{base}/fhir") },
    )
    .await
    .expect("addressed");
    subscriptions::subscribe(&system, new(&base, "DiagnosticReport?status=final", true)).await.expect("taken");
    subscriptions::subscribe(&system, new(&base, "Task?status=completed&code=distribute-report", true)).await.expect("taken");
    let stranger = bench.system_of("RXX99").await;
    let (elsewhere, mut none) = hospital(&[200]).await;
    ordering::clients::set_address(
        &bench.service,
        &who(Role::Administrator, 0),
        stranger.staff.id,
        Address::Fhir { base: elsewhere.clone() },
    )
    .await
    .expect("addressed");
    subscriptions::subscribe(&stranger, new(&elsewhere, "DiagnosticReport", true)).await.expect("taken");

    let id = order_by_fhir(&system, "F-40").await;
    bench.make_ready(id).await;
    bench.analyse(id, false).await;
    let conclusion = bench.conclusion(id).await;
    interpretation::cases::propose(&bench.desk(Role::ClinicalScientist, 0), id, conclusion).await.expect("proposed");
    interpretation::cases::check(&bench.desk(Role::ClinicalScientist, 1), id).await.expect("checked");
    deliver(&bench.service).await.expect("looked");
    assert_eq!(received(&mut calls).len(), 0, "nothing is signed");
    results::reports::authorise(&bench.desk(Role::Consultant, 0), id).await.expect("signed");
    deliver(&bench.service).await.expect("delivered");
    let notified: Vec<Received> = received(&mut calls).into_iter().filter(|call| call.line.contains("/notified")).collect();
    assert_eq!(notified.len(), 1, "the report; nobody has read it yet");
    let report: Value = serde_json::from_str(&notified[0].body).expect("JSON");
    let address = format!("/notified/DiagnosticReport/{}", report["id"].as_str().expect("an identifier"));
    assert_eq!(notified[0].line, format!("PUT {address} HTTP/1.1"));
    assert_eq!((report["status"].as_str(), report["resourceType"].as_str()), (Some("final"), Some("DiagnosticReport")));
    assert!(report["presentedForm"][0]["url"].as_str().is_some_and(|url| url.starts_with("https://gms.example/fhir/")), "{report}");

    results::reports::acknowledge(&system, id, "Seen").await.expect("read");
    deliver(&bench.service).await.expect("delivered");
    let notified = received(&mut calls);
    assert!(
        notified.len() == 1 && notified[0].line.contains("/notified/Task/"),
        "{:?}",
        notified.iter().map(|call| &call.line).collect::<Vec<_>>()
    );
    assert_eq!(received(&mut none).len(), 0, "another system is told nothing of it");
}

#[tokio::test]
async fn a_system_that_does_not_answer_is_called_again_for_a_week_and_keeps_nothing_else_waiting() {
    let bench = Bench::new().await;
    let (base, mut calls) = hospital(&[503, 503, 200]).await;
    let system = system_at(&bench, &base).await;
    let id = subscriptions::subscribe(&system, new(&base, "Task?status=requested", false)).await.expect("taken");
    order_by_fhir(&system, "F-50").await;
    deliver(&bench.service).await.expect("tried");
    let first = received(&mut calls);
    assert_eq!((first.len(), state(&system, id).await.as_str()), (1, "error"));
    deliver(&bench.service).await.expect("not due");
    assert_eq!(received(&mut calls).len(), 0, "not at once again");
    deliver_at(&bench.service, later(10)).await.expect("tried");
    assert_eq!((received(&mut calls).len(), state(&system, id).await.as_str()), (1, "error"));
    deliver_at(&bench.service, later(60)).await.expect("delivered");
    let last = received(&mut calls);
    assert_eq!((last.len(), state(&system, id).await.as_str()), (1, "active"));
    let number = |call: &Received| call.headers.lines().find(|line| line.starts_with("x-request-id")).map(str::to_owned);
    assert_eq!(number(&first[0]), number(&last[0]), "the same message has the same number");
    assert!(bench.service.store.undelivered().await.expect("waiting").is_empty());

    let (base, _closed) = hospital(&[500]).await;
    let system = system_at(&bench, &base).await;
    let id = subscriptions::subscribe(&system, new(&base, "Task?status=requested", false)).await.expect("taken");
    order_by_fhir(&system, "F-51").await;
    deliver(&bench.service).await.expect("tried");
    deliver_at(&bench.service, later(8 * 24 * 60)).await.expect("tried");
    assert_eq!(state(&system, id).await, "off");
    assert!(bench.service.store.undelivered().await.expect("waiting").is_empty(), "and nothing waits for it");
}

#[tokio::test]
async fn what_may_not_be_called_or_told_is_refused_with_every_reason() {
    let bench = Bench::new().await;
    let system = bench.system(Address::None).await;
    let inside = new("http://127.0.0.1:9", "Patient?family=bell", false);
    let headers = vec![("Host".to_owned(), "x".to_owned())];
    let refusal = subscriptions::subscribe(&system, NewSubscription { headers, ..inside }).await.expect_err("refused").to_string();
    for says in ["'Patient' is not told of", "lies inside a network", "Host is set by the service"] {
        assert!(refusal.contains(says), "{refusal}");
    }
    let outside = NewSubscription { endpoint: "https://hospital.example/told".into(), ..new("", "Task?status=completed", false) };
    subscriptions::subscribe(&system, outside.clone()).await.expect("taken");
    let prescriber = {
        let by = who(Role::Administrator, 0);
        let organisation = ("RP4DEMO".parse().expect("a code"), "Hospital");
        let (id, _) =
            ordering::clients::open(&bench.service, &by, Role::PrescribingSystem, "Pharmacy", organisation).await.expect("opened");
        bench.line(id).await
    };
    refused(subscriptions::subscribe(&prescriber, outside).await, "may not send messages");
}
