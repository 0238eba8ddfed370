//! The vocabulary of a genome: where, what changed, in whom, and what it does to a transcript.
//!
//! Pure: no files, no clock, no randomness. Positions are 1-based and non-zero, contigs an enum,
//! alleles normalised before an engine sees them.

pub mod acmg;
pub mod consequence;
pub mod contig;
pub mod dosage;
pub mod edit;
pub mod evidence;
pub mod gene;
pub mod genotype;
pub mod hgvs;
pub mod pathogenicity;
pub mod person;
pub mod position;
pub mod protein;
pub mod residue;
pub mod ruleset;
pub mod score;
pub mod sequence;
pub mod shape;
pub mod structure;
pub mod transcript;
pub mod variant;

pub use acmg::{AcmgCode, Strength};
pub use consequence::{Consequence, Effect, Impact};
pub use contig::{Build, Contig};
pub use evidence::{AncestryGroup, Assertion, Evidence, Frequency, FrequencyDetail, Significance};
pub use gene::{Gene, HgncId};
pub use genotype::{Genotype, Zygosity};
pub use pathogenicity::Pathogenicity;
pub use person::{Affected, Sex};
pub use position::Position;
pub use score::Score;
pub use sequence::Reference;
pub use structure::Structure;
pub use transcript::{Mane, Strand, Transcript};
pub use variant::Variant;
