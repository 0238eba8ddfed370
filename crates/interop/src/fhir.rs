//! FHIR R4.

pub mod audit;
pub mod definition;
