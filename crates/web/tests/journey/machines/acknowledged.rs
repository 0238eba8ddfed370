//! What was acknowledged while machines were killed.

use super::{VARIABLE, are_several};
use crate::{
    Served,
    exchange::{System, sent},
};
use service::lines;
use sim::messages::fhir;
use std::time::{Duration, Instant};

/// How many programs are killed meanwhile, at least: most rounds kill two.
const KILLED: usize = 10;
/// How long they may take for it.
const KILLED_WITHIN: Duration = Duration::from_mins(5);
/// Between two orders, so that they are not all before the first is killed.
const PAUSE: Duration = Duration::from_millis(200);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_order_that_was_acknowledged_while_machines_were_killed_is_there_and_the_chains_and_the_lists_hold() {
    if !are_several() {
        eprintln!("skipped: journeys run on this machine alone; {VARIABLE}=1 lets them run over several");
        return;
    }
    let served = Served::new().await;
    let system = System::new(&served, "RP4DEMO").await;
    let token = system.token("").await;
    let (began, mut placed) = (Instant::now(), Vec::new());
    while served.killed() < KILLED {
        assert!(began.elapsed() < KILLED_WITHIN, "only {} programs were killed", served.killed());
        let number = format!("K-{}", placed.len());
        let (status, made) = system.ask(&token, "POST", "/fhir", "", &fhir(&sent(&number, "R98.2", "BELL"))).await;
        assert_eq!(status, 200, "{number}: {made}");
        placed.push(number);
        tokio::time::sleep(PAUSE).await;
    }
    for number in &placed {
        let found = system.ask(&token, "GET", &format!("/fhir/ServiceRequest?identifier={number}"), "", &serde_json::Value::Null).await.1;
        assert_eq!(found["total"], 3, "{number} was acknowledged, with a request for each of three people: {found}");
    }
    assert_eq!(served.service.store.all_orders().await.expect("orders").len(), placed.len(), "and no other is there");
    let store = &served.service.store;
    store.verify().await.expect("read").unwrap_or_else(|broken| panic!("the journal: {broken}"));
    store.verify_audit().await.expect("read").unwrap_or_else(|broken| panic!("the audit: {broken}"));
    assert_eq!(lines::check_views(&served.service).await.expect("compared"), Vec::<String>::new());
}
