//! The laboratory: samples, the plates and racks that they stand in, the worklists and lots that they are worked on with, and
//! aligned reads.

pub mod alignment;
pub mod barcode;
pub mod container;
pub mod lot;
pub mod sample;
pub mod worklist;
