//! Signs of life for what a program has in hand: on a thread of its own, with a connection of its own, so that a busy program is not
//! taken for one that is gone.

use super::LEASE;
use crate::{Service, clock::Clock, fault::ForLog};
use std::{
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::Duration,
};
use store::{Lease, Store};

/// How often a program gives a sign of life.
const RENEWED_EVERY: Duration = Duration::from_secs(15);

/// How long one of them may take.
const RENEWED_WITHIN: Duration = Duration::from_secs(10);

/// A piece of work that a program has in hand.
#[derive(Clone)]
pub(crate) struct InHand {
    pub(super) lease: Lease,
    /// How many records were read.
    pub(super) progress: Arc<AtomicU64>,
}

/// What a program works on at present.
#[derive(Clone, Default)]
pub(crate) struct Hand(Arc<Mutex<Vec<InHand>>>);

impl Hand {
    pub(super) fn add(&self, work: InHand) {
        self.lock().push(work);
    }

    pub(super) fn remove(&self, lease: &Lease) {
        self.lock().retain(|work| work.lease != *lease);
    }

    pub(super) fn leases(&self) -> Vec<Lease> {
        self.lock().iter().map(|work| work.lease.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<InHand>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread that renews leases, once there is something to renew. It ends with the service.
#[derive(Default)]
pub(crate) struct Heartbeat(OnceLock<Sender<()>>);

impl Heartbeat {
    /// Begins it, unless it goes on already.
    pub(super) fn begin(&self, service: &Service) {
        self.0.get_or_init(|| {
            let (alive, ended) = channel();
            let (store, hand, clock) = (service.store.clone(), service.in_hand.clone(), Arc::clone(&service.clock));
            let thread = thread::Builder::new().name("leases".into());
            if let Err(fault) = thread.spawn(move || beat(&store, &hand, &*clock, (&ended, RENEWED_EVERY))) {
                tracing::error!("no thread renews leases, so that long work is taken over by other programs: {fault}");
            }
            alive
        });
    }
}

/// Renews what is in hand every so often, until the service is gone.
fn beat(store: &Store, hand: &Hand, clock: &dyn Clock, (ended, every): (&Receiver<()>, Duration)) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(fault) => return tracing::error!("no leases are renewed: {fault}"),
    };
    let own = runtime.block_on(async { store.beside() });
    while ended.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
        runtime.block_on(renew(&own, hand, clock));
    }
    runtime.block_on(own.close());
}

async fn renew(store: &Store, hand: &Hand, clock: &dyn Clock) {
    let work = hand.lock().clone();
    for InHand { lease, progress } in work {
        let renewed = store.renew_lease(&lease, clock.now() + LEASE, progress.load(Ordering::Relaxed));
        // A database that does not answer is asked again by another connection, before the lease has run out.
        let renewed = tokio::time::timeout(RENEWED_WITHIN, renewed).await;
        match renewed.unwrap_or_else(|_| Err(anyhow::anyhow!("the database did not answer within {RENEWED_WITHIN:?}"))) {
            Ok(true) => {}
            // It has ended in this moment.
            Ok(false) if !hand.leases().contains(&lease) => {}
            Ok(false) => tracing::warn!("{} was taken by another program; what comes out here is not kept", lease.subject),
            Err(fault) => tracing::error!("renewing the lease of {}: {}", lease.subject, fault.for_log()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{SignedDuration, Timestamp};
    use uuid::Uuid;

    /// A clock that stands.
    struct Moment(Timestamp);

    impl Clock for Moment {
        fn now(&self) -> Timestamp {
            self.0
        }

        fn new_id(&self) -> Uuid {
            Uuid::from_u128(1)
        }
    }

    /// The only thread of the runtime is busy, so that no task of it gives a sign of life.
    #[tokio::test]
    async fn a_busy_program_keeps_what_it_has_in_hand() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("a store");
        let began = Timestamp::from_second(1_800_000_000).expect("a time");
        let after = |seconds| began + SignedDuration::from_secs(seconds);
        let lease = store.take_lease("analysis/7", began, began + LEASE).await.expect("written").expect("nobody has it");
        let hand = Hand::default();
        hand.add(InHand { lease, progress: Arc::new(AtomicU64::new(9)) });
        let (alive, ended) = channel();
        let (own, clock) = (store.clone(), Moment(after(50)));
        let beating = thread::spawn(move || beat(&own, &hand, &clock, (&ended, Duration::from_millis(10))));
        thread::sleep(Duration::from_millis(500));
        drop(alive);
        beating.join().expect("no fault");
        let other = store.take_lease("analysis/7", after(70), after(130)).await.expect("written");
        assert_eq!(other, None, "it was taken from a program that is alive");
        assert!(store.take_lease("analysis/7", after(111), after(170)).await.expect("written").is_some());
    }
}
