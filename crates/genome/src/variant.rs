//! A sequence change, normalised.

use crate::{Contig, Position, Reference, Structure};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A variant, VCF convention: reference bases replaced by alternate bases; or a structural one, whose reference is `N` and whose
/// alternate tells its [`Structure`], such as `<DEL=2000>`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Variant {
    /// Contig on which it lies.
    pub contig: Contig,
    /// 1-based position of the first reference base.
    pub position: Position,
    /// Reference bases, upper case, at least one.
    pub reference: String,
    /// Alternate bases, upper case, at least one; or a structure.
    pub alternate: String,
}

/// Why a text or a record is not a small variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VariantError {
    /// Not of the form contig-position-ref-alt.
    #[error("'{0}' is not of the form contig-position-ref-alt, such as 1-12345-A-G")]
    Form(String),
    /// An allele with something other than A, C, G, T, N.
    #[error("allele '{0}' is not made of A, C, G, T or N")]
    Bases(String),
    /// Contig not known.
    #[error(transparent)]
    Contig(#[from] crate::contig::UnknownContig),
    /// Position not a number.
    #[error(transparent)]
    Position(#[from] crate::position::NotAPosition),
    /// Reference and alternate are the same.
    #[error("reference and alternate allele are the same ('{0}')")]
    NoChange(String),
}

impl Variant {
    /// A variant from checked parts; alleles are upper-cased.
    pub fn new(contig: Contig, position: Position, reference: &str, alternate: &str) -> Result<Variant, VariantError> {
        let (reference, alternate) = (reference.to_ascii_uppercase(), alternate.to_ascii_uppercase());
        for allele in [&reference, &alternate] {
            if allele.is_empty() || !allele.bytes().all(|b| matches!(b, b'A' | b'C' | b'G' | b'T' | b'N')) {
                return Err(VariantError::Bases(allele.clone()));
            }
        }
        if reference == alternate {
            return Err(VariantError::NoChange(reference));
        }
        Ok(Variant { contig, position, reference, alternate })
    }

    /// A structural variant; `position` is the base before the change.
    pub fn structural(contig: Contig, position: Position, structure: Structure) -> Variant {
        Variant { contig, position, reference: "N".into(), alternate: structure.to_string() }
    }

    /// Its structure, if it is a structural variant.
    pub fn structure(&self) -> Option<Structure> {
        if self.alternate.starts_with('<') { self.alternate.parse().ok() } else { None }
    }

    /// Last reference base, 1-based.
    pub fn end(&self) -> u32 {
        if let Some(structure) = self.structure() {
            return structure.end(self.position.get());
        }
        self.position.get() + self.reference.len() as u32 - 1
    }

    /// One base for another.
    pub fn is_snv(&self) -> bool {
        self.reference.len() == 1 && self.alternate.len() == 1
    }

    /// Trimmed and left-aligned, as far as reference sequence is held.
    /// Method: Tan, Abecasis & Kang 2015 (Bioinformatics 31:2202), VCF normalisation.
    #[must_use]
    pub fn normalise(&self, genome: &dyn Reference) -> Variant {
        if self.alternate.starts_with('<') {
            return self.clone();
        }
        let mut reference = self.reference.clone().into_bytes();
        let mut alternate = self.alternate.clone().into_bytes();
        let mut position = self.position.get();
        loop {
            while reference.len() > 1 && alternate.len() > 1 && reference.last() == alternate.last() {
                reference.pop();
                alternate.pop();
            }
            let shiftable = reference.last() == alternate.last() && (reference.len() == 1 || alternate.len() == 1);
            if !shiftable || position == 1 || reference.len() == alternate.len() {
                break;
            }
            let Some(before) = genome.base(self.contig, position - 1) else { break };
            reference.pop();
            alternate.pop();
            reference.insert(0, before);
            alternate.insert(0, before);
            position -= 1;
        }
        let mut lead = 0;
        while lead + 1 < reference.len() && lead + 1 < alternate.len() && reference[lead] == alternate[lead] {
            lead += 1;
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Variant {
            contig: self.contig,
            position: Position::new(position + lead as u32).expect("a position only grows from one that was non-zero"),
            reference: text(&reference[lead..]),
            alternate: text(&alternate[lead..]),
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}-{}", self.contig, self.position, self.reference, self.alternate)
    }
}

impl FromStr for Variant {
    type Err = VariantError;
    fn from_str(text: &str) -> Result<Self, VariantError> {
        let parts: Vec<&str> = text.split(['-', ':']).collect();
        let [contig, position, reference, alternate] = parts[..] else {
            return Err(VariantError::Form(text.into()));
        };
        if let Ok(structure) = alternate.parse::<Structure>() {
            return Ok(Variant::structural(contig.parse()?, position.parse()?, structure));
        }
        Variant::new(contig.parse()?, position.parse()?, reference, alternate)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A contig 1 that starts at position 1 with the given bases.
    pub(crate) struct Short(pub &'static [u8]);

    impl Reference for Short {
        fn bases(&self, _: Contig, start: u32, end: u32) -> Option<Vec<u8>> {
            self.0.get(start as usize - 1..end as usize).map(<[u8]>::to_vec)
        }
    }

    #[track_caller]
    fn check(genome: &'static [u8], input: &str, expected: &str) {
        let variant: Variant = input.parse().expect("a variant");
        assert_eq!(variant.normalise(&Short(genome)).to_string(), expected);
    }

    #[test]
    fn alleles_are_trimmed_and_left_aligned() {
        // The worked example of Tan, Abecasis & Kang 2015, figure 1: a CA repeat.
        check(b"GGGCACACACAGGG", "1-8-CAC-C", "1-3-GCA-G");
        check(b"GGGCACACACAGGG", "1-4-CACAC-CAC", "1-3-GCA-G");
        check(b"ACGT", "1-1-ACG-ATG", "1-2-C-T");
        check(b"TTTTA", "1-4-T-TT", "1-1-T-TT");
        check(b"ACGTACGT", "1-2-CG-TA", "1-2-CG-TA");
    }

    #[test]
    fn bad_variants_say_what_is_wrong() {
        for (text, says) in [
            ("1-12345-A", "form"),
            ("1-0-A-G", "position"),
            ("1-4294967295-A-G", "position"),
            ("1-5-A-<DEL>", "A, C, G, T"),
            ("1-5-A-A", "same"),
            ("99-5-A-G", "contig"),
        ] {
            let error = text.parse::<Variant>().expect_err(text).to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
