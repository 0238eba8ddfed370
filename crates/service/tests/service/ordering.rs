//! Orders, and who is in them.

use crate::bench::*;

mod acknowledged;
mod families;
mod field;
mod identity;
mod keys;
pub(crate) mod messages;
mod restated;
mod scenarios;
mod tubes;
mod work;

#[tokio::test]
async fn an_order_without_a_required_item_leaves_nobody_registered() {
    let bench = Bench::new().await;
    let mut incomplete = bench.form().await;
    let before = bench.service.store.verify().await.expect("readable").expect("holds").events;
    incomplete.observed.clear();
    refused(ordering::orders::place(&bench.desk(Role::Clinician, 0), incomplete).await, "at least one HPO term");
    assert_eq!(bench.service.store.verify().await.expect("readable").expect("holds").events, before);
}

#[tokio::test]
async fn the_same_page_sent_twice_makes_one_order() {
    let bench = Bench::new().await;
    let form = bench.form().await;
    ordering::orders::place(&bench.desk(Role::Clinician, 0), form.clone()).await.expect("placed");
    refused(ordering::orders::place(&bench.desk(Role::Clinician, 0), form).await, "nothing was sent twice");
}

#[tokio::test]
async fn one_nhs_number_is_one_person() {
    let bench = Bench::new().await;
    let first = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let again = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    assert_eq!(bench.people(first).await, bench.people(again).await);
    let mut stranger = bench.form().await;
    stranger.people[0].demographics.family_name = "Somebody".into();
    refused(ordering::orders::place(&bench.desk(Role::Clinician, 0), stranger).await, "belongs to somebody with another");
}

#[tokio::test]
async fn a_choice_by_somebody_who_may_not_give_it_is_refused() {
    let bench = Bench::new().await;
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let people = bench.people(order).await;
    let desk = bench.desk(Role::Clinician, 0);
    refused(ordering::choices::record(&desk, people[0], discussion(order, Category::AdultOwn)).await, "parental responsibility");
    let themselves = Category::Child { by: Relationship::Proband, assent: true };
    refused(ordering::choices::record(&desk, people[0], discussion(order, themselves)).await, "not a parent");
    let absent = Category::Child { by: Relationship::Sibling, assent: true };
    refused(ordering::choices::record(&desk, people[0], discussion(order, absent)).await, "not part of this order");
    refused(
        ordering::choices::record(&bench.desk(Role::Clinician, 1), people[0], discussion(order, Category::AdultOwn)).await,
        "may not record a choice",
    );
}

#[tokio::test]
async fn a_choice_given_while_ordering_is_recorded_with_the_order_or_nothing_is() {
    let bench = Bench::new().await;
    let desk = bench.desk(Role::Clinician, 0);
    let mut wrong = bench.form().await;
    wrong.people[0].choice = Some(discussion(wrong.id, Category::AdultOwn));
    let order = wrong.id;
    refused(ordering::orders::place(&desk, wrong).await, "parental responsibility");
    assert!(desk.permit(Action::ReadOrder, order).await.is_err(), "the refused order left something behind");
    let mut right = bench.form().await;
    right.people[0].choice = Some(discussion(right.id, Category::Child { by: Relationship::Mother, assent: true }));
    let order = ordering::orders::place(&desk, right).await.expect("placed");
    assert!(bench.state(order).await.1.contains("Waiting for the choice of 2 people"));
}

#[tokio::test]
async fn nobody_moves_an_order_that_changed_since_they_looked() {
    let bench = Bench::new().await;
    let order = bench.placed(|_| {}).await;
    let looked = bench.service.store.sequence(&order.stream()).await.expect("read");
    ordering::orders::add_features(&bench.desk(Role::GenomicAssociate, 0), order, "Hypotonia").await.expect("added");
    let desk = bench.desk(Role::Clinician, 0);
    let cancel = || care::ordering::order::Command::Cancel { reason: "Asked for twice".into() };
    let before = bench.state(order).await;
    let said = ordering::orders::change_as_seen(&desk, order, Some(looked), cancel()).await.expect_err("a conflict");
    assert!(matches!(said, service::ServiceError::Conflict(_)), "{said}");
    assert_eq!(bench.state(order).await, before);
    ordering::orders::change_as_seen(&desk, order, Some(looked + 1), cancel()).await.expect("cancelled");
}

/// Someone acts on a page that an hour ago was true.
#[tokio::test]
async fn whoever_acts_on_an_order_is_told_what_changed_since_they_looked() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let clinician = bench.desk(Role::Clinician, 0);
    let permit = bench_permit(&clinician, order).await;
    let events = bench.service.store.order_events(&permit, order).await.expect("read");
    let seen = events.iter().filter(|entry| entry.stream == order.stream()).map(|entry| entry.sequence).max();
    assert!(ordering::orders::changed_since(&clinician, order, seen).await.expect("looked").is_empty());
    ordering::orders::add_features(&bench.desk(Role::GenomicAssociate, 0), order, "Hypotonia").await.expect("added");
    let since = ordering::orders::changed_since(&clinician, order, seen).await.expect("looked");
    assert!(since[0].contains("nothing was done") && since[1].contains("Clinical features added"), "{since:?}");
    assert!(ordering::orders::changed_since(&clinician, order, None).await.expect("looked").is_empty());
}
