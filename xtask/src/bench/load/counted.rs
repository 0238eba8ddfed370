//! What the connections of the load found, added up by all of them.

use super::times::Times;
use std::{
    collections::BTreeMap,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Kinds of failure that are told apart; the others are counted together.
const FAILURES_MAX: usize = 30;

/// Requests of a while.
#[derive(Clone, Default)]
pub(super) struct Tally {
    /// How long each took, from when it was due to the end of its answer.
    pub(super) times: Times,
    /// Those of them that wrote something.
    pub(super) writes: u64,
    /// Those of them that were not answered as they are to be.
    pub(super) failed: u64,
    /// Those of them that were sent a second time, as a browser does where a connection that was kept had been closed meanwhile.
    pub(super) repeated: u64,
}

impl Tally {
    /// Those of another while too.
    pub(super) fn extend(&mut self, other: &Tally) {
        self.times.extend(&other.times);
        self.writes += other.writes;
        self.failed += other.failed;
        self.repeated += other.repeated;
    }
}

/// How a request was answered that was answered as it is to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Answered {
    /// At once.
    Once,
    /// When it was sent a second time.
    Again,
}

/// What is asked for: a page by its name, or a form by what it does.
pub(super) enum Request<'a> {
    Page(&'a str),
    Write(&'a str),
}

/// Counts of all connections.
#[derive(Default)]
pub(super) struct Counted(Mutex<Sums>);

#[derive(Default)]
struct Sums {
    tally: Tally,
    failures: BTreeMap<String, u64>,
}

impl Counted {
    /// A request was answered, or was not.
    pub(super) fn add(&self, request: &Request, took: Duration, answer: anyhow::Result<Answered>) {
        let mut sums = self.sums();
        sums.tally.times.add(took);
        let (name, written) = match request {
            Request::Page(name) => (name, 0),
            Request::Write(name) => (name, 1),
        };
        sums.tally.writes += written;
        match answer {
            Ok(Answered::Once) => {}
            Ok(Answered::Again) => sums.tally.repeated += 1,
            Err(why) => {
                sums.tally.failed += 1;
                let failure = format!("{name}: {why:#}");
                let is_known = sums.failures.len() < FAILURES_MAX || sums.failures.contains_key(&failure);
                let failure = if is_known { failure } else { "others".to_owned() };
                *sums.failures.entry(failure).or_default() += 1;
            }
        }
    }

    /// What was counted since this was last looked at.
    pub(super) fn since_last(&self) -> Tally {
        mem::take(&mut self.sums().tally)
    }

    /// Every kind of failure so far, with how often it was.
    pub(super) fn failures(&self) -> BTreeMap<String, u64> {
        self.sums().failures.clone()
    }

    /// A count is right whoever panicked beside it.
    fn sums(&self) -> MutexGuard<'_, Sums> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_is_counted_once_and_failures_take_only_so_much_room() {
        let counted = Counted::default();
        let took = Duration::from_millis(3);
        counted.add(&Request::Page("/"), took, Ok(Answered::Once));
        counted.add(&Request::Write("take an order on"), took, Ok(Answered::Again));
        for number in 0..FAILURES_MAX + 10 {
            counted.add(&Request::Page("/"), took, Err(anyhow::anyhow!("answered {number}")));
        }
        let tally = counted.since_last();
        let failed = FAILURES_MAX as u64 + 10;
        assert_eq!((tally.times.count(), tally.writes, tally.repeated, tally.failed), (failed + 2, 1, 1, failed));
        let failures = counted.failures();
        assert_eq!((failures.len(), failures.get("others")), (FAILURES_MAX + 1, Some(&10)));
        assert_eq!(counted.since_last().times.count(), 0, "the next minute begins with none");
    }
}
