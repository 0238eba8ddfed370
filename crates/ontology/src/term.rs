//! One term of the Human Phenotype Ontology.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An HPO identifier, such as `HP:0001250`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TermId(pub u32);

/// Text that is no HPO identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an HPO identifier: HP: and seven digits, such as HP:0001250")]
pub struct NotATermId(pub String);

/// A term as the ontology states it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Term {
    /// Identifier of the term.
    pub id: TermId,
    /// Label that the ontology prefers.
    pub name: String,
    /// Other names that the ontology gives it.
    pub synonyms: Vec<String>,
    /// Identifiers that were merged into this term.
    pub alternatives: Vec<TermId>,
    /// Direct parents (`is_a`).
    pub parents: Vec<TermId>,
}

impl FromStr for TermId {
    type Err = NotATermId;
    fn from_str(text: &str) -> Result<Self, NotATermId> {
        let wrong = || NotATermId(text.into());
        let digits = text.trim().strip_prefix("HP:").ok_or_else(wrong)?;
        if digits.len() != 7 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        digits.parse().map(TermId).map_err(|_| wrong())
    }
}

impl fmt::Display for TermId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HP:{:07}", self.0)
    }
}

impl From<TermId> for String {
    fn from(id: TermId) -> String {
        id.to_string()
    }
}

impl TryFrom<String> for TermId {
    type Error = NotATermId;
    fn try_from(text: String) -> Result<Self, NotATermId> {
        text.parse()
    }
}
