//! From a family's annotated variants to ranked, classified, explained candidates.
//!
//! Pure and deterministic: one `Case` and pinned `Knowledge` give one `Analysis`, the same bytes on any number of
//! threads. The engine knows nothing of orders, samples or people; it works on a bare VCF, pedigree and HPO list.

pub mod analysis;
pub mod ancestry;
pub mod classify;
pub mod compare;
pub mod identity;
pub mod inherit;
pub mod rank;
pub mod ruleset;
pub mod settings;
pub mod tier;
pub mod weights;

pub use analysis::{Analysis, Candidate, Considered, Finding};
pub use classify::{Classification, Criterion, Pathogenicity};
pub use tier::Tier;
