//! The laboratory: samples, plates and racks, the files that come off a sequencer, and their analysis.

pub mod alignments;
pub mod analyses;
pub mod containers;
pub mod data;
pub mod labels;
pub mod lots;
pub mod quality;
pub mod reception;
pub(crate) mod sample_names;
pub mod samples;
pub mod worklists;
