//! The laboratory: samples, plates and racks, and the files that come off a sequencer.

pub mod containers;
pub mod data;
pub mod labels;
pub mod samples;
