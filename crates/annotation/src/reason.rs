//! Why a variant is not among the candidates.

use crate::settings as rules;
use serde::{Deserialize, Serialize};

/// The rule that set a variant aside; one byte in the side file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Reason {
    /// Not on chromosome 1–22, X, Y or MT.
    OtherContig = 1,
    /// An overlapping deletion, a block of reference, or a structural allele that does not tell its extent.
    NotSmall = 2,
    /// The proband does not carry it.
    NotInProband = 3,
    /// The caller's own filter failed.
    FilterFailed = 4,
    /// Away from every exon and splice region of the pack's transcripts.
    NoTranscript = 6,
    /// Too common in the population for a rare disease.
    TooCommon = 7,
    /// Synonymous, untranslated or intronic, without a pathogenic ClinVar record.
    NoEffect = 8,
    /// No mode of inheritance fits the family.
    InheritanceDoesNotFit = 9,
    /// A single variant in a gene that needs two.
    OneOfTwo = 10,
    /// Another explanation of the same gene fits better.
    BetterInGene = 11,
    /// Its reference allele is not what the reference sequence has there.
    ReferenceMismatch = 12,
    /// A repeat whose length is in the harmless range, or whose unit is not the one that causes disease.
    RepeatNormal = 13,
    /// Too few reads.
    LowDepth = 14,
    /// Low genotype quality.
    LowGenotypeQuality = 15,
    /// Too small a share of reads with the allele for a heterozygous call.
    LowAlleleBalance = 16,
}

impl Reason {
    /// Every reason, in the order of its byte in the side file.
    pub const ALL: [Reason; 15] = [
        Reason::OtherContig,
        Reason::NotSmall,
        Reason::NotInProband,
        Reason::FilterFailed,
        Reason::NoTranscript,
        Reason::TooCommon,
        Reason::NoEffect,
        Reason::InheritanceDoesNotFit,
        Reason::OneOfTwo,
        Reason::BetterInGene,
        Reason::ReferenceMismatch,
        Reason::RepeatNormal,
        Reason::LowDepth,
        Reason::LowGenotypeQuality,
        Reason::LowAlleleBalance,
    ];

    /// The reason of a side-file byte.
    pub fn from_byte(byte: u8) -> Option<Reason> {
        Reason::ALL.into_iter().find(|r| *r as u8 == byte)
    }

    /// Why, in a clause that can follow a colon, with the rule.
    pub fn label(self) -> &'static str {
        match self {
            Reason::OtherContig => "it lies outside chromosomes 1–22, X, Y and MT",
            Reason::NotSmall => {
                "it names no change that can be interpreted: an overlapping deletion (*), a block of reference, or a structural allele without its end"
            }
            Reason::NotInProband => "the proband does not carry it (or was not called there)",
            Reason::FilterFailed => "the variant caller's own FILTER failed",
            Reason::LowDepth => "the proband's call is not reliable: too few reads",
            Reason::LowGenotypeQuality => "the proband's call is not reliable: its genotype quality is too low",
            Reason::LowAlleleBalance => "the proband's call is not reliable: too few of the reads carry the allele",
            Reason::NoTranscript => "it lies more than 20 bases from every exon of the transcripts in the reference pack",
            Reason::TooCommon => "it is too common in the population for a rare disease",
            Reason::NoEffect => {
                "it is synonymous, untranslated or intronic beyond the splice region, and ClinVar has no pathogenic record of it"
            }
            Reason::InheritanceDoesNotFit => {
                "no mode of inheritance explains it in this family (for example, an unaffected relative has the same genotype)"
            }
            Reason::OneOfTwo => "only one variant was found in a gene whose disorders need two, and no second one in trans",
            Reason::BetterInGene => "another variant, or pair of variants, explains the same gene better",
            Reason::RepeatNormal => "the repeat is no longer than in healthy people, or its unit is not the one that causes disease",
            Reason::ReferenceMismatch => "its reference allele differs from the reference sequence at that place",
        }
    }
}

/// A reason with the value that it was judged by.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Cause {
    /// The rule that set it aside.
    pub reason: Reason,
    /// What was measured, in the rule's unit: reads, Phred, share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f32>,
    /// The limit that it was compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<f32>,
}

impl From<Reason> for Cause {
    fn from(reason: Reason) -> Cause {
        Cause { reason, value: None, limit: None }
    }
}

impl Cause {
    /// A reason with the value that was measured; the limit of the sieve is known by the rule.
    pub fn measured(reason: Reason, value: f32) -> Cause {
        let limit = match reason {
            Reason::LowDepth => Some(rules::DEPTH_READS_MIN as f32),
            Reason::LowGenotypeQuality => Some(rules::QUALITY_PHRED_MIN),
            Reason::LowAlleleBalance => Some(rules::ALLELE_BALANCE_MIN),
            Reason::TooCommon => Some(rules::FREQUENCY_RECESSIVE_MAX),
            _ => None,
        };
        Cause { reason, value: Some(value), limit }
    }

    /// Why, in a clause that can follow a colon, with the value that was measured and its limit.
    pub fn label(self) -> String {
        let (Some(value), Some(limit)) = (self.value, self.limit) else { return self.reason.label().to_owned() };
        let shown = |n: f32| match self.reason {
            Reason::LowDepth => format!("{n:.0} reads"),
            Reason::LowAlleleBalance => format!("{:.1} % of reads", n * 100.0),
            Reason::TooCommon => format!("{:.3} %", n * 100.0),
            _ => format!("{n}"),
        };
        let side = if self.reason == Reason::TooCommon { "at most" } else { "at least" };
        format!("{}: {}, where {side} {} is asked", self.reason.label(), shown(value), shown(limit))
    }
}
