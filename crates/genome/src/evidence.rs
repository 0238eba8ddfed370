//! What reference data say about a variant, and whether they could say anything at all.

use crate::{Reference, Score, Variant};
use serde::{Deserialize, Serialize};

/// How often an allele is seen in a population database.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Frequency {
    /// Share of alleles, all people together, 0–1.
    pub overall: f32,
    /// Highest share in any one genetic ancestry group, 0–1.
    pub highest_group: f32,
    /// People with two copies.
    pub homozygotes: u32,
    /// Alleles examined at the place: two for each person of an autosome.
    pub alleles_examined: u32,
}

/// What a population database adds to an allele's frequency.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct FrequencyDetail {
    /// The database's own filters were not passed: its counts are of calls that it does not trust.
    pub filtered: bool,
    /// People with the allele on their one copy of X or Y.
    pub hemizygotes: u32,
    /// Share of alleles by genetic ancestry group; none for an allele rarer than 0.1 % in every group.
    pub groups: Vec<(AncestryGroup, f32)>,
}

/// Genetic ancestry groups of gnomAD and the 1000 Genomes Project.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum AncestryGroup {
    /// African and African American.
    African,
    /// Old Order Amish; bottlenecked.
    Amish,
    /// Admixed American (Latino).
    AdmixedAmerican,
    /// Ashkenazi Jewish; bottlenecked.
    AshkenaziJewish,
    /// East Asian.
    EastAsian,
    /// Finnish; bottlenecked.
    Finnish,
    /// Middle Eastern.
    MiddleEastern,
    /// European other than Finnish.
    European,
    /// South Asian.
    SouthAsian,
    /// Of no other group, or of several.
    Remaining,
}

/// A ClinVar aggregate classification.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Assertion {
    /// Accession number of the variation.
    pub variation: u32,
    /// Classification, in ClinVar's terms.
    pub significance: Significance,
    /// Review status in stars, 0–4.
    pub stars: u8,
}

/// Clinical significance, ClinVar's terms.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub enum Significance {
    /// Does not cause disease.
    Benign,
    /// Probably does not cause disease.
    LikelyBenign,
    /// Of uncertain significance.
    Uncertain,
    /// Submitters contradict one another.
    Conflicting,
    /// Probably causes disease.
    LikelyPathogenic,
    /// Causes disease.
    Pathogenic,
}

/// Reference data keyed by variant. What is not held is `None` from `has_…`, never a silent zero.
pub trait Evidence: Reference {
    /// Whether any population frequencies are held for this place.
    fn has_frequencies_at(&self, contig: crate::Contig, position: u32) -> bool;
    /// Frequency of a normalised variant; nothing if it was not seen.
    fn frequency(&self, variant: &Variant) -> Option<Frequency>;
    /// What the source of the frequency adds to it; nothing where it says no more.
    fn frequency_detail(&self, variant: &Variant) -> FrequencyDetail;
    /// ClinVar's classification of a normalised variant.
    fn assertion(&self, variant: &Variant) -> Option<Assertion>;
    /// A score of a normalised variant; nothing if it has none, or if the score is not held.
    fn score(&self, score: Score, variant: &Variant) -> Option<f32>;
    /// Whether a score is held at all.
    fn has_score(&self, score: Score) -> bool;
    /// Conditions that ClinVar names for a normalised variant, in its words.
    fn conditions(&self, variant: &Variant) -> Option<String>;
}

impl AncestryGroup {
    /// Every group, in gnomAD's order.
    pub const ALL: [AncestryGroup; 10] = [
        AncestryGroup::African,
        AncestryGroup::Amish,
        AncestryGroup::AdmixedAmerican,
        AncestryGroup::AshkenaziJewish,
        AncestryGroup::EastAsian,
        AncestryGroup::Finnish,
        AncestryGroup::MiddleEastern,
        AncestryGroup::European,
        AncestryGroup::SouthAsian,
        AncestryGroup::Remaining,
    ];

    /// Name of the group in gnomAD's wording.
    pub fn name(self) -> &'static str {
        match self {
            AncestryGroup::African => "African/African American",
            AncestryGroup::Amish => "Amish",
            AncestryGroup::AdmixedAmerican => "Admixed American",
            AncestryGroup::AshkenaziJewish => "Ashkenazi Jewish",
            AncestryGroup::EastAsian => "East Asian",
            AncestryGroup::Finnish => "Finnish",
            AncestryGroup::MiddleEastern => "Middle Eastern",
            AncestryGroup::European => "European (non-Finnish)",
            AncestryGroup::SouthAsian => "South Asian",
            AncestryGroup::Remaining => "Remaining",
        }
    }

    /// Too small, too isolated or too mixed for its own frequency to say that an allele is common. Source: gnomAD, groups that
    /// are left out of `grpmax`.
    pub fn is_bottlenecked(self) -> bool {
        matches!(self, AncestryGroup::Amish | AncestryGroup::AshkenaziJewish | AncestryGroup::Finnish | AncestryGroup::Remaining)
    }
}

impl Significance {
    /// The term in ClinVar's wording.
    pub fn name(self) -> &'static str {
        match self {
            Significance::Benign => "Benign",
            Significance::LikelyBenign => "Likely benign",
            Significance::Uncertain => "Uncertain significance",
            Significance::Conflicting => "Conflicting classifications",
            Significance::LikelyPathogenic => "Likely pathogenic",
            Significance::Pathogenic => "Pathogenic",
        }
    }

    /// Pathogenic or likely pathogenic.
    pub fn is_pathogenic(self) -> bool {
        self >= Significance::LikelyPathogenic
    }

    /// Reads ClinVar's CLNSIG field; classifications other than the five tiers give nothing.
    pub fn from_clinvar(text: &str) -> Option<Significance> {
        let first = text.split(['|', ',']).next().unwrap_or_default().replace('_', " ").to_ascii_lowercase();
        Some(match first.as_str() {
            "pathogenic" | "pathogenic/likely pathogenic" | "pathogenic, low penetrance" => Significance::Pathogenic,
            "likely pathogenic" => Significance::LikelyPathogenic,
            "uncertain significance" => Significance::Uncertain,
            "likely benign" | "benign/likely benign" => Significance::LikelyBenign,
            "benign" => Significance::Benign,
            s if s.starts_with("conflicting") => Significance::Conflicting,
            _ => return None,
        })
    }
}
