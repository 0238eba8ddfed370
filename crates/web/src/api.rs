//! What other programs read.

pub(crate) mod panelapp;
