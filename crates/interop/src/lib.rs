//! What the service says to other systems and hears from them, in their words. It maps, and never serves.

pub mod asked;
pub mod beacon;
pub mod cds;
pub mod fhir;
pub mod hl7;
pub mod panelapp;
pub mod pedigree;
pub mod phenopacket;
pub mod share;
pub mod vrs;
