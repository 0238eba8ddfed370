//! GA4GH Phenopackets: read as far as a request for a test needs them (`ontology::phenopacket`); written in version 2 of everything
//! that is known.

mod write;

pub use ontology::phenopacket::{Feature, PacketFeatures, Subject, contradiction, is_phenopacket};
pub use write::{PacketContext, Phenopacket, packet};

/// Features of a Phenopacket and whose they are, and what of it was not understood, such as identifiers that are no terms of the HPO.
pub fn features(text: &str) -> Result<PacketFeatures, String> {
    ontology::phenopacket::read(text.as_bytes()).map_err(|why| why.to_string())
}
