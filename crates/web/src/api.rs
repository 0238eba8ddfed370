//! What other programs read.

pub(crate) mod cds;
pub(crate) mod panelapp;
