//! Work that is found, taken on and rested.

use crate::bench::*;
use care::Role;
use service::{
    clock::{Clock, MachineClock},
    lines,
    ordering::{self},
    results,
};

#[tokio::test]
async fn work_is_found_taken_on_rested_and_whoever_is_waited_for_reminded() {
    use service::ordering::work::WorkAction;
    let bench = Bench::new().await;
    let (first, second) = (bench.placed(|_| {}).await, bench.placed(|_| {}).await);
    let associate = bench.desk(Role::GenomicAssociate, 0);
    let permit = associate.permit_general(access::Action::SeeWorkList).await.expect("a permit");
    let today = MachineClock.today();
    let mine = || store::Listing { turn: Some((Role::GenomicAssociate, today)), most: 10, ..store::Listing::default() };
    let list = async |listing: store::Listing| bench.service.store.orders(&permit, &listing).await.expect("a list");
    assert_eq!(list(mine()).await.len(), 2, "both wait for a choice");

    // Paged by key: the second page begins after the last line of the first.
    let page = list(store::Listing { most: 1, ..mine() }).await;
    let after = Some((page[0].due, page[0].number.clone()));
    let next = list(store::Listing { after, ..mine() }).await;
    assert_eq!((next.len(), next[0].id != page[0].id), (1, true));
    let number = next[0].number.to_lowercase();
    for (text, count) in [(number.as_str(), 1), (&number[3..6], 1), ("testca", 2), ("prob TESTCASE r98", 2), ("nobody", 0)] {
        assert_eq!(list(store::Listing { text: text.into(), ..mine() }).await.len(), count, "{text}");
    }

    ordering::work::act_on(&associate, first, &WorkAction::Take).await.expect("taken");
    refused(
        ordering::work::act_on(&associate, second, &WorkAction::Rest { until: today, reason: "away".into() }).await,
        "a day of the next 28",
    );
    let until = today.saturating_add(jiff::Span::new().days(3));
    ordering::work::act_on(&associate, second, &WorkAction::Rest { until, reason: "The family is away".into() }).await.expect("rests");
    let left = list(mine()).await;
    assert_eq!((left.len(), left[0].assignee.as_deref()), (1, Some("Ben Whitfield")));
    ordering::work::act_on(&associate, first, &WorkAction::Remind).await.expect("reminded");
    assert_eq!(results::deliver::deliver(&bench.service).await.expect("delivered"), 1);
    let sent = bench.folder.path().join("delivered/RP4DEMO").join(&left[0].number);
    assert_eq!(std::fs::read_dir(sent).expect("a folder").count(), 1);
    let before = list(everything()).await;
    lines::rebuild_views(&bench.service).await.expect("rebuilt");
    assert_eq!(list(everything()).await, before);
}

#[tokio::test]
async fn open_orders_are_counted_by_whom_they_wait_for() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let orders = [bench.placed(|_| {}).await, bench.placed(|_| {}).await];
    let counted = async |role, which| {
        let permit = bench.desk(role, which).permit_general(access::Action::ReadOrder).await.expect("a permit");
        bench.service.store.waiting_by_role(&permit).await.expect("counted")
    };
    assert_eq!(counted(Role::Manager, 0).await, [(Some(Role::GenomicAssociate), 2)]);
    let cancel = care::ordering::order::Command::Cancel { reason: "Moved".into() };
    ordering::orders::change(&desk, orders[0], cancel).await.expect("cancelled");
    assert_eq!(counted(Role::Manager, 0).await, [(Some(Role::GenomicAssociate), 1)]);
    assert!(counted(Role::Clinician, 1).await.is_empty(), "orders of another hospital were counted");
}
