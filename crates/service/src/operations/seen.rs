//! What a program has done since it began: requests that it answered, and analyses that it ran.

use super::histogram::Histogram;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Bounds of how long a request takes, in seconds: a page is quick, a report is typeset, a file of sequence data is taken in. One is what
/// a page may take (docs/performance.md), so that how many took longer is counted and not reckoned.
const REQUEST_SECONDS: &[f64] = &[0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Bounds of how long an analysis takes, in seconds.
const ANALYSIS_SECONDS: &[f64] = &[1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0];

/// How an analysis ended in this program.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ended {
    /// With a result.
    Done,
    /// The samples were not who they were said to be.
    Stopped,
    /// Its files could not be read, or the machine could not do it.
    Failed,
}

impl Ended {
    pub(super) const ALL: [Ended; 3] = [Ended::Done, Ended::Stopped, Ended::Failed];

    pub(super) fn label(self) -> &'static str {
        match self {
            Ended::Done => "done",
            Ended::Stopped => "stopped",
            Ended::Failed => "failed",
        }
    }
}

/// Counts since the program began. A route is a template such as `/orders/{order}`, so that there are only so many.
#[derive(Default)]
pub struct Seen {
    requests: Mutex<Requests>,
    analyses: Mutex<BTreeMap<Ended, Histogram>>,
}

#[derive(Clone, Default)]
pub(super) struct Requests {
    /// How many by route and first digit of the status.
    pub(super) counts: BTreeMap<(String, u16), u64>,
    /// How long they took by route.
    pub(super) durations: BTreeMap<String, Histogram>,
}

impl Seen {
    /// A request was answered.
    pub fn request(&self, route: &str, status: u16, took: Duration) {
        let mut requests = unpoisoned(&self.requests);
        *requests.counts.entry((route.to_owned(), status / 100)).or_default() += 1;
        requests.durations.entry(route.to_owned()).or_insert_with(|| Histogram::new(REQUEST_SECONDS)).add(took);
    }

    /// An analysis ended.
    pub fn analysis(&self, ended: Ended, took: Duration) {
        unpoisoned(&self.analyses).entry(ended).or_insert_with(|| Histogram::new(ANALYSIS_SECONDS)).add(took);
    }

    pub(super) fn requests(&self) -> Requests {
        unpoisoned(&self.requests).clone()
    }

    /// How long analyses took, by how they ended; those that none ended in are there too, empty.
    pub(super) fn analyses(&self) -> Vec<(Ended, Histogram)> {
        let seen = unpoisoned(&self.analyses);
        Ended::ALL.iter().map(|ended| (*ended, seen.get(ended).cloned().unwrap_or_else(|| Histogram::new(ANALYSIS_SECONDS)))).collect()
    }
}

/// A count is right whoever panicked beside it.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
