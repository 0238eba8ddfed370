//! One check, which ends within its time for whoever asks, and goes on by itself where it hangs.

use super::Check;
use crate::fault::ForLog;
use std::{
    future::Future,
    time::{Duration, Instant},
};
use tokio::{task::JoinHandle, time::timeout};

/// How long a check may take.
const WITHIN: Duration = Duration::from_secs(2);

/// What a check found, in a few words; why it is not as it should be.
pub(super) type Verdict = anyhow::Result<String>;

/// A check that may be under way. A disk or a database that hangs is asked once, however often somebody looks.
#[derive(Default)]
pub(super) struct Probe(Option<JoinHandle<Verdict>>);

impl Probe {
    /// What comes of a check within its time.
    pub(super) async fn within(&mut self, name: &'static str, check: impl Future<Output = Verdict> + Send + 'static) -> Check {
        self.limited(name, WITHIN, check).await
    }

    async fn limited(&mut self, name: &'static str, limit: Duration, check: impl Future<Output = Verdict> + Send + 'static) -> Check {
        let began = Instant::now();
        let ended = timeout(limit, self.0.get_or_insert_with(|| tokio::spawn(check))).await;
        let verdict = match ended {
            Ok(ended) => {
                self.0 = None;
                ended.unwrap_or_else(|_| Err(anyhow::anyhow!("the check itself failed")))
            }
            Err(_) => Err(anyhow::anyhow!("no answer within {} seconds", WITHIN.as_secs())),
        };
        if let Err(fault) = &verdict {
            tracing::warn!("not ready: {name}: {}", fault.for_log());
        }
        let (is_good, reason) = match verdict {
            Ok(found) => (true, found),
            // What lies below names places: it is for the log.
            Err(fault) => (false, fault.to_string()),
        };
        Check { name, is_good, reason, took: began.elapsed() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };
    use tokio::sync::Notify;

    #[tokio::test]
    async fn a_check_that_hangs_is_answered_in_time_and_begun_once() {
        let (begun, free) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let mut probe = Probe::default();
        let mut look = async |limit| {
            let (begun, free) = (Arc::clone(&begun), Arc::clone(&free));
            let check = async move {
                begun.fetch_add(1, Ordering::Relaxed);
                free.notified().await;
                Ok("late".into())
            };
            probe.limited("disk", limit, check).await
        };
        for _ in 0..3 {
            let check = look(Duration::from_millis(10)).await;
            assert_eq!((check.is_good, check.reason.as_str()), (false, "no answer within 2 seconds"));
        }
        free.notify_one();
        let check = look(Duration::from_mins(1)).await;
        assert_eq!((check.is_good, check.reason.as_str()), (true, "late"));
        assert_eq!(begun.load(Ordering::Relaxed), 1, "looked at four times, begun once");
    }

    #[tokio::test]
    async fn what_lies_below_a_fault_is_for_the_log_alone() {
        let check = async { Err(anyhow::anyhow!("/srv/gms is full").context("nothing can be written")) };
        let check = Probe::default().within("files", check).await;
        assert_eq!((check.is_good, check.reason.as_str()), (false, "nothing can be written"));
    }
}
