//! Orders, and who is in them.

use crate::bench::*;

mod acknowledged;
mod at_once;
mod babies;
mod clients;
mod consents;
mod days;
mod deaths;
mod doubts;
mod drafts;
mod early;
mod families;
mod field;
mod identity;
mod keys;
pub(crate) mod messages;
mod namespaces;
mod numbers;
mod own_numbers;
mod performers;
mod records;
mod repeated;
pub(crate) mod restated;
mod scenarios;
mod stale;
mod templates;
mod tubes;
mod waiting;
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
async fn a_form_that_differs_from_whoever_has_the_number_is_never_placed() {
    let bench = Bench::new().await;
    let extract = "4010232137\tTestcase\tProband\t2019-04-03\tF\n9434765919\tTestcase\tFather\t1988-04-03\tM\n";
    std::fs::write(bench.folder.path().join(people::trace::EXTRACT), extract).expect("written");
    let clinician = bench.desk(Role::Clinician, 0);
    let wrong = async |change: fn(&mut Demographics)| {
        let mut form = bench.form().await;
        change(&mut form.people[0].demographics);
        ordering::orders::place(&clinician, form).await
    };
    refused(wrong(|who| who.given_name = "Simon".into()).await, "somebody with another given name in the extract");
    refused(wrong(|who| who.birth_date = Date::constant(2012, 4, 3)).await, "another date of birth");
    refused(wrong(|who| who.family_name = "Somebody".into()).await, "belongs to somebody with another name");
    refused(wrong(|who| who.sex = Sex::Male).await, "belongs to somebody of another sex");
    let known = people::trace::trace(&clinician, "4010232137".parse().expect("a number")).await.expect("looked up").expect("known");
    let stated = Demographics { sex: Sex::Male, family_name: "Somebody".into(), ..known.clone() };
    assert_eq!(people::trace::differences(&known, &stated), ["another family name", "another sex"]);
    wrong(|_| {}).await.expect("placed: nothing differs");
    // The same for whoever is known here by now.
    refused(wrong(|who| who.sex = Sex::Male).await, "belongs to somebody of another sex");
}

#[tokio::test]
async fn a_test_of_children_is_never_placed_for_an_adult() {
    let bench = Bench::new().await;
    let acute = service::directory::catalogue::current(&bench.service).await.expect("a directory").test("R14.1").expect("in force").clone();
    let mut form = bench.form().await;
    form.test = acute.clone();
    form.people = vec![person(Relationship::Proband, 1959, Sex::Female, "9990000050")];
    refused(ordering::orders::place(&bench.desk(Role::Clinician, 0), form).await, "under 18 years old");
    bench.placed(|form| form.test = acute).await;
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
    let unsaid = ordering::orders::changed_since(&clinician, order, None).await.expect("looked");
    assert!(unsaid[0].contains("does not say what its page showed"), "{unsaid:?}");
}
