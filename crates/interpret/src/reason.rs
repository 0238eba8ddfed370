//! Why a variant is not among the candidates.

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
    /// Too few reads, low genotype quality or a skewed allele balance.
    LowQuality = 5,
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
}

impl Reason {
    /// All reasons.
    pub const ALL: [Reason; 13] = [
        Reason::OtherContig,
        Reason::NotSmall,
        Reason::NotInProband,
        Reason::FilterFailed,
        Reason::LowQuality,
        Reason::NoTranscript,
        Reason::TooCommon,
        Reason::NoEffect,
        Reason::InheritanceDoesNotFit,
        Reason::OneOfTwo,
        Reason::BetterInGene,
        Reason::ReferenceMismatch,
        Reason::RepeatNormal,
    ];

    /// The reason of a side-file byte.
    pub fn from_byte(byte: u8) -> Option<Reason> {
        Reason::ALL.into_iter().find(|r| *r as u8 == byte)
    }

    /// In words, with the rule.
    pub fn words(self) -> &'static str {
        match self {
            Reason::OtherContig => "it lies outside chromosomes 1–22, X, Y and MT",
            Reason::NotSmall => {
                "it names no change that can be interpreted: an overlapping deletion (*), a block of reference, or a structural allele without its end"
            }
            Reason::NotInProband => "the proband does not carry it (or was not called there)",
            Reason::FilterFailed => "the variant caller's own FILTER failed",
            Reason::LowQuality => {
                "the proband's call is not reliable: fewer than 4 reads, genotype quality below 10, or fewer than 15 % of reads with the allele"
            }
            Reason::NoTranscript => "it lies more than 20 bases from every exon of the transcripts in the reference pack",
            Reason::TooCommon => {
                "it is too common in the population for a rare disease (above 5 % anywhere, 2 % for a recessive or 0.1 % for a dominant disorder)"
            }
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
