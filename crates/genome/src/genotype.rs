//! What was called in one person at one site.

use crate::Variant;
use serde::{Deserialize, Serialize};

/// One person's call for one alternate allele of a site, with its evidence.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Genotype {
    /// How many copies of this allele, or no call.
    pub zygosity: Zygosity,
    /// Alleles called at the site (1 haploid, 2 diploid); 0 when no call.
    pub ploidy: u8,
    /// Which chromosome copy carries the allele, when the call is phased (0 or 1).
    pub phase: Option<u8>,
    /// Phase set, when the call is phased.
    pub phase_set: Option<u32>,
    /// Reads, if reported.
    pub depth_reads: Option<u32>,
    /// Reads with this allele, if reported.
    pub alternate_reads: Option<u32>,
    /// Phred-scaled genotype quality, if reported.
    pub quality_phred: Option<f32>,
}

/// Copies of the alternate allele in a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
pub enum Zygosity {
    /// The caller made no call.
    NoCall,
    /// No copy of the allele: called as the reference or as another allele.
    Reference,
    /// One copy of two.
    Heterozygous,
    /// Every copy of two or more.
    Homozygous,
    /// The only copy of a haploid call.
    Hemizygous,
}

impl Genotype {
    /// The genotype of somebody who was not called at the site.
    pub const MISSING: Genotype = Genotype {
        zygosity: Zygosity::NoCall,
        ploidy: 0,
        phase: None,
        phase_set: None,
        depth_reads: None,
        alternate_reads: None,
        quality_phred: None,
    };

    /// At least one copy of the allele.
    pub fn carries(&self) -> bool {
        matches!(self.zygosity, Zygosity::Heterozygous | Zygosity::Homozygous | Zygosity::Hemizygous)
    }

    /// A call without the allele.
    pub fn is_reference(&self) -> bool {
        self.zygosity == Zygosity::Reference
    }

    /// Share of reads with the allele, 0–1.
    pub fn allele_balance(&self) -> Option<f32> {
        let depth = self.depth_reads.filter(|&d| d > 0)?;
        Some(self.alternate_reads? as f32 / depth as f32)
    }
}

impl Zygosity {
    /// As written in a table: `0/1`, `1/1`, `1`, `0/0`, `./.`.
    pub fn notation(self) -> &'static str {
        match self {
            Zygosity::NoCall => "./.",
            Zygosity::Reference => "0/0",
            Zygosity::Heterozygous => "0/1",
            Zygosity::Homozygous => "1/1",
            Zygosity::Hemizygous => "1",
        }
    }
}

/// A normalised variant with everybody's call, in the order of the family's samples.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// The variant, normalised.
    pub variant: Variant,
    /// The VCF record's FILTER passed or was not applied.
    pub filter_passed: bool,
    /// One per sample of the family.
    pub genotypes: Vec<Genotype>,
}
