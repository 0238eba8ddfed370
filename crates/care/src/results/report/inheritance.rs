//! How a reported variant runs in the family.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How a variant runs in the family, and how common it is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Inheritance {
    /// Pattern, such as `de novo` or `compound heterozygous, in trans`.
    pub pattern: String,
    /// How common it is; none where that was not written down.
    pub frequency: Option<PopulationFrequency>,
}

/// How common a variant is in the population.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub enum PopulationFrequency {
    /// The reference pack knows nothing of the place.
    NotEvaluated,
    /// Nobody in the reference population has it.
    NotSeen,
    /// Share of the alleles of the reference population, 0–1.
    Share(f64),
}

impl fmt::Display for PopulationFrequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PopulationFrequency::NotEvaluated => f.write_str("not evaluated"),
            PopulationFrequency::NotSeen => f.write_str("0"),
            PopulationFrequency::Share(share) => write!(f, "{share:.6}"),
        }
    }
}

impl fmt::Display for Inheritance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pattern)?;
        match &self.frequency {
            Some(frequency) => write!(f, "{FREQUENCY}{frequency}"),
            None => Ok(()),
        }
    }
}

/// What stands between pattern and frequency where both are printed.
pub(super) const FREQUENCY: &str = "; population frequency ";
