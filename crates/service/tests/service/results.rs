//! Reports from signature to reader.

use crate::bench::*;

mod delivery;
pub(crate) mod hospital;
mod inbox;
mod outside;
mod own_page;
mod preread;
mod questions;
mod references;
pub(crate) mod releases;
mod reports;
mod sending;
mod subscriptions;

#[tokio::test]
async fn three_different_people_sign_and_the_report_renders_the_same_twice() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let first = bench.desk(Role::ClinicalScientist, 0);
    let conclusion = bench.conclusion(order).await;
    let mut empty = conclusion.clone();
    empty.variants.clear();
    refused(interpretation::cases::propose(&first, order, empty).await, "needs at least one pathogenic");
    interpretation::cases::propose(&first, order, conclusion.clone()).await.expect("proposed");
    refused(interpretation::cases::propose(&first, order, conclusion).await, "nothing was overwritten");
    refused(interpretation::cases::check(&first, order).await, "a second scientist must check it");
    refused(results::reports::authorise(&bench.desk(Role::Consultant, 0), order).await, "has not checked");
    interpretation::cases::check(&bench.desk(Role::ClinicalScientist, 1), order).await.expect("checked");
    refused(results::reports::authorise(&bench.desk(Role::ClinicalScientist, 0), order).await, "may not authorise");
    refused(results::reports::report(&bench.desk(Role::Clinician, 0), order).await, "may not read the report");
    results::reports::authorise(&bench.desk(Role::Consultant, 0), order).await.expect("signed");
    refused(results::reports::authorise(&bench.desk(Role::Consultant, 0), order).await, "already signed; nothing was changed");
    assert_eq!(results::deliver::deliver(&bench.service).await.expect("delivered"), 1);
    assert_eq!(results::deliver::deliver(&bench.service).await.expect("nothing left"), 0);
    let (_, _, content) = results::reports::report(&bench.desk(Role::Clinician, 0), order).await.expect("a report");
    assert!(content.not_tested.join("\n").contains("repeat expansions were not looked for"));
    results::reports::acknowledge(&bench.desk(Role::Clinician, 0), order, "").await.expect("read");
    assert_eq!(bench.state(order).await.0, State::Closed);
    let today = MachineClock.today();
    let reported = bench.service.store.reported_of_test(&"R98.2".parse().expect("a test"), 10).await.expect("read");
    assert_eq!(reported, [(today, today)], "what an expected day is learnt from");
    let before = bench.service.store.order_view(order).await.expect("a line");
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    assert_eq!(bench.service.store.order_view(order).await.expect("a line"), before);
}
