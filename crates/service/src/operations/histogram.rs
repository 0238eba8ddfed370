//! How long things took, in buckets.

use std::time::Duration;

/// Durations in buckets.
#[derive(Clone, Debug)]
pub(super) struct Histogram {
    /// Upper bounds in seconds, smallest first.
    pub(super) bounds: &'static [f64],
    /// How many fell into each, and beyond the last.
    counts: Vec<u64>,
    /// All of them together, in seconds.
    pub(super) sum: f64,
}

impl Histogram {
    pub(super) fn new(bounds: &'static [f64]) -> Histogram {
        Histogram { bounds, counts: vec![0; bounds.len() + 1], sum: 0.0 }
    }

    pub(super) fn add(&mut self, took: Duration) {
        let seconds = took.as_secs_f64();
        let bucket = self.bounds.iter().position(|bound| seconds <= *bound).unwrap_or(self.bounds.len());
        self.counts[bucket] += 1;
        self.sum += seconds;
    }

    /// How many took so long or less, for each bound and at last for all.
    pub(super) fn cumulative(&self) -> Vec<u64> {
        let sums = self.counts.iter().scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        });
        sums.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_on_a_bound_is_in_its_bucket_and_what_is_beyond_all_is_counted() {
        let mut histogram = Histogram::new(&[0.1, 1.0]);
        for milliseconds in [100, 50, 1_000, 1_001, 90_000] {
            histogram.add(Duration::from_millis(milliseconds));
        }
        assert_eq!(histogram.cumulative(), [2, 3, 5]);
        assert!((histogram.sum - 92.151).abs() < 1e-9);
    }
}
