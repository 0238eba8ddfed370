//! Whether this program can do what it is there for: each check by itself, in its time, one round at a time.
//!
//! What is said goes to whoever asks, without signing in: no path, host or name stands in it. What exactly failed is in the log.

mod probe;

use super::{journal_fault, machine::free_bytes};
use crate::{Service, work::is_left};
use anyhow::Context;
use jiff::SignedDuration;
use probe::{Probe, Verdict};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How recently a program that works has to have given a sign of life, where this one leaves the work to others.
pub const WORKED_WITHIN: SignedDuration = SignedDuration::from_mins(1);
/// Room below which nothing is accepted any more: a family's files and their analysis take about as much (docs/operating.md).
pub const DISK_FREE_BYTES_MIN: u64 = 2 << 30;
/// How long what came out is given again, however often it is looked at.
const KEPT_FOR: Duration = Duration::from_secs(1);
/// How often something is written to where files are kept; it is read each time.
const WRITTEN_EVERY: Duration = Duration::from_mins(1);

/// What came of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// It is as it should be.
    pub is_good: bool,
    /// In a few words, without anything that names a place.
    pub reason: String,
    /// How long it took.
    pub took: Duration,
}

/// What came of all checks.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// One after another.
    pub checks: Vec<Check>,
    ended: Instant,
}

impl Readiness {
    /// Requests can be taken.
    pub fn is_ready(&self) -> bool {
        self.checks.iter().all(|check| check.is_good)
    }
}

/// Checks under way: one that hangs is waited for again, and never begun a second time.
#[derive(Default)]
pub(super) struct Probes {
    last: Option<Arc<Readiness>>,
    database: Probe,
    schema: Probe,
    journal: Probe,
    blobs: Probe,
    disk: Probe,
    worker: Probe,
    written: Option<Instant>,
}

/// Looks whether this program can work; whoever asks at the same time is given the same answer.
#[crate::boxed]
pub async fn ready(service: &Arc<Service>) -> Arc<Readiness> {
    let mut probes = service.operations.probes.lock().await;
    if let Some(last) = probes.last.as_ref().filter(|last| last.ended.elapsed() < KEPT_FOR) {
        return Arc::clone(last);
    }
    let began = Instant::now();
    let Probes { database, schema, journal, blobs, disk, worker, written, .. } = &mut *probes;
    let writes = written.is_none_or(|at| at.elapsed() > WRITTEN_EVERY);
    let is_left = is_left(service);
    let copy = || Arc::clone(service);
    let checks = tokio::join!(
        database.within("database", answers(copy())),
        schema.within("schema", is_of_this_program(copy())),
        journal.within("journal", std::future::ready(is_as_written(service))),
        blobs.within("files", keeps_files(copy(), writes)),
        disk.within("disk", has_room(copy())),
        async { if is_left { Some(worker.within("worker", works(copy())).await) } else { None } },
    );
    let (database, schema, journal, blobs, disk, worker) = checks;
    if writes && blobs.is_good {
        *written = Some(began);
    }
    let checks = [database, schema, journal, blobs, disk].into_iter().chain(worker).collect();
    let readiness = Arc::new(Readiness { checks, ended: Instant::now() });
    probes.last = Some(Arc::clone(&readiness));
    readiness
}

async fn answers(service: Arc<Service>) -> Verdict {
    service.store.last_event().await.context("the database does not answer")?;
    Ok("it answers".into())
}

async fn is_of_this_program(service: Arc<Service>) -> Verdict {
    let (found, own) = service.store.schema_version().await.context("the version cannot be read")?;
    anyhow::ensure!(found == own, "the database has version {found}; this program is of version {own}");
    Ok(format!("version {found}"))
}

fn is_as_written(service: &Arc<Service>) -> Verdict {
    let is_broken = journal_fault(service).is_some();
    anyhow::ensure!(!is_broken, "an event of the journal is not as it was written; the log and gms admin check say which");
    Ok("every event that was looked at is as it was written".into())
}

async fn keeps_files(service: Arc<Service>, writes: bool) -> Verdict {
    let blobs = service.store.blobs();
    let mut is_read = !writes && blobs.read_probe().await.context("nothing can be read")?;
    if !is_read {
        // One that was taken away is written again.
        blobs.write_probe().await.context("nothing can be written")?;
        is_read = blobs.read_probe().await.context("nothing can be read")?;
    }
    anyhow::ensure!(is_read, "what was written is not what is read");
    Ok("they can be written and read".into())
}

async fn has_room(service: Arc<Service>) -> Verdict {
    let free = tokio::task::spawn_blocking(move || free_bytes(&service.folder)).await?;
    let free = free.context("the disk does not say how much room it has")?;
    let room = |bytes: u64| format!("{} MB", bytes >> 20);
    anyhow::ensure!(free >= DISK_FREE_BYTES_MIN, "{} are free; {} are needed", room(free), room(DISK_FREE_BYTES_MIN));
    Ok(format!("at least {} are free", room(DISK_FREE_BYTES_MIN)))
}

async fn works(service: Arc<Service>) -> Verdict {
    let last = service.store.worked().await.context("the last sign of life cannot be read")?;
    let last = last.context("no program has ever done the work of this service: start gms worker")?;
    let ago = service.now().duration_since(last);
    anyhow::ensure!(ago <= WORKED_WITHIN, "the last sign of life of a program that works is {} seconds old", ago.as_secs());
    Ok("a program that works is alive".into())
}
