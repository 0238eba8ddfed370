//! Interpretation: cases and their two scientists, what lies around a variant, and what is shared.

pub mod assessments;
pub mod candidates;
pub mod cases;
pub mod edits;
pub mod explanations;
pub mod further;
pub mod genes;
pub mod next;
pub mod notes;
pub mod opened;
pub mod region;
pub mod settling;
pub mod sharing;
pub mod signed;
pub mod signers;
pub mod touched;
pub mod views;
