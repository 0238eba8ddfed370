//! The laboratory: samples, and the plates and racks that they stand in.

pub mod barcode;
pub mod container;
pub mod sample;
