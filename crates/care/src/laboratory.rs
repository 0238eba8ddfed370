//! The laboratory: samples, the plates and racks that they stand in, and the worklists and lots that they are worked on with.
//! The laboratory: samples, the plates and racks that they stand in, and aligned reads.

pub mod alignment;
pub mod barcode;
pub mod container;
pub mod lot;
pub mod sample;
pub mod worklist;
