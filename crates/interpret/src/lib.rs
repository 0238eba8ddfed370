//! From a family's variants to ranked, classified, explained candidates.
//!
//! Pure and deterministic: one `Case` and pinned `Knowledge` give one `Analysis`, the same bytes on any number of
//! threads. The engine knows nothing of orders, samples or people; it works on a bare VCF, pedigree and HPO list.

pub mod analysis;
pub mod ancestry;
pub mod annotate;
pub mod case;
pub mod classify;
pub mod compare;
pub mod haplotype;
pub mod identity;
pub mod inherit;
pub mod knowledge;
pub mod name;
pub mod phenotype;
pub mod rank;
pub mod reason;
pub mod screen;
pub mod settings;
pub mod tier;

pub use analysis::{Analysis, Candidate, Considered, Finding};
pub use case::{Case, Family, Member};
pub use classify::{Classification, Criterion, Pathogenicity};
pub use knowledge::Knowledge;
pub use reason::{Cause, Reason};
pub use tier::Tier;
