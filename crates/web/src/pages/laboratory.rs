//! The laboratory: the bench, plates and racks, sequence data.

pub(crate) mod bench;
pub(crate) mod containers;
pub(crate) mod data;
