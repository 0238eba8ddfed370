//! What systems could not be told is seen by the people who look after them.

use super::*;

#[tokio::test]
async fn a_subscription_that_fails_is_seen_with_its_answer_and_called_again_by_a_person() {
    let bench = Bench::new().await;
    let (base, mut calls) = hospital(&[503, 503, 200]).await;
    let system = system_at(&bench, &base).await;
    let associate = bench.desk(Role::GenomicAssociate, 0);
    assert!(subscriptions::not_told(&associate).await.expect("a list").is_empty());
    let id = subscriptions::subscribe(&system, new(&base, "Task?status=requested", false)).await.expect("taken");
    order_by_fhir(&system, "F-90").await;
    deliver(&bench.service).await.expect("tried");
    let found = subscriptions::not_told(&associate).await.expect("a list");
    let [failing] = &found.subscriptions[..] else { panic!("not seen") };
    assert_eq!((failing.subscription.id, failing.is_off(), failing.system.id), (id, false, system.staff.id));
    assert!(failing.answer().contains("answered 503"), "{}", failing.answer());
    assert_eq!((failing.waiting.len(), failing.waiting[0].attempts), (1, 1));
    assert!(!failing.waiting[0].due.is_empty(), "when it is called again");

    refused(subscriptions::not_told(&bench.desk(Role::Clinician, 0)).await.map(drop), "may not");
    refused(subscriptions::try_again(&bench.desk(Role::Clinician, 0), id).await, "may not");
    let stranger = bench.system_of("RXX99").await;
    let elsewhere = Staff { organisation: stranger.staff.organisation.clone(), ..who(Role::GenomicAssociate, 0) };
    let elsewhere = bench.service.desk(elsewhere);
    assert!(subscriptions::not_told(&elsewhere).await.expect("a list").is_empty(), "of another organisation");
    refused(subscriptions::try_again(&elsewhere, id).await, "There is no");

    subscriptions::try_again(&associate, id).await.expect("called");
    assert_eq!(received(&mut calls).len(), 2, "at once");
    assert_eq!(subscriptions::not_told(&associate).await.expect("a list").subscriptions[0].waiting[0].attempts, 2);
    subscriptions::try_again(&associate, id).await.expect("called");
    assert_eq!((received(&mut calls).len(), state(&system, id).await.as_str()), (1, "active"));
    assert!(subscriptions::not_told(&associate).await.expect("a list").is_empty());
}

/// What waits without its content is told even if the resource has changed since: it did fit, and nothing else would say so.
#[tokio::test]
async fn a_call_that_waited_comes_although_the_resource_fits_no_more() {
    let bench = Bench::new().await;
    let (base, mut calls) = hospital(&[503, 200]).await;
    let system = system_at(&bench, &base).await;
    subscriptions::subscribe(&system, new(&base, "ServiceRequest?status=active", false)).await.expect("taken");
    let order = order_by_fhir(&system, "F-91").await;
    deliver(&bench.service).await.expect("tried");
    let cancel = Command::Cancel { reason: "Not needed".into() };
    ordering::orders::change(&bench.desk(Role::Clinician, 0), order, cancel).await.expect("cancelled");
    deliver_at(&bench.service, later(5)).await.expect("told");
    assert_eq!(received(&mut calls).len(), 4, "the call that failed, and each of three requests");
    assert!(bench.service.store.undelivered().await.expect("waiting").is_empty());
}

/// The machine's clock, ten days ahead.
struct AfterTenDays;

impl Clock for AfterTenDays {
    fn now(&self) -> Timestamp {
        MachineClock.now() + SignedDuration::from_hours(10 * 24)
    }

    fn new_id(&self) -> uuid::Uuid {
        MachineClock.new_id()
    }
}

#[tokio::test]
async fn one_whose_end_has_come_does_not_fail_and_one_that_was_given_up_does() {
    let bench = Bench::new().await;
    let (base, _calls) = hospital(&[500]).await;
    let system = system_at(&bench, &base).await;
    let ends = NewSubscription { end: Some(later(60)), ..new(&base, "ServiceRequest", false) };
    subscriptions::subscribe(&system, ends).await.expect("taken");
    let lasts = subscriptions::subscribe(&system, new(&base, "ServiceRequest", false)).await.expect("taken");
    order_by_fhir(&system, "F-92").await;
    deliver_at(&bench.service, later(1)).await.expect("tried");
    deliver_at(&bench.service, later(8 * 24 * 60)).await.expect("given up");
    let after = bench.opened_with(Arc::new(AfterTenDays)).await;
    let found = subscriptions::not_told(&after.desk(who(Role::GenomicAssociate, 0))).await.expect("a list");
    let [off] = &found.subscriptions[..] else { panic!("{}", found.len()) };
    assert_eq!((off.subscription.id, off.is_off(), off.waiting.len()), (lasts, true, 0));
    assert!(off.answer().contains("Nobody could be reached for 7 days"), "{}", off.answer());
}
