//! Work that one program of the service does at a time, however many there are.

use crate::{Service, ServiceResult, fault::ForLog};
use jiff::SignedDuration;
use std::{
    sync::{Arc, MutexGuard, PoisonError, atomic::Ordering},
    time::Duration,
};
use store::Lease;
use tokio::task::JoinHandle;

/// How long a program has a piece of work to itself after its last sign of life.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How often it gives one.
const RENEWED_EVERY: Duration = Duration::from_secs(15);

/// A piece of work that is this program's to do, for as long as this value lives and a little longer.
pub(crate) struct Work {
    service: Arc<Service>,
    /// Under what its changes are written.
    pub(crate) lease: Lease,
    renewing: JoinHandle<()>,
}

impl Work {
    /// Takes a piece of work; nothing where another program has it.
    pub(crate) async fn take(service: &Arc<Service>, subject: &str) -> ServiceResult<Option<Work>> {
        let now = service.now();
        let Some(lease) = service.store.take_lease(subject, now, now + LEASE).await? else { return Ok(None) };
        in_hand(service).push(lease.clone());
        let renewing = tokio::spawn(renew(Arc::clone(service), lease.clone()));
        Ok(Some(Work { service: Arc::clone(service), lease, renewing }))
    }

    /// Gives it back undone, for any program to take at once.
    pub(crate) async fn give_back(self) -> anyhow::Result<()> {
        self.service.store.give_lease_back(&self.lease).await
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.renewing.abort();
        in_hand(&self.service).retain(|lease| *lease != self.lease);
    }
}

/// What this program works on at present.
fn in_hand(service: &Service) -> MutexGuard<'_, Vec<Lease>> {
    service.in_hand.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a lease until it is another program's, or this task is ended.
async fn renew(service: Arc<Service>, lease: Lease) {
    loop {
        tokio::time::sleep(RENEWED_EVERY).await;
        match service.store.renew_lease(&lease, service.now() + LEASE).await {
            Ok(true) => {}
            Ok(false) => return tracing::warn!("{} was taken by another program; what comes out here is not kept", lease.subject),
            Err(fault) => tracing::error!("renewing the lease of {}: {}", lease.subject, fault.for_log()),
        }
    }
}

/// Does what one program does at a time, such as a round through the library; nothing where another program does it.
pub async fn alone<T>(service: &Arc<Service>, subject: &str, work: impl AsyncFnOnce() -> anyhow::Result<T>) -> anyhow::Result<Option<T>> {
    let Some(own) = Work::take(service, subject).await? else { return Ok(None) };
    let done = work().await;
    own.give_back().await?;
    done.map(Some)
}

/// Takes nothing up any more, and gives back what was taken: another program goes on with it at once.
#[crate::boxed]
pub async fn leave(service: &Arc<Service>) -> anyhow::Result<()> {
    service.leaves_work.store(true, Ordering::Relaxed);
    let leases = in_hand(service).clone();
    for lease in leases {
        service.store.give_lease_back(&lease).await?;
    }
    Ok(())
}
