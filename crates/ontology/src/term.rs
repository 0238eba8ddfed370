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
        let digits = local_part(text.trim()).ok_or_else(wrong)?;
        if digits.len() != 7 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        digits.parse().map(TermId).map_err(|_| wrong())
    }
}

/// What follows the prefix. Files name a term as `HP:0001250`, in small letters, with an underscore as in the OBO Foundry's
/// identifiers, or by its whole address (OBO Foundry identifier policy: `http://purl.obolibrary.org/obo/HP_0001250`).
fn local_part(text: &str) -> Option<&str> {
    let is_address = ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme));
    let name = if is_address { text.rsplit(['/', '#']).next()? } else { text };
    let (prefix, digits) = name.split_once([':', '_'])?;
    prefix.eq_ignore_ascii_case("HP").then_some(digits)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_read_as_files_write_it() {
        let address = "http://purl.obolibrary.org/obo/HP_0001250";
        for text in ["HP:0001250", " hp:0001250", "HP_0001250", address, "https://hpo.jax.org/browse/term/HP:0001250"] {
            assert_eq!(text.parse(), Ok(TermId(1250)), "{text}");
        }
        for wrong in ["HP:1250", "MP:0001250", "0001250", "HP:00012500", "x/HP_0001250", "http://", "HP:000125é"] {
            assert!(wrong.parse::<TermId>().is_err(), "{wrong}");
        }
    }
}
