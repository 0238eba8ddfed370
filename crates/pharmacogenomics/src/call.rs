//! What was called of a gene.

use crate::definition::Position;
use serde::{Deserialize, Serialize};

/// A gene of a sample.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Call {
    /// HGNC symbol of the gene.
    pub gene: String,
    /// What was made of it.
    pub made: Made,
    /// Positions that were not called.
    pub missing: Vec<Position>,
    /// Alleles that cannot be excluded, because a position that tells them was not called.
    pub not_excluded: Vec<String>,
}

/// What was made of the calls.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Made {
    /// Pairs of named alleles that give what was called.
    Fits {
        /// Those whose definitions name most of it.
        diplotypes: Vec<Diplotype>,
        /// Others that the calls allow, were the phase otherwise.
        otherwise: Vec<Diplotype>,
        /// The phase was known, or does not matter.
        phased: bool,
    },
    /// Variants that count by themselves.
    Variants {
        /// By copy, where the phase is known.
        copies: Option<[Vec<String>; 2]>,
        /// All of them where it is not: each as often as there are copies with it.
        all: Vec<String>,
    },
    /// Told by another method.
    Outside(Diplotype),
    /// Nothing, and why.
    No(String),
}

/// One or two named alleles.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Diplotype {
    /// Names of the alleles: two, or one where there is one copy.
    pub alleles: Vec<String>,
}

impl std::fmt::Display for Diplotype {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.alleles.join("/"))
    }
}

impl Call {
    /// In a line: the diplotypes, or why there is none.
    pub fn label(&self) -> String {
        match &self.made {
            Made::Fits { diplotypes, .. } => diplotypes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
            Made::Outside(diplotype) => diplotype.to_string(),
            Made::Variants { copies: Some(copies), .. } => copies.clone().map(|copy| copy.join(" + ")).join("/"),
            Made::Variants { all, .. } => format!("{} (phase unknown)", all.join(", ")),
            Made::No(why) => format!("Not called: {why}"),
        }
    }
}
