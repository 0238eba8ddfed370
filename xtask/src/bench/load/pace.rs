//! When requests are due: at random, so many a second in the long run, however long those before take.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// For so long after the end what was due before is still sent: a service that stands still does not keep the benchmark.
const LATE_MAX: Duration = Duration::from_mins(1);

/// The pace of one connection.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// When the load ends.
    pub(super) until: Instant,
    /// From one request to the next, on average; each gap is drawn from the exponential distribution.
    pub(super) gap: Duration,
}

impl Pace {
    /// Waits until the next request after the last is due; none where the load has ended.
    pub(super) async fn next(self, last: Instant, random: &mut ChaCha8Rng) -> Option<Instant> {
        let due = last + self.gap.mul_f64(-(1.0 - random.random::<f64>()).ln());
        if due >= self.until || Instant::now() >= self.until + LATE_MAX {
            return None;
        }
        sleep_until(due).await;
        Some(due)
    }
}
