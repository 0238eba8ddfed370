//! The laboratory: samples, the plates and racks that they stand in, and aligned reads.

pub mod alignment;
pub mod barcode;
pub mod container;
pub mod sample;
