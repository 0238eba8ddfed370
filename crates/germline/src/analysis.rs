//! The whole of an analysis: candidates in order, what was considered and set aside, and what it was made with.

pub mod assemble;

use crate::{Tier, classify::Classification, identity::IdentityCheck, inherit::Pattern, quality::SampleQuality};
use annotation::{Cause, Reason, case::Family};
use genome::{Assertion, Effect, Frequency, Genotype, HgncId, Variant};
use ontology::TermId;
use serde::{Deserialize, Serialize};

pub use assemble::assemble;

/// The explained result of one run of the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// Ruleset, pack and releases: what, version.
    pub provenance: Vec<(String, String)>,
    /// What this analysis could not look at, in words.
    pub limits: Vec<String>,
    /// Who was analysed.
    pub family: Family,
    /// HPO terms that the proband shows.
    pub observed: Vec<TermId>,
    /// HPO terms that were looked for and are absent.
    pub excluded: Vec<TermId>,
    /// Panel name and version, if the test has one.
    pub panel: Option<(String, String)>,
    /// Whether the samples are who the pedigree says.
    pub identity: Vec<IdentityCheck>,
    /// What was counted of the quality of each sample; nothing in analyses of before it was counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quality: Vec<SampleQuality>,
    /// Records read and alleles dropped, by reason.
    pub counts: Counts,
    /// Imperfections of the input that did not stop the analysis.
    pub findings: Vec<Finding>,
    /// Candidates, best first.
    pub candidates: Vec<Candidate>,
    /// Variants that came past the sieve but are in no candidate.
    pub considered: Vec<Considered>,
}

/// How many records were read and why alleles were dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Data lines of the VCF.
    pub records: u64,
    /// Alternate alleles on those lines.
    pub alleles: u64,
    /// Alleles dropped by each reason.
    pub dropped: Vec<(Reason, u64)>,
}

/// Something imperfect in the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is, with what it means for the result.
    #[serde(rename = "words")]
    pub message: String,
}

/// One gene's best explanation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Place, from 1.
    pub rank: usize,
    /// HGNC identifier of the gene.
    pub gene: HgncId,
    /// HGNC symbol of the gene.
    pub symbol: String,
    /// Pattern of inheritance.
    pub pattern: Pattern,
    /// Disorder that explains the phenotype best: identifier and name.
    pub disease: Option<(String, String)>,
    /// Natural log of the phenotype likelihood ratio.
    pub phenotype_score: f32,
    /// Place of the gene by phenotype alone.
    pub phenotype_rank: Option<usize>,
    /// On the panel as green; nothing when the test has no panel.
    pub on_panel: Option<bool>,
    /// Total score, in scaled log odds; see [`crate::rank`].
    pub score: f32,
    /// Probability that this gene is the cause, 0–1; what all candidates lack to one is that it is none of them.
    #[serde(default)]
    pub posterior: f32,
    /// Its parts in words.
    pub reasons: Vec<String>,
    /// One variant, or two.
    pub variants: Vec<CandidateVariant>,
}

/// A variant of a candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CandidateVariant {
    /// The variant, normalised.
    pub variant: Variant,
    /// HGVS description on the genome, with its accession.
    pub hgvs_g: String,
    /// Effect on the reported transcript.
    pub effect: Effect,
    /// Everybody's call, in family order.
    pub genotypes: Vec<Genotype>,
    /// Population frequency, if seen.
    pub frequency: Option<Frequency>,
    /// The pack's frequencies cover this place.
    pub frequency_known: bool,
    /// What the source adds to the frequency: its own filter, hemizygotes, groups.
    #[serde(default)]
    pub frequency_detail: genome::FrequencyDetail,
    /// ClinVar's classification of the variant, if the pack has one.
    pub assertion: Option<Assertion>,
    /// Conditions that ClinVar names, in its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<String>,
    /// Classification that is proposed; a scientist decides.
    pub classification: Classification,
    /// Tier under the test's panel; nothing when the test has none or the effect is not tiered.
    #[serde(default)]
    pub tier: Option<Tier>,
    /// Doubts about the call.
    pub doubts: Vec<String>,
}

impl Candidate {
    /// The reasons as they are shown. Analyses of before probabilities were capped said "100 %".
    pub fn reasons_shown(&self) -> Vec<String> {
        let capped = |reason: &String| match (reason.strip_prefix("100 % likely"), reason.strip_prefix("0 % likely")) {
            (Some(rest), _) => format!("{} likely{rest}", crate::rank::likelihood(1.0)),
            (_, Some(rest)) => format!("{} likely{rest}", crate::rank::likelihood(0.0)),
            _ => reason.clone(),
        };
        self.reasons.iter().map(capped).collect()
    }

    /// The other variant of a compound heterozygote.
    pub fn partner(&self, variant: &Variant) -> Option<&CandidateVariant> {
        let is_pair = matches!(self.pattern, Pattern::CompoundHeterozygous { .. }) && self.variants.len() == 2;
        self.variants.iter().find(|other| is_pair && other.variant != *variant)
    }
}

impl CandidateVariant {
    /// HGVS on the transcript, with the protein; or on the genome where the change reaches beyond the transcript.
    pub fn described(&self) -> String {
        match (&self.effect.hgvs_c, &self.effect.hgvs_p) {
            (Some(coding), Some(protein)) => format!("{}:{coding} {protein}", self.effect.transcript),
            (Some(coding), None) => format!("{}:{coding}", self.effect.transcript),
            (None, _) => self.hgvs_g.clone(),
        }
    }
}

/// A variant set aside after the sieve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Considered {
    /// The variant, normalised.
    pub variant: Variant,
    /// Gene, if it touches one.
    pub symbol: Option<String>,
    /// What it does.
    pub consequence: Option<String>,
    /// Why it is in no candidate.
    #[serde(flatten)]
    pub cause: Cause,
}
