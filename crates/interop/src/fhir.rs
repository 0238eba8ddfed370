//! FHIR R4: orders in, and everything that is known of them out. What is written has types (`resource`, `datatype`); what is read
//! is read as it was sent (`intake`), since senders differ.

pub mod datatype;
pub mod resource;

pub mod audit;
pub mod capability;
pub mod consent;
pub mod definition;
pub mod forwarded;
pub mod intake;
pub mod order;
pub mod outcome;
pub mod patient;
pub mod provenance;
pub mod recipient;
pub mod record;
pub mod report;
pub mod search;
pub mod subscription;
