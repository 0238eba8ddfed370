//! The ruleset: every threshold of the engine with where it comes from.

pub use annotation::settings::*;

/// Name of this ruleset; it changes whenever a rule does. A changed value changes the digest ([`crate::ruleset::digest`]).
pub const RULESET: &str = "rare-disease 2";

genome::ruleset_constants! {
    /// Stand-alone benign above this frequency (BA1). Source: Richards 2015 (ACMG/AMP), table 4: 5 %.
    pub const FREQUENCY_BA1: f32 = 0.05;
    /// Greater than expected for a disorder (BS1), in want of a disease-specific figure: 1 %. Source: ACGS Best Practice Guidelines 2024, BS1.
    pub const FREQUENCY_BS1: f32 = 0.01;
    /// Dominant candidates above this frequency are set aside. Source: Genomics England tiering, monoallelic 0.1 %.
    pub const FREQUENCY_DOMINANT_MAX: f32 = 0.001;
    /// Rare enough for PM2 at supporting strength. Source: ClinGen SVI PM2 recommendation 1.0 (2020): absent or extremely low; 0.0001 taken.
    pub const FREQUENCY_PM2: f32 = 0.0001;
    /// Homozygotes in a population database that speak against a fully penetrant early-onset disorder (BS2). Source: Richards 2015, BS2.
    pub const HOMOZYGOTES_BS2: u32 = 3;
    /// Loss-of-function constraint that raises a truncating variant in the ranking. Source: gnomAD, Karczewski 2020: LOEUF < 0.35.
    pub const LOEUF_CONSTRAINED: f32 = 0.35;
    /// Truncating pathogenic variants in ClinVar that establish loss of function as a mechanism. Source: ACGS 2024, PVS1: several.
    pub const TRUNCATING_KNOWN_MIN: u32 = 3;
    /// Share of the protein whose loss is significant when the message survives. Source: Abou Tayoun 2018: 10 %.
    pub const REMOVED_SHARE_SIGNIFICANT: f32 = 0.10;
    /// Heteroplasmy at or above this is called homoplasmic. Source: ClinGen mitochondrial specifications 2020: 95 %.
    pub const HOMOPLASMY_MIN: f32 = 0.95;
    /// Share of alternate reads below which a call of the reference in a parent rules the allele out. Source: sequencing error at Q20 is
    /// 1 %; twice that is allowed. Unconfirmed: no published source found.
    pub const REFERENCE_BALANCE_MAX: f32 = 0.02;
    /// Share of mitochondrial genomes taken for a heterozygous call whose reads are not counted. By definition of a call with both alleles;
    /// unconfirmed: no published source found.
    pub const HETEROPLASMY_UNCOUNTED: f32 = 0.5;
    /// Places by phenotype alone within which the phenotype counts as highly specific for the gene (PS2, PM6, 5A). The guideline leaves
    /// the judgement to a person; unconfirmed: no published source found.
    pub const SPECIFIC_RANK_MAX: usize = 10;
    /// Points of pathogenic evidence that would suffice by themselves for likely pathogenic, and so contradict a benign sum. Source:
    /// Tavtigian 2020, table 2 (likely pathogenic from 6); Richards 2015, table 5, "contradictory".
    pub const CONFLICT_POINTS: i32 = 6;
    /// Copies in a row from which on a stretch counts as a repeat (BP3, against PM4): two may be chance. Unconfirmed: no published source
    /// found.
    pub const REPEAT_COPIES_MIN: usize = 3;
    /// Review status in ClinVar, in stars 0–4, that a change of the same residue needs to be evidence (PS1, PM5): criteria were stated.
    /// Source: ClinVar, review status table.
    pub const NEIGHBOUR_STARS_MIN: u8 = 1;
}
