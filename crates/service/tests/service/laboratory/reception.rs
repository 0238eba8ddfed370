//! Tube after tube at reception.

use crate::bench::*;
use care::{Role, SampleId, laboratory::sample::Command, ordering::order};
use service::{
    laboratory::{
        self,
        reception::{Outcome, Scan},
    },
    lines,
    ordering::{self},
};

impl Bench {
    /// The first tube of an order, and its barcode.
    async fn first_tube(&self, order: OrderId) -> (SampleId, String) {
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
        let (id, sample) = desk.status(&permit, order).await.expect("a status").samples.remove(0);
        (id, sample.label.expect("labelled").barcode)
    }

    /// Kinds of the events of a sample.
    async fn events_of(&self, order: OrderId, id: SampleId) -> Vec<String> {
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let permit = desk.permit(Action::ReadOrder, order).await.expect("a permit");
        let events = self.service.store.stream(&permit, &id.stream()).await.expect("a stream");
        events.into_iter().map(|event| event.kind).collect()
    }
}

fn why(scan: &Scan) -> &str {
    match &scan.outcome {
        Outcome::Aside(why) => why,
        other => panic!("{other:?}"),
    }
}

fn seen(scan: &Scan) -> u64 {
    match &scan.outcome {
        Outcome::Received { seen } => *seen,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_scan_says_whose_the_tube_is_and_a_second_one_changes_nothing() {
    let bench = Bench::new().await;
    let order = bench.placed(|_| {}).await;
    let (id, barcode) = bench.first_tube(order).await;
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    refused(laboratory::reception::receive(&bench.desk(Role::Clinician, 0), &barcode).await, "may not handle samples");
    let scan = laboratory::reception::receive(&desk, &format!("]C1{}\r\n", barcode.to_lowercase())).await.expect("read");
    let _ = seen(&scan);
    let tube = scan.tube.expect("a tube");
    assert_eq!((tube.order, tube.sample, tube.barcode.as_str()), (order, id, barcode.as_str()));
    assert!(!tube.name.is_empty() && !tube.number.is_empty());
    let scan = laboratory::reception::receive(&desk, &barcode).await.expect("read");
    assert!(matches!(&scan.outcome, Outcome::Again { by, state: "Received", .. } if *by == desk.staff.name), "{:?}", scan.outcome);
    assert_eq!(bench.events_of(order, id).await.iter().filter(|kind| *kind == "Received").count(), 1);
    assert_eq!(bench.state(order).await.0, order::State::Accepted);
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_tube_that_is_not_received_says_why() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    let receive = async |barcode: &str| laboratory::reception::receive(&desk, barcode).await.expect("read");
    assert!(why(&receive("S000000000000").await).contains("Unknown barcode"));
    assert!(why(&receive(" \r\n").await).contains("No barcode was read"));

    let cancelled = bench.placed(|_| {}).await;
    let (id, barcode) = bench.first_tube(cancelled).await;
    let there = laboratory::reception::receive(&bench.desk(Role::LaboratoryScientist, 1), &barcode).await.expect("read");
    assert!(why(&there).contains("for another laboratory") && there.tube.is_none(), "nothing else is told of it");
    let cancel = order::Command::Cancel { reason: "Moved away".into() };
    ordering::orders::change(&bench.desk(Role::Clinician, 0), cancelled, cancel).await.expect("cancelled");
    let scan = receive(&barcode).await;
    assert!(why(&scan).contains("is cancelled") && scan.tube.is_some());
    assert_eq!(bench.events_of(cancelled, id).await, ["Expected"], "nothing was received");

    // One number of two hospitals on two tubes.
    let (one, two) = (bench.placed(|_| {}).await, bench.placed(|_| {}).await);
    for order in [one, two] {
        let (id, _) = bench.first_tube(order).await;
        laboratory::samples::handle(&desk, order, id, Command::Relabel { labels: vec!["H-77".into()] }).await.expect("labelled");
    }
    assert!(why(&receive("h-77").await).contains("Several samples came with the number H-77"));
    let (_, barcode) = bench.first_tube(one).await;
    let _ = seen(&receive(&barcode).await);
}

#[tokio::test]
async fn a_tube_is_received_by_the_number_of_another_laboratory_and_where_it_was_sent_to() {
    let bench = Bench::new().await;
    let order = bench.placed(|_| {}).await;
    let (id, barcode) = bench.first_tube(order).await;
    let (here, there) = (bench.desk(Role::LaboratoryScientist, 0), bench.desk(Role::LaboratoryScientist, 1));
    laboratory::samples::handle(&here, order, id, Command::Relabel { labels: vec!["ABC/9".into()] }).await.expect("labelled");
    let _ = seen(&laboratory::reception::receive(&here, "abc/9").await.expect("read"));
    laboratory::samples::handle(&here, order, id, Command::Accept).await.expect("accepted");
    let to = there.staff.organisation.clone();
    laboratory::samples::handle(&here, order, id, Command::Dispatch { to, manifest: "M-1".into() }).await.expect("sent");
    assert!(why(&laboratory::reception::receive(&here, &barcode).await.expect("read")).contains("It was sent on to laboratory"));
    let scan = laboratory::reception::receive(&there, &barcode).await.expect("read");
    laboratory::reception::undo(&there, order, id, seen(&scan), "Another tray").await.expect("undone");
    let _ = seen(&laboratory::reception::receive(&there, &barcode).await.expect("received again"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_tube_is_received_twice_by_two_people_who_scan_at_once() {
    let bench = Bench::new().await;
    let other = bench.again().await;
    for _ in 0..5 {
        let order = bench.placed(|_| {}).await;
        let (id, barcode) = bench.first_tube(order).await;
        let (one, two) = (bench.desk(Role::LaboratoryScientist, 0), other.desk(who(Role::LaboratoryScientist, 0)));
        let (one, two) = tokio::join!(laboratory::reception::receive(&one, &barcode), laboratory::reception::receive(&two, &barcode));
        let outcomes = [one.expect("read").outcome, two.expect("read").outcome];
        assert_eq!(outcomes.iter().filter(|o| matches!(o, Outcome::Received { .. })).count(), 1, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|o| matches!(o, Outcome::Again { .. })).count(), 1, "{outcomes:?}");
        assert_eq!(bench.events_of(order, id).await.iter().filter(|kind| *kind == "Received").count(), 1);
    }
}

#[tokio::test]
async fn an_old_page_cannot_undo_a_receipt_after_which_the_sample_moved_on() {
    let bench = Bench::new().await;
    let order = bench.placed(|_| {}).await;
    let (id, barcode) = bench.first_tube(order).await;
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    let first = seen(&laboratory::reception::receive(&desk, &barcode).await.expect("read"));
    refused(laboratory::reception::undo(&desk, order, id, first, " ").await, "Say why the receipt is undone");
    laboratory::reception::undo(&desk, order, id, first, "The wrong tray").await.expect("undone");
    refused(laboratory::reception::undo(&desk, order, id, first, "Twice").await, "has been worked on since");
    let second = seen(&laboratory::reception::receive(&desk, &barcode).await.expect("read"));
    laboratory::samples::handle(&desk, order, id, Command::Accept).await.expect("accepted");
    refused(laboratory::reception::undo(&desk, order, id, second, "Too late").await, "has been worked on since");
    assert_eq!(bench.events_of(order, id).await, ["Expected", "Received", "ReceiptUndone", "Received", "Accepted"]);
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}
