//! Where evidence is found.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Where evidence is found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Source {
    /// A paper, by its number in PubMed.
    PubMed(u32),
    /// A record of ClinVar: `VCV000012345`, `RCV…` or `SCV…`, with a version or without.
    ClinVar(String),
    /// A page, by its address.
    Web(String),
    /// The laboratory's own data.
    InHouse(String),
}

/// Kinds of sources.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourceKind {
    /// A number of PubMed.
    PubMed,
    /// An accession of ClinVar.
    ClinVar,
    /// An address.
    Web,
    /// The laboratory's own data.
    InHouse,
}

/// Text that is no source of its kind, and what would be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is no {expected}")]
pub struct NotASource {
    text: String,
    expected: &'static str,
}

/// Digits of a number in PubMed, at most. Source: MEDLINE/PubMed data element PMID: 1 to 8 digits.
const PMID_DIGITS_MAX: usize = 8;

/// Digits of an accession of ClinVar. Source: ClinVar, identifiers: three letters and nine digits, with a version after a point.
const ACCESSION_DIGITS: usize = 9;

impl SourceKind {
    /// Every kind, with its name in forms.
    pub const ALL: [(&str, SourceKind); 4] =
        [("pubmed", SourceKind::PubMed), ("clinvar", SourceKind::ClinVar), ("web", SourceKind::Web), ("in_house", SourceKind::InHouse)];

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            SourceKind::PubMed => "PubMed number",
            SourceKind::ClinVar => "ClinVar accession",
            SourceKind::Web => "Address of a page",
            SourceKind::InHouse => "In-house data",
        }
    }
}

impl Source {
    /// Reads a source of a kind.
    pub fn read(kind: SourceKind, text: &str) -> Result<Source, NotASource> {
        let text = text.trim();
        let refused = |expected| NotASource { text: text.into(), expected };
        match kind {
            SourceKind::PubMed => pubmed(text).map(Source::PubMed).ok_or_else(|| refused("number of PubMed, such as 25741868")),
            SourceKind::ClinVar => accession(text).map(Source::ClinVar).ok_or_else(|| refused("ClinVar accession, such as VCV000012345")),
            SourceKind::Web if is_address(text) => Ok(Source::Web(text.into())),
            SourceKind::Web => Err(refused("address of a page, which begins with https://")),
            SourceKind::InHouse if !text.is_empty() => Ok(Source::InHouse(text.into())),
            SourceKind::InHouse => Err(refused("description of the laboratory's data: name the assay, the family or the number of cases")),
        }
    }

    /// Kind.
    pub fn kind(&self) -> SourceKind {
        match self {
            Source::PubMed(_) => SourceKind::PubMed,
            Source::ClinVar(_) => SourceKind::ClinVar,
            Source::Web(_) => SourceKind::Web,
            Source::InHouse(_) => SourceKind::InHouse,
        }
    }

    /// As it is typed.
    pub fn text(&self) -> String {
        match self {
            Source::PubMed(number) => number.to_string(),
            Source::ClinVar(text) | Source::Web(text) | Source::InHouse(text) => text.clone(),
        }
    }

    /// Its address, where it has one.
    pub fn address(&self) -> Option<String> {
        match self {
            Source::PubMed(number) => Some(format!("https://pubmed.ncbi.nlm.nih.gov/{number}/")),
            Source::ClinVar(accession) => Some(format!("https://www.ncbi.nlm.nih.gov/clinvar/?term={accession}")),
            Source::Web(address) => Some(address.clone()),
            Source::InHouse(_) => None,
        }
    }
}

fn pubmed(text: &str) -> Option<u32> {
    let digits = text.trim_start_matches("PMID").trim_start_matches([':', ' ']);
    let sound = (1..=PMID_DIGITS_MAX).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit());
    digits.parse().ok().filter(|number| sound && *number > 0)
}

fn accession(text: &str) -> Option<String> {
    let text = text.to_uppercase();
    let (name, version) = text.split_once('.').map_or((text.as_str(), None), |(name, version)| (name, Some(version)));
    let is_number = |digits: &str| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    let digits = ["VCV", "RCV", "SCV"].into_iter().find_map(|prefix| name.strip_prefix(prefix))?;
    (digits.len() == ACCESSION_DIGITS && is_number(digits) && version.is_none_or(is_number)).then(|| text.clone())
}

/// An address that a browser opens as a page, and nothing else.
fn is_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").map(|rest| rest.split('/').next().unwrap_or(""));
    host.is_some_and(|host| host.contains('.') && !host.contains('@')) && text.chars().all(|c| !c.is_whitespace() && !c.is_control())
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::PubMed(number) => write!(f, "PMID {number}"),
            Source::ClinVar(accession) => write!(f, "ClinVar {accession}"),
            Source::Web(address) => f.write_str(address),
            Source::InHouse(text) => write!(f, "in-house: {text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_of_its_kind_or_refused_with_an_example() {
        let read = |kind, text| Source::read(kind, text).map(|source| source.to_string()).map_err(|refused| refused.to_string());
        for (kind, text, expected) in [
            (SourceKind::PubMed, "25741868", Ok("PMID 25741868")),
            (SourceKind::PubMed, " PMID: 25741868 ", Ok("PMID 25741868")),
            (SourceKind::PubMed, "PMC123", Err("'PMC123' is no number of PubMed, such as 25741868")),
            (SourceKind::PubMed, "123456789", Err("'123456789' is no number of PubMed, such as 25741868")),
            (SourceKind::PubMed, "0", Err("'0' is no number of PubMed, such as 25741868")),
            (SourceKind::ClinVar, "vcv000012345.3", Ok("ClinVar VCV000012345.3")),
            (SourceKind::ClinVar, "12345", Err("'12345' is no ClinVar accession, such as VCV000012345")),
            (SourceKind::Web, "https://www.acgs.uk.com/x?y=1", Ok("https://www.acgs.uk.com/x?y=1")),
            (SourceKind::Web, "javascript:alert(1)", Err("'javascript:alert(1)' is no address of a page, which begins with https://")),
            (SourceKind::Web, "https://a@b.uk", Err("'https://a@b.uk' is no address of a page, which begins with https://")),
            (SourceKind::InHouse, "two families", Ok("in-house: two families")),
        ] {
            assert_eq!(read(kind, text), expected.map(str::to_owned).map_err(str::to_owned), "{text}");
        }
        assert!(Source::read(SourceKind::InHouse, " ").is_err());
    }

    #[test]
    fn what_was_typed_is_read_again_as_the_same() {
        for source in [
            Source::PubMed(25_741_868),
            Source::ClinVar("VCV000012345".into()),
            Source::Web("https://example.org/a".into()),
            Source::InHouse("x".into()),
        ] {
            assert_eq!(Source::read(source.kind(), &source.text()), Ok(source.clone()));
            assert_eq!(source.address().is_none(), source.kind() == SourceKind::InHouse);
        }
    }
}
