//! How long requests took as whoever asks sees it, counted by size: however many there are, the counts take the same room.

use std::time::Duration;

/// The shortest that is told apart, in seconds.
const SHORTEST: f64 = 1e-4;
/// Each count is of times up to so many times as long as the one before, so that no figure is wrong by more.
const STEP: f64 = 1.05;
/// Counts: up to more than three minutes.
const COUNTS: usize = 300;

/// Times, counted.
#[derive(Clone)]
pub(super) struct Times(Vec<u64>);

impl Default for Times {
    fn default() -> Times {
        Times(vec![0; COUNTS])
    }
}

impl Times {
    /// One more.
    pub(super) fn add(&mut self, took: Duration) {
        let place = (took.as_secs_f64() / SHORTEST).max(1.0).log(STEP).ceil() as usize;
        self.0[place.min(COUNTS - 1)] += 1;
    }

    /// Those of others too.
    pub(super) fn extend(&mut self, others: &Times) {
        self.0.iter_mut().zip(&others.0).for_each(|(count, other)| *count += other);
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The time within which this share of them was, in milliseconds; never said shorter than it was, unless it was beyond all counts.
    pub(super) fn percentile(&self, share: f64) -> Option<f64> {
        let rank = (self.count() as f64 * share).ceil().max(1.0) as u64;
        let sums = self.0.iter().scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        });
        let place = sums.enumerate().find(|(_, sum)| *sum >= rank)?.0;
        Some(SHORTEST * STEP.powi(place as i32) * 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_within_a_twentieth_of_what_it_was_and_never_below() {
        let mut times = Times::default();
        assert_eq!(times.percentile(0.5), None);
        for milliseconds in 1..=100 {
            times.add(Duration::from_millis(milliseconds));
        }
        for (share, expected) in [(0.5, 50.0), (0.99, 99.0), (1.0, 100.0)] {
            let found = times.percentile(share).expect("some");
            assert!((expected..=expected * STEP).contains(&found), "{share}: {found}");
        }
        assert_eq!(times.count(), 100);
    }

    #[test]
    fn what_is_beyond_all_counts_is_counted() {
        let mut times = Times::default();
        times.add(Duration::from_secs(100_000));
        times.add(Duration::ZERO);
        let mut both = times.clone();
        both.extend(&times);
        assert_eq!(both.count(), 4);
        assert!(both.percentile(1.0).expect("some") > 180_000.0);
    }
}
