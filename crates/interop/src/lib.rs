//! What the service says to other systems, in their words. Wire structs only: it maps, and never serves.

pub mod cds;
pub mod fhir;
pub mod panelapp;
pub mod pedigree;
pub mod phenopacket;
