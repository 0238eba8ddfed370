//! Published scores of how likely a change is to do damage.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A kind of score. What is higher is more damaging, or more conserved.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub enum Score {
    /// REVEL, 0–1, missense. Source: Ioannidis 2016 (AJHG 99:877).
    Revel,
    /// AlphaMissense, 0–1, missense. Source: Cheng 2023 (Science 381:eadg7492).
    AlphaMissense,
    /// SpliceAI, largest of its four delta scores, 0–1. Source: Jaganathan 2019 (Cell 176:535).
    SpliceAi,
    /// CADD, Phred-scaled. Source: Schubach 2024 (NAR 52:D1143).
    Cadd,
    /// `phyloP` of 100 vertebrates, one value a position. Source: Pollard 2010 (Genome Res 20:110).
    PhyloP,
}

/// A name that is no score.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a score that can be read: REVEL, AlphaMissense, SpliceAI, CADD or phyloP")]
pub struct UnknownScore(pub String);

impl Score {
    /// Every kind of score.
    pub const ALL: [Score; 5] = [Score::Revel, Score::AlphaMissense, Score::SpliceAi, Score::Cadd, Score::PhyloP];

    /// Its published name.
    pub fn name(self) -> &'static str {
        match self {
            Score::Revel => "REVEL",
            Score::AlphaMissense => "AlphaMissense",
            Score::SpliceAi => "SpliceAI",
            Score::Cadd => "CADD",
            Score::PhyloP => "phyloP",
        }
    }

    /// Least value, and the step to which values are kept.
    pub fn scale(self) -> (f32, f32) {
        match self {
            Score::Revel | Score::AlphaMissense | Score::SpliceAi => (0.0, 1e-4),
            Score::Cadd => (0.0, 1e-2),
            Score::PhyloP => (-20.0, 1e-3),
        }
    }

    /// One value a position, whatever the allele.
    pub fn is_per_position(self) -> bool {
        self == Score::PhyloP
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Score {
    type Err = UnknownScore;
    fn from_str(name: &str) -> Result<Score, UnknownScore> {
        Score::ALL.into_iter().find(|s| s.name().eq_ignore_ascii_case(name)).ok_or_else(|| UnknownScore(name.into()))
    }
}
