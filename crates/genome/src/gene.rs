//! Genes by their HGNC names.

mod identifiers;

pub use identifiers::by_identifier;

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An HGNC identifier, such as `HGNC:3603`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct HgncId(pub u32);

/// Text that is no HGNC identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an HGNC identifier such as HGNC:3603")]
pub struct NotAnHgncId(pub String);

/// A gene with what the engine needs to know of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Gene {
    /// HGNC identifier, such as `HGNC:1100`.
    pub id: HgncId,
    /// Symbol that HGNC approved, such as `BRCA1`.
    pub symbol: String,
    /// Full name that HGNC approved.
    pub name: String,
    /// Earlier and alias symbols.
    pub other_symbols: Vec<String>,
    /// Constraint against loss of function: gnomAD LOEUF (upper bound of observed/expected), lower is more constrained.
    pub loeuf: Option<f32>,
    /// Constraint against missense: gnomAD missense Z score, higher is more constrained.
    pub missense_z: Option<f32>,
    /// Probability of haploinsufficiency (Collins 2022), 0–1.
    pub haploinsufficiency: Option<f32>,
    /// ClinGen haploinsufficiency score is 3, "sufficient evidence".
    pub clingen_haploinsufficient: bool,
    /// ClinGen triplosensitivity score is 3, "sufficient evidence".
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub triplosensitive: bool,
    /// Pathogenic or likely pathogenic ClinVar variants (two stars or more) that truncate its protein.
    #[serde(default)]
    pub pathogenic_truncating: u32,
}

impl FromStr for HgncId {
    type Err = NotAnHgncId;
    fn from_str(text: &str) -> Result<Self, NotAnHgncId> {
        text.strip_prefix("HGNC:").unwrap_or(text).parse().map(HgncId).map_err(|_| NotAnHgncId(text.into()))
    }
}

impl fmt::Display for HgncId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HGNC:{}", self.0)
    }
}

impl From<HgncId> for String {
    fn from(id: HgncId) -> String {
        id.to_string()
    }
}

impl TryFrom<String> for HgncId {
    type Error = NotAnHgncId;
    fn try_from(text: String) -> Result<Self, NotAnHgncId> {
        text.parse()
    }
}
