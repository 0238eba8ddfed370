//! The ruleset: every threshold of the engine with where it comes from.

pub use annotation::settings::*;

/// Name of this ruleset; it changes whenever a value or a rule does.
pub const RULESET: &str = "rare-disease 1";
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
