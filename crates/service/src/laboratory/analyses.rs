//! Queued analyses, run one after another by whichever program of the service is free. Each is one program's at a time; where that went
//! away, another takes it up again, and one that no program brings to an end is given up with its reason.

use super::data;
use crate::{Service, fault::ForLog, people::staff, work::Work};
use std::sync::{Arc, atomic::Ordering};

/// How often an analysis is taken up that no program brings to an end.
pub(super) const ATTEMPTS_MAX: u32 = 3;

/// Runs what is queued until nothing is left that no other program has; returns how many analyses. In this program one at a time, each
/// on all cores; none where it leaves such work to others.
#[crate::boxed]
pub async fn run_waiting(service: &Arc<Service>) -> anyhow::Result<usize> {
    let _only_one = service.analysing.lock().await;
    let mut count = 0;
    while !service.leaves_work.load(Ordering::Relaxed) && run_next(service).await? {
        count += 1;
    }
    Ok(count)
}

/// Begins to run what is queued, beside whatever goes on.
pub fn start_waiting(service: &Arc<Service>) {
    let service = Arc::clone(service);
    tokio::spawn(async move {
        if let Err(fault) = run_waiting(&service).await {
            tracing::error!("looking for queued analyses: {}", fault.for_log());
        }
    });
}

/// Runs the first queued analysis that is free; says no where there is none. One that fails in itself keeps no other waiting.
async fn run_next(service: &Arc<Service>) -> anyhow::Result<bool> {
    let desk = service.desk(staff::system());
    for (order, id) in service.store.open_analyses().await? {
        let Some(work) = Work::take(service, &id.stream()).await? else { continue };
        // Another program may have ended it since the list was read.
        if !service.store.open_analyses().await?.contains(&(order, id)) {
            work.give_back().await?;
            continue;
        }
        if let Err(fault) = data::run(&desk, order, id, &work, Arc::new(|_| {})).await {
            tracing::error!("analysis {id} of order {order}: {}", fault.for_log());
        }
        return Ok(true);
    }
    Ok(false)
}
