//! Changes that are told by their kind and extent, not by their bases.

use crate::Contig;
use std::{fmt, str::FromStr};

/// What a structural variant does, beginning after its position.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Structure {
    /// Bases up to `end` are gone.
    Deletion {
        /// Last base concerned, 1-based and inclusive.
        end: u32,
    },
    /// Bases up to `end` are there once more or oftener, presumably in tandem.
    Duplication {
        /// Last base concerned, 1-based and inclusive.
        end: u32,
    },
    /// Bases up to `end` are turned round.
    Inversion {
        /// Last base concerned, 1-based and inclusive.
        end: u32,
    },
    /// Bases are added whose sequence is not told.
    Insertion {
        /// How many; 0 when that is not told either.
        length: u32,
    },
    /// The sequence goes on elsewhere.
    Breakend {
        /// Contig of the other end.
        contig: Contig,
        /// Position of the other end on that contig, 1-based.
        position: u32,
    },
    /// A short tandem repeat has this many copies of its unit.
    Repeat {
        /// Last base of the repeat in the reference.
        end: u32,
        /// Copies of the unit that were counted.
        copies: u32,
    },
}

/// Positions and lengths are 32-bit signed in VCF (4.5, section 1.3).
pub const NUMBER_MAX: u32 = i32::MAX as u32;

/// A text that is no structure as we write it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a structural allele such as <DEL=2000>, <DUP=2000>, <INV=2000>, <INS=300>, <BND=5_1000> or <STR=2000_45>")]
pub struct NotAStructure(pub String);

impl Structure {
    /// Last base concerned, for a variant at `position`.
    pub fn end(self, position: u32) -> u32 {
        match self {
            Structure::Deletion { end } | Structure::Duplication { end } | Structure::Inversion { end } | Structure::Repeat { end, .. } => {
                end
            }
            Structure::Insertion { .. } | Structure::Breakend { .. } => position,
        }
    }

    /// The kind in words, such as `deletion`.
    pub fn name(self) -> &'static str {
        match self {
            Structure::Deletion { .. } => "deletion",
            Structure::Duplication { .. } => "duplication",
            Structure::Inversion { .. } => "inversion",
            Structure::Insertion { .. } => "insertion",
            Structure::Breakend { .. } => "breakend",
            Structure::Repeat { .. } => "repeat",
        }
    }
}

impl fmt::Display for Structure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Structure::Deletion { end } => write!(f, "<DEL={end}>"),
            Structure::Duplication { end } => write!(f, "<DUP={end}>"),
            Structure::Inversion { end } => write!(f, "<INV={end}>"),
            Structure::Insertion { length } => write!(f, "<INS={length}>"),
            Structure::Breakend { contig, position } => write!(f, "<BND={contig}_{position}>"),
            Structure::Repeat { end, copies } => write!(f, "<STR={end}_{copies}>"),
        }
    }
}

impl FromStr for Structure {
    type Err = NotAStructure;
    fn from_str(text: &str) -> Result<Structure, NotAStructure> {
        let wrong = || NotAStructure(text.into());
        let inner = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')).ok_or_else(wrong)?;
        let (kind, value) = inner.split_once('=').ok_or_else(wrong)?;
        let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n <= NUMBER_MAX).ok_or_else(wrong);
        let two = || value.split_once('_').ok_or_else(wrong);
        Ok(match kind {
            "DEL" => Structure::Deletion { end: number(value)? },
            "DUP" => Structure::Duplication { end: number(value)? },
            "INV" => Structure::Inversion { end: number(value)? },
            "INS" => Structure::Insertion { length: number(value)? },
            "BND" => Structure::Breakend { contig: two()?.0.parse().map_err(|_| wrong())?, position: number(two()?.1)? },
            "STR" => Structure::Repeat { end: number(two()?.0)?, copies: number(two()?.1)? },
            _ => return Err(wrong()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structures_are_read_as_they_are_written() {
        for text in ["<DEL=2000>", "<DUP=2000>", "<INV=5>", "<INS=300>", "<BND=X_1000>", "<STR=2000_45>"] {
            assert_eq!(text.parse::<Structure>().map(|s| s.to_string()).as_deref(), Ok(text));
        }
        for text in ["<DEL=4294967295>", "<DEL>", "<DEL=x>", "<BND=5>", "<CNV=5>", "DEL=5", ""] {
            assert!(text.parse::<Structure>().is_err(), "{text}");
        }
    }
}
