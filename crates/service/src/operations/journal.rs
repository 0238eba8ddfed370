//! Whether the journal is what was written, as far as this program has looked: the last events as it starts and every few minutes, and all
//! of them in turn, a part each time.
//!
//! A service whose journal was changed is served on, since people have to reach what was signed: it says so, in the log each time and
//! wherever it is watched, until the program is started again.

use crate::Service;
use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
};
use store::verify::Broken;

/// Events from the end that are looked at each time: fast enough for every start.
const LAST: u64 = 500;
/// Events of the whole journal that are looked at each time: two million, of a year of 100,000 orders, in three and a half days.
const PART: u64 = 2_000;

const REMEDY: &str = "Change nothing, keep a copy of the database, restore the last backup elsewhere and compare; call whoever answers for \
                      clinical safety. gms admin check walks the whole journal";

/// What this program has found of the journal.
#[derive(Default)]
pub(super) struct Journal {
    /// The first entry that was not as it was written.
    broken: OnceLock<String>,
    /// How far it was looked at in turn.
    looked: AtomicU64,
}

/// Looks at the last events, as a program does that starts.
#[crate::boxed]
pub async fn look_at_last_events(service: &Service) -> anyhow::Result<()> {
    note(service, service.store.verify_last(LAST).await?.err());
    Ok(())
}

/// Looks at the last events, and at the next part of all.
#[crate::boxed]
pub async fn look_at_journal(service: &Service) -> anyhow::Result<()> {
    look_at_last_events(service).await?;
    let looked = &service.operations.journal.looked;
    let before = looked.load(Ordering::Relaxed);
    let part = service.store.verify_part(before, PART).await?;
    // After one that is broken it goes on, and at the end from the beginning.
    let next = match &part {
        Ok(PART) => before + PART,
        Ok(_) => 0,
        Err(broken) => broken.position,
    };
    looked.store(next, Ordering::Relaxed);
    note(service, part.err());
    Ok(())
}

/// The first entry of the journal that this program found not to be as it was written, and what is wrong with it.
pub fn journal_fault(service: &Service) -> Option<&str> {
    service.operations.journal.broken.get().map(String::as_str)
}

fn note(service: &Service, broken: Option<Broken>) {
    if let Some(broken) = broken {
        tracing::error!("the journal is not what was written: {broken}. {REMEDY}");
        service.operations.journal.broken.get_or_init(|| broken.to_string());
    }
}
