//! Standards of the Global Alliance for Genomics and Health.

pub mod beacon;
pub mod matchmaker;
pub mod pedigree;
pub mod phenopacket;
pub mod vrs;
