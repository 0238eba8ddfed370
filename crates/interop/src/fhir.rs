//! FHIR R4.

pub mod definition;
