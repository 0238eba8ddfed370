//! What a question is answered.

use crate::disclosure::Count;
use serde::{Deserialize, Serialize};

/// An answer, as it may be told.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// The question as it was understood.
    pub question: String,
    /// Release that it was asked of.
    pub release: String,
    /// People who fit the conditions.
    pub cohort: Count,
    /// Of them, those with such variants; nothing where no variant was asked about.
    pub carriers: Option<Count>,
    /// Copies of the variant; nothing where no one variant was asked about.
    pub alleles: Option<Count>,
    /// Of how many tenths of those people it is known that they were read at the place of the variant, rounded down; nothing where no
    /// one variant was asked about. Where nobody was read, that nobody carries it tells nothing.
    #[serde(default)]
    pub read_tenths: Option<u8>,
    /// The carriers, or else the people, by group.
    pub groups: Vec<(String, Count)>,
    /// Carriers among cases and controls.
    pub burden: Option<Burden>,
    /// Of a question about variants: those that enough people carry to be told of, by place. The carriers are theirs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<String>,
}

/// Carriers among those with the features and those without.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Burden {
    /// Cases, and carriers among them.
    pub cases: [Count; 2],
    /// Controls, and carriers among them.
    pub controls: [Count; 2],
    /// Two-sided p of Fisher's exact test, to one digit; nothing where a number is too small to be told.
    pub p: Option<f64>,
}

/// Two-sided p of Fisher's exact test of a 2 × 2 table: as likely tables or less likely ones. Source: Fisher 1922; the sum of
/// probabilities of tables that are no likelier, as SciPy's `fisher_exact` does.
pub fn fisher([a, b]: [u64; 2], [c, d]: [u64; 2]) -> f64 {
    let (row, column, all) = (a + b, a + c, a + b + c + d);
    let factorials: Vec<f64> = std::iter::once(0.0)
        .chain((1..=all).scan(0.0, |sum, n| {
            *sum += (n as f64).ln();
            Some(*sum)
        }))
        .collect();
    let choose = |n: u64, k: u64| factorials[n as usize] - factorials[k as usize] - factorials[(n - k) as usize];
    let log_p = |x: u64| choose(row, x) + choose(all - row, column - x) - choose(all, column);
    let seen = log_p(a);
    // What is as likely but for rounding.
    let as_likely = seen + 1e-7;
    let (least, most) = (column.saturating_sub(all - row), row.min(column));
    (least..=most).map(log_p).filter(|p| *p <= as_likely).map(f64::exp).sum::<f64>().min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of SciPy's `fisher_exact`.
    #[test]
    fn fisher_gives_what_scipy_gives() {
        for (first, second, p) in
            [([3, 1], [1, 3], 0.485_714_3), ([10, 90], [2, 198], 0.000_421_086), ([0, 10], [0, 10], 1.0), ([8, 2], [1, 5], 0.034_965)]
        {
            let own = fisher(first, second);
            assert!((own - p).abs() < 1e-6, "{first:?} {second:?}: {own} is not {p}");
        }
    }
}
