//! Work that one program of the service does at a time, however many there are.

mod heartbeat;
pub mod jobs;
mod name;

use crate::{Service, ServiceError, ServiceResult, fault::ForLog, operations::traces::TARGET};
use heartbeat::InHand;
pub(crate) use heartbeat::{Hand, Heartbeat};
use jiff::SignedDuration;
use name::own_name;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use store::{Followed, Job, Kind, Lease, Term};
use tracing::{Instrument, Span};

/// How long a program has a piece of work to itself after its last sign of life.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How long a program that ends waits for what it has begun.
const ENDED_WITHIN: Duration = Duration::from_secs(30);
/// How often it looks meanwhile whether that is done.
const LOOKED_EVERY: Duration = Duration::from_millis(100);

/// A piece of work that is this program's to do, for as long as this value lives and a little longer.
pub(crate) struct Work {
    service: Arc<Service>,
    /// Under what its changes are written.
    pub(crate) lease: Lease,
    /// How many records were read; others are shown it.
    pub(crate) progress: Arc<AtomicU64>,
    /// Its place in a trace.
    pub(crate) span: Span,
}

impl Work {
    /// Takes a piece of work; nothing where another program has it.
    pub(crate) async fn take(service: &Arc<Service>, subject: &str) -> ServiceResult<Option<Work>> {
        let now = service.now();
        Ok(service.store.take_lease(subject, now, now + LEASE).await?.map(|lease| Work::begin(service, lease)))
    }

    /// Takes the job of some kinds whose turn it is; nothing where none is free.
    pub(crate) async fn claim(service: &Arc<Service>, kinds: &[Kind]) -> ServiceResult<Option<(Job, Work)>> {
        let found = service.store.claim_job(kinds, term(service)).await?;
        Ok(found.map(|(job, lease)| (job, Work::begin(service, lease))))
    }

    /// Takes a round that is due; nothing where it is not, or another program has it.
    async fn take_round(service: &Arc<Service>, subject: &str) -> ServiceResult<Option<Work>> {
        Ok(service.store.take_round(subject, term(service)).await?.map(|lease| Work::begin(service, lease)))
    }

    fn begin(service: &Arc<Service>, lease: Lease) -> Work {
        let progress = Arc::new(AtomicU64::new(0));
        service.in_hand.add(InHand { lease: lease.clone(), progress: Arc::clone(&progress) });
        service.heartbeat.begin(service);
        // The kind alone: what comes after it in the name is whose it is.
        let kind = lease.subject.split('/').next().unwrap_or_default();
        let span = tracing::trace_span!(target: TARGET, parent: None, "work", kind);
        Work { service: Arc::clone(service), lease, progress, span }
    }

    /// Whether it is this program's still; if so, for a while longer. One that stood still for too long has lost it.
    pub(crate) async fn is_own(&self) -> anyhow::Result<bool> {
        let until = self.service.now() + LEASE;
        self.service.store.renew_lease(&self.lease, until, self.progress.load(Ordering::Relaxed)).await
    }

    /// Gives it back undone, for any program to take at once.
    pub(crate) async fn give_back(self) -> anyhow::Result<()> {
        self.service.store.give_lease_back(&self.lease).await
    }

    /// Notes that it failed. It is tried again after a time that doubles; what failed too often waits for somebody.
    pub(crate) async fn fail(self, reason: &str) -> anyhow::Result<Followed> {
        let now = self.service.now();
        let again = now + SignedDuration::from_mins(1_i64 << self.lease.attempts.saturating_sub(1).min(9));
        self.service.store.fail_job(&self.lease, reason, now, again).await
    }

    /// Ends an attempt that came to nothing.
    pub(crate) async fn come_to_nothing(self, fault: &ServiceError) -> anyhow::Result<()> {
        let subject = self.lease.subject.clone();
        let reason = match fault {
            ServiceError::Fault(fault) => format!("{fault:#}"),
            other => other.to_string(),
        };
        match self.fail(&reason).await? {
            Followed::Again => tracing::warn!("{subject} failed and is tried again: {}", fault.for_log()),
            Followed::Parked => tracing::error!("{subject} failed too often and waits for somebody: {}", fault.for_log()),
            Followed::Lost => tracing::warn!("{subject} is another program's by now: {}", fault.for_log()),
        }
        Ok(())
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.service.in_hand.remove(&self.lease);
    }
}

/// Says under which name this program works, before it does; its machine's name and its number otherwise.
pub fn name(service: &Service, name: &str) {
    // The first counts: what is in hand is in hand under that.
    service.worker.get_or_init(|| format!("{name} (gms {})", env!("CARGO_PKG_VERSION")));
}

/// Lets this program run several analyses at once.
pub fn widen(service: &Service, slots: usize) {
    service.analysing.add_permits(slots.saturating_sub(1));
}

/// A lease from now on, in the name of this program.
fn term(service: &Service) -> Term<'_> {
    let at = service.now();
    Term { by: service.worker.get_or_init(own_name), at, until: at + LEASE }
}

/// Does what one program does at a time, when somebody wants it; nothing where another program does it.
pub async fn alone<T>(service: &Arc<Service>, subject: &str, work: impl AsyncFnOnce() -> anyhow::Result<T>) -> anyhow::Result<Option<T>> {
    let Some(own) = Work::take(service, subject).await? else { return Ok(None) };
    let done = work().instrument(own.span.clone()).await;
    own.give_back().await?;
    done.map(Some)
}

/// Does a round that comes again and again, such as one through the library: of all programs one, once in a time. It is given how
/// often it was begun by any of them. Nothing where it is not due, or another program does it, or this one leaves such work to others.
pub async fn round<T>(
    service: &Arc<Service>,
    subject: &str,
    every: Duration,
    work: impl AsyncFnOnce(u64) -> anyhow::Result<T>,
) -> anyhow::Result<Option<T>> {
    if is_left(service) {
        return Ok(None);
    }
    let Some(own) = Work::take_round(service, subject).await? else { return Ok(None) };
    let done = work(own.lease.fence - 1).instrument(own.span.clone()).await;
    let fault = done.as_ref().err().map(|fault| format!("{fault:#}"));
    let due = service.now() + SignedDuration::try_from(every)?;
    service.store.end_round(&own.lease, due, fault.as_deref()).await?;
    done.map(Some)
}

/// Whether this program leaves work to others, or ends.
pub fn is_left(service: &Service) -> bool {
    service.leaves_work.load(Ordering::Relaxed)
}

/// Takes nothing up any more, waits a while for what was begun, and gives back what is not done by then: another program goes on with it
/// at once.
#[crate::boxed]
pub async fn leave(service: &Arc<Service>) -> anyhow::Result<()> {
    service.leaves_work.store(true, Ordering::Relaxed);
    let done = async {
        while !service.in_hand.leases().is_empty() {
            tokio::time::sleep(LOOKED_EVERY).await;
        }
    };
    if tokio::time::timeout(ENDED_WITHIN, done).await.is_err() {
        tracing::warn!("work that did not end within {ENDED_WITHIN:?} is given back");
    }
    let mut outcome = Ok(());
    for lease in service.in_hand.leases() {
        // One that cannot be given back keeps no other.
        outcome = outcome.and(service.store.give_lease_back(&lease).await);
    }
    outcome
}
