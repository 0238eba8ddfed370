//! Queued analyses, run one after another by whichever program of the service is free. Each is one program's at a time; where that went
//! away, another takes it up again. One that fails is tried again, and what fails too often waits for somebody, with its reason.

use super::data;
use crate::{
    Service,
    fault::ForLog,
    people::staff,
    work::{Work, is_left},
};
use anyhow::Context;
use care::event::StreamName;
use std::sync::{Arc, atomic::Ordering};
use store::{Job, Kind};
use tracing::Instrument;

/// Runs what is queued until nothing is left that no other program has; returns how many analyses were begun. In this program as many
/// at a time as it was opened for; none where it leaves such work to others.
#[crate::boxed]
pub async fn run_waiting(service: &Arc<Service>) -> anyhow::Result<usize> {
    let _slot = service.analysing.acquire().await.context("waiting for a slot")?;
    let mut count = 0;
    while !is_left(service) && run_next(service).await? {
        count += 1;
    }
    Ok(count)
}

/// Begins to run what is queued, beside whatever goes on; where somebody waits to do so already, that is enough.
pub fn start_waiting(service: &Arc<Service>) {
    let Ok(looking) = Arc::clone(&service.looking).try_acquire_owned() else { return };
    let service = Arc::clone(service);
    tokio::spawn(async move {
        if let Err(fault) = run_waiting(&service).await {
            tracing::error!("looking for queued analyses: {}", fault.for_log());
        }
        drop(looking);
    });
}

/// Runs the queued analysis whose turn it is; says no where none is free. One that fails in itself keeps no other waiting.
async fn run_next(service: &Arc<Service>) -> anyhow::Result<bool> {
    let Some((Job { subject, order, .. }, work)) = Work::claim(service, &[Kind::Analysis]).await? else { return Ok(false) };
    let id = StreamName::read(&subject)?.parse()?;
    let progress = Arc::clone(&work.progress);
    let count: Arc<dyn Fn(u64) + Send + Sync> = Arc::new(move |records| progress.store(records, Ordering::Relaxed));
    let desk = service.desk(staff::system());
    if let Err(fault) = data::run(&desk, order, id, &work, count).instrument(work.span.clone()).await {
        work.come_to_nothing(&fault).await?;
    }
    Ok(true)
}
