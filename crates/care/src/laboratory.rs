//! The laboratory: samples, the plates and racks that they stand in, and the worklists and lots that they are worked on with.

pub mod barcode;
pub mod container;
pub mod lot;
pub mod sample;
pub mod worklist;
