//! What other programs read.

pub(crate) mod beacon;
pub(crate) mod cds;
pub(crate) mod fhir;
pub(crate) mod hl7;
pub(crate) mod matches;
pub(crate) mod panelapp;
pub(crate) mod smart;
pub(crate) mod token;
