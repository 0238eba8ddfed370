//! What reference data say of a variant: its effect on each transcript, its names, its frequency, and whether it can matter at all.
//!
//! Pure and deterministic, and shared by every engine that interprets variants. It knows nothing of orders, samples or people.

pub mod annotate;
pub mod case;
pub mod haplotype;
pub mod knowledge;
pub mod name;
pub mod phenotype;
pub mod reason;
pub mod screen;
pub mod settings;

pub use case::{Case, Family, Member};
pub use knowledge::Knowledge;
pub use reason::{Cause, Reason};
