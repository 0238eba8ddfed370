//! Samples of orders that end, and of laboratories that work together.

use crate::bench::*;
use care::{Role, laboratory::sample, ordering::order::Command};
use service::{
    laboratory, lines,
    ordering::{self},
};

#[tokio::test]
async fn a_sample_of_a_cancelled_order_is_not_worked_on_and_an_error_leaves_the_lists() {
    let bench = Bench::new().await;
    let order = bench.placed(|_| {}).await;
    let clinician = bench.desk(Role::Clinician, 0);
    ordering::orders::change(&clinician, order, Command::Cancel { reason: "The family moved away".into() }).await.expect("cancelled");
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    let permit = desk.permit(access::Action::ReadOrder, order).await.expect("a permit");
    let (id, sample) = desk.status(&permit, order).await.expect("a status").samples.remove(0);
    let barcode = sample.label.expect("labelled").barcode;
    // The tube is here, so that it is received; but nobody goes on with it.
    laboratory::samples::handle(&desk, order, id, sample::Command::Receive { barcode }).await.expect("received");
    refused(laboratory::samples::handle(&desk, order, id, sample::Command::Accept).await, "is cancelled: do not work on this sample");
    let reject = sample::Command::Reject(sample::Rejection::new(sample::Ground::Other, "Order cancelled"));
    laboratory::samples::handle(&desk, order, id, reject).await.expect("rejected");
    assert_eq!(bench.materials(order).await.len(), 1, "no new sample is asked for");

    let wrong = bench.placed(|_| {}).await;
    ordering::orders::change(&clinician, wrong, Command::EnterInError { reason: "Another child".into() }).await.expect("marked");
    let permit = clinician.permit_general(access::Action::SeeWorkList).await.expect("a permit");
    let listed = bench.service.store.orders(&permit, &everything()).await.expect("a list");
    assert!(listed.iter().all(|o| o.id != wrong) && listed.iter().any(|o| o.id == order));
}

#[tokio::test]
async fn a_sample_is_rejected_for_a_reason_of_the_list_and_a_new_one_is_expected() {
    let bench = Bench::new().await;
    let order = bench.placed(|_| {}).await;
    bench.receive(order).await;
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    let permit = desk.permit(access::Action::ReadOrder, order).await.expect("a permit");
    let (id, _) = desk.status(&permit, order).await.expect("a status").samples.remove(0);
    let reject = |ground, reason: &str| sample::Command::Reject(sample::Rejection { reason: reason.into(), ground });
    refused(laboratory::samples::handle(&desk, order, id, reject(None, "Empty")).await, "Choose why the sample is rejected");
    refused(
        laboratory::samples::handle(&desk, order, id, reject(Some(sample::Ground::Other), " ")).await,
        "Say why the sample is rejected",
    );
    assert_eq!(bench.materials(order).await.len(), 1, "a refused rejection changes nothing");
    let haemolysed = reject(Some(sample::Ground::Haemolysed), "");
    laboratory::samples::handle(&desk, order, id, haemolysed).await.expect("rejected");
    let samples = desk.status(&permit, order).await.expect("a status").samples;
    let sample::State::Rejected(rejection) = &samples[0].1.state else { panic!("{:?}", samples[0].1.state) };
    assert_eq!(rejection.sentence(), "Haemolysed");
    assert!(rejection.next_step().starts_with("A new sample is needed"));
    assert_eq!(samples[1].1.state, sample::State::Expected);
    let sentence = &bench.service.store.stream(&permit, &id.stream()).await.expect("a stream")[3];
    assert_eq!(sentence.event().expect("read").sentence(), "Sample rejected: Haemolysed");
}

#[tokio::test]
async fn a_sample_is_sent_to_another_laboratory_which_may_then_work_on_it_or_stay_silent() {
    let bench = Bench::new().await;
    let order = bench.placed(|_| {}).await;
    bench.receive(order).await;
    let (here, there) = (bench.desk(Role::LaboratoryScientist, 0), bench.desk(Role::LaboratoryScientist, 1));
    let permit = here.permit(access::Action::ReadOrder, order).await.expect("a permit");
    let (id, sample) = here.status(&permit, order).await.expect("a status").samples.remove(0);
    let barcode = sample.label.expect("labelled").barcode;
    refused(laboratory::samples::scan(&there, &barcode).await, "may not handle samples");
    refused(laboratory::samples::scan(&here, "S0000000000").await, "put the tube aside");
    assert_eq!(laboratory::samples::scan(&here, &barcode.to_lowercase()).await.expect("found").id, id);

    let part = laboratory::samples::aliquot(&here, order, id).await.expect("taken");
    laboratory::samples::handle(&here, order, part, sample::Command::Place { place: "F2 R3 A1".into() }).await.expect("placed");
    let to = there.staff.organisation.clone();
    laboratory::samples::handle(&here, order, id, sample::Command::Dispatch { to, manifest: "M-77".into() }).await.expect("sent");
    assert_eq!(bench.service.store.manifest("M-77").await.expect("read").len(), 1);
    laboratory::samples::handle(&there, order, id, sample::Command::ReceiveElsewhere { barcode }).await.expect("received there");
    let permit = there.permit_general(access::Action::SeeWorkList).await.expect("a permit");
    assert!(
        bench.service.store.orders(&permit, &everything()).await.expect("a list").iter().any(|o| o.id == order),
        "it stands on their list too"
    );

    // A silent laboratory: its data arrive, and the sample is inferred to be there.
    let silent = bench.ready().await;
    let permit = here.permit(access::Action::ReadOrder, silent).await.expect("a permit");
    for (id, _) in here.status(&permit, silent).await.expect("a status").samples {
        let to = there.staff.organisation.clone();
        laboratory::samples::handle(&here, silent, id, sample::Command::Dispatch { to, manifest: "M-78".into() }).await.expect("sent");
    }
    assert!(bench.state(silent).await.1.contains("sequence data"));
    bench.analyse(silent, false).await;
    let status = here.status(&permit, silent).await.expect("a status");
    assert!(status.samples.iter().all(|(_, s)| matches!(s.state, sample::State::Elsewhere { inferred: true, .. })));
    let before = bench.service.store.sample_by_barcode(&status.samples[0].1.label.as_ref().expect("a label").barcode).await.expect("read");
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    let after = bench.service.store.sample_by_barcode(&before.as_ref().expect("a line").barcode).await.expect("read");
    assert_eq!(before, after);
    // Sequenced there and the lists made anew, an order still stands in the list of the laboratory that has its sample.
    laboratory::samples::handle(&there, order, id, sample::Command::Sequence).await.expect("sequenced there");
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    let permit = there.permit_general(access::Action::SeeWorkList).await.expect("a permit");
    assert!(bench.service.store.orders(&permit, &everything()).await.expect("a list").iter().any(|o| o.id == order));
}
