//! The patterns of inheritance that the engine tells apart.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How the proband carries a gene's variants and where they came from.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub enum Pattern {
    /// Neither parent was called with it.
    DeNovo {
        /// Both parents have enough reads and none with the allele.
        well_covered: bool,
    },
    /// One copy, shared with every affected and no unaffected relative.
    Dominant {
        /// Whom it came from.
        origin: Origin,
    },
    /// One copy; the parents are not there to tell.
    Heterozygous {
        /// What is known of its origin.
        origin: Origin,
    },
    /// One copy, also carried by an unaffected relative: incomplete penetrance or a carrier.
    FromUnaffected {
        /// Whom it came from.
        origin: Origin,
    },
    /// Two copies of the same allele.
    Homozygous {
        /// Whether both parents carry it.
        origin: Origin,
    },
    /// Two different alleles, one on each copy as far as is known.
    CompoundHeterozygous {
        /// Proof that they are on different copies.
        phase: Phase,
    },
    /// The only copy of a sex chromosome.
    Hemizygous {
        /// From the mother, or new.
        origin: Origin,
    },
    /// In the mitochondrial genome.
    Mitochondrial {
        /// Share of mitochondrial genomes with it, 0–1.
        level: f32,
        /// In all of them.
        homoplasmic: bool,
    },
}

/// Whom an allele came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Origin {
    /// The father carries it and the mother does not, or is not known to.
    Father,
    /// The mother carries it and the father does not, or is not known to.
    Mother,
    /// Both parents carry it.
    BothParents,
    /// Neither parent has it; `well_covered` if both were read deeply enough to say so.
    Neither {
        /// Whether both parents were read deeply enough to say so.
        well_covered: bool,
    },
    /// Only the mother was tested and does not have it.
    NotMother,
    /// Only the father was tested and does not have it.
    NotFather,
    /// Nothing is known of where it came from.
    Unknown,
}

/// Whether two alleles lie on different copies of a gene.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Phase {
    /// On different copies of the gene.
    Trans,
    /// On the same copy of the gene.
    Cis,
    /// Not known.
    Unknown,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Origin::Father => "from the father",
            Origin::Mother => "from the mother",
            Origin::BothParents => "from both parents",
            Origin::Neither { well_covered: true } => "in neither parent",
            Origin::Neither { well_covered: false } => "in neither parent, but a parent is poorly covered",
            Origin::NotMother => "not from the mother; father not tested",
            Origin::NotFather => "not from the father; mother not tested",
            Origin::Unknown => "origin unknown",
        })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::DeNovo { well_covered: true } => f.write_str("de novo"),
            Pattern::DeNovo { well_covered: false } => f.write_str("apparently de novo (a parent is poorly covered)"),
            Pattern::Dominant { origin } => write!(f, "dominant, {origin}"),
            Pattern::Heterozygous { origin } => write!(f, "heterozygous, {origin}"),
            Pattern::FromUnaffected { origin } => write!(f, "heterozygous, {origin}, shared with an unaffected relative"),
            Pattern::Homozygous { origin } => write!(f, "homozygous, {origin}"),
            Pattern::CompoundHeterozygous { phase: Phase::Trans } => f.write_str("compound heterozygous, in trans"),
            Pattern::CompoundHeterozygous { .. } => f.write_str("compound heterozygous, phase unknown"),
            Pattern::Hemizygous { origin } => write!(f, "X-linked hemizygous, {origin}"),
            Pattern::Mitochondrial { homoplasmic: true, .. } => f.write_str("mitochondrial, homoplasmic"),
            Pattern::Mitochondrial { level, .. } => write!(f, "mitochondrial, heteroplasmic {:.0} %", level * 100.0),
        }
    }
}
