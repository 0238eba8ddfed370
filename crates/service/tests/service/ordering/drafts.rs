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
