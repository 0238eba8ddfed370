//! A clock that goes back by an hour, as one does that the network sets right: events keep their order, leases run out, people sign in.

use crate::bench::*;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use service::people::accounts::{self, SignsInBy};
use std::sync::Mutex;
use uuid::Uuid;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const PASSWORD: &str = "copper window sail";

/// The machine's clock, moved to the noon of its day and from there by whatever a test says.
struct Moved(Mutex<SignedDuration>);

impl Moved {
    fn noon() -> Arc<Moved> {
        let midday = MachineClock.today().at(12, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a time").timestamp();
        Arc::new(Moved(Mutex::new(midday.duration_since(MachineClock.now()))))
    }

    fn back(&self, by: SignedDuration) {
        *self.0.lock().expect("nobody panics with the lock held") -= by;
    }
}

impl Clock for Moved {
    fn now(&self) -> Timestamp {
        MachineClock.now() + *self.0.lock().expect("nobody panics with the lock held")
    }

    fn new_id(&self) -> Uuid {
        MachineClock.new_id()
    }
}

#[tokio::test]
async fn an_order_goes_on_from_sample_to_signed_report_while_the_clock_goes_back() {
    let mut bench = Bench::new().await;
    let clock = Moved::noon();
    bench.service = bench.opened_with(Arc::<Moved>::clone(&clock)).await;
    let order = bench.ready().await;
    clock.back(HOUR);
    bench.analyse(order, false).await;
    bench.signed(order).await;
    let permit = bench_permit(&bench.desk(Role::Clinician, 0), order).await;
    let events = bench.service.store.order_events(&permit, order).await.expect("read");
    assert!(events.windows(2).any(|two| two[1].at < two[0].at), "the clock did go back");
    assert!(events.windows(2).all(|two| two[1].position > two[0].position), "the order in which things happened is that of the journal");
    assert!(matches!(bench.state(order).await.0, State::Reported { .. }));
    bench.service.store.verify().await.expect("read").expect("holds");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn people_sign_in_and_guesses_stay_counted_while_the_clock_goes_back() {
    let mut bench = Bench::new().await;
    let clock = Moved::noon();
    bench.service = bench.opened_with(Arc::<Moved>::clone(&clock)).await;
    let by = bench.desk(Role::Administrator, 0).staff;
    for login in ["nia.rowe", "sam.hale"] {
        let person = Staff { id: accounts::new_staff_id(&bench.service), name: login.into(), ..who(Role::Clinician, 0) };
        accounts::open(&bench.service, &by, person, login, SignsInBy::Password(PASSWORD.into())).await.expect("opened");
    }
    for _ in 0..5 {
        refused(accounts::sign_in(&bench.service, "sam.hale", "a wrong guess".into()).await, "not right");
    }
    clock.back(HOUR);
    accounts::sign_in(&bench.service, "nia.rowe", PASSWORD.into()).await.expect("an account that was opened in an hour from now");
    refused(accounts::sign_in(&bench.service, "sam.hale", PASSWORD.into()).await, "Too many attempts");
    clock.back(-(HOUR + HOUR));
    accounts::sign_in(&bench.service, "sam.hale", PASSWORD.into()).await.expect("once the time is over");
}

#[tokio::test]
async fn who_has_work_keeps_it_while_the_clock_goes_back_and_another_takes_it_once_it_runs_out() {
    let bench = Bench::new().await;
    let (store, noon) = (&bench.service.store, bench.service.now());
    let term = SignedDuration::from_secs(60);
    let lease = store.take_lease("analysis/x", noon, noon + term).await.expect("read").expect("free");
    let earlier = noon - HOUR;
    assert!(store.take_lease("analysis/x", earlier, earlier + term).await.expect("read").is_none(), "somebody has it");
    assert!(store.renew_lease(&lease, earlier + term, 1).await.expect("renewed"));
    assert!(store.take_lease("analysis/x", earlier, earlier + term).await.expect("read").is_none(), "they still have it");
    let later = earlier + term;
    let next = store.take_lease("analysis/x", later, later + term).await.expect("read").expect("it ran out by the clock as it is now");
    assert!(next.fence > lease.fence);
    assert!(!store.renew_lease(&lease, later + term, 2).await.expect("read"), "whoever had it has it no more");
}
