//! Drafts of orders: discarded as they were shown, and by nobody elsewhere.

use crate::bench::*;
use service::ordering::drafts::{discard, find, list, save};

#[tokio::test]
async fn a_draft_that_somebody_saved_since_it_was_shown_is_not_discarded() {
    let bench = Bench::new().await;
    let own = bench.desk(Role::Clinician, 0);
    let colleague = Staff { id: care::StaffId(MachineClock.new_id()), name: "Dr Col League".into(), ..who(Role::Clinician, 0) };
    let colleague = bench.service.desk(colleague);
    let order = OrderId(MachineClock.new_id());
    let seen = save(&own, order, 0, "Marcus: R98.2".into(), "{}".into()).await.expect("saved");
    save(&colleague, order, seen, "Marcus: R98.2".into(), "{\"history\":\"Seen\"}".into()).await.expect("saved");
    let refused = discard(&own, order, seen).await.expect_err("changed since").to_string();
    assert!(refused.contains("Dr Col League saved this draft"), "{refused}");
    let (kept, saves) = find(&own, order).await.expect("still there");
    assert!(kept.content.contains("Seen"), "{}", kept.content);
    discard(&own, order, saves).await.expect("discarded as it was shown");
    assert_eq!(list(&own, 1).await.expect("a list").total, 0);
    assert!(matches!(discard(&own, order, saves).await, Err(ServiceError::NotFound(_))), "once");
    let late = save(&colleague, order, saves + 1, "Marcus".into(), "{}".into()).await.expect_err("it is discarded").to_string();
    assert!(late.contains("discarded"), "{late}");
}

#[tokio::test]
async fn nobody_elsewhere_and_nobody_who_may_not_order_discards_a_draft() {
    let bench = Bench::new().await;
    let own = bench.desk(Role::Clinician, 0);
    let order = OrderId(MachineClock.new_id());
    let seen = save(&own, order, 0, "Marcus: R98.2".into(), "{}".into()).await.expect("saved");
    let organisation = "RZZ99".parse().expect("a code");
    let stranger = bench.service.desk(Staff { id: care::StaffId(MachineClock.new_id()), organisation, ..who(Role::Clinician, 0) });
    assert!(matches!(discard(&stranger, order, seen).await, Err(ServiceError::NotFound(_))));
    assert!(matches!(discard(&bench.desk(Role::Researcher, 0), order, seen).await, Err(ServiceError::Denied(_))));
    assert_eq!(find(&own, order).await.expect("still there").1, seen);
}

#[tokio::test]
async fn a_draft_for_somebody_whose_record_is_restricted_says_nothing_of_them_to_others() {
    let bench = Bench::new().await;
    let own = bench.desk(Role::Clinician, 0);
    let colleague = Staff { id: care::StaffId(MachineClock.new_id()), name: "Dr Col League".into(), ..who(Role::Clinician, 0) };
    let colleague = bench.service.desk(colleague);
    let placed = bench.placed(|_| {}).await;
    let patient = bench.people(placed).await[0];
    let order = OrderId(MachineClock.new_id());
    let content = "{\"test\":\"R98.2\",\"people\":[{\"given_name\":\"Proband\",\"nhs_number\":\"401 023 2137\"}]}";
    let seen = save(&own, order, 0, "Proband Testcase: R98.2".into(), content.into()).await.expect("saved");
    let other = OrderId(MachineClock.new_id());
    save(&own, other, 0, "Marcus: R98.2".into(), "{\"people\":[{\"nhs_number\":\"9990000018\"}]}".into()).await.expect("saved");
    let titles = async |desk: &Desk| {
        let mut titles: Vec<String> = list(desk, 1).await.expect("a list").lines.into_iter().map(|line| line.title).collect();
        titles.sort();
        titles
    };
    assert_eq!(titles(&colleague).await, ["Marcus: R98.2", "Proband Testcase: R98.2"]);
    find(&colleague, order).await.expect("of the same organisation");

    people::restriction::restrict(&own, patient, &[], true, "Works in this hospital").await.expect("restricted");
    assert_eq!(titles(&colleague).await, ["Marcus: R98.2", "Restricted record"]);
    refused(find(&colleague, order).await, "belongs to a restricted record");
    refused(discard(&colleague, order, seen).await, "belongs to a restricted record");
    find(&colleague, other).await.expect("of somebody else");
    assert_eq!(titles(&own).await, ["Marcus: R98.2", "Proband Testcase: R98.2"], "who is named sees it");
    assert_eq!(find(&own, order).await.expect("named").1, seen);

    people::emergency::break_glass(&colleague, patient, "Collapsed on the ward, nobody named is here").await.expect("opened");
    find(&colleague, order).await.expect("in an emergency");
}
