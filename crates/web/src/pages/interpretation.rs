//! Interpretation: a case, its variants, analyses, and where laboratories differ.

pub(crate) mod analyses;
pub(crate) mod case;
pub(crate) mod discordances;
pub(crate) mod region;
pub(crate) mod variant;
