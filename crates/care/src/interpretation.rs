//! Interpretation: runs of the engine, and the decisions of scientists over them.

pub mod analysis;
pub mod assessment;
pub mod case;
pub mod changes;
pub mod discordance;
pub mod edit;
pub mod filter;
pub mod further;
pub mod note;
pub mod views;
