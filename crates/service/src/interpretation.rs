//! Interpretation: cases and their two scientists, what lies around a variant, and what is shared.

pub mod assessments;
pub mod cases;
pub mod explanations;
pub mod genes;
pub mod notes;
pub mod region;
pub mod sharing;
pub mod signers;
