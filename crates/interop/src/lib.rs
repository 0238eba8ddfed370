//! The service in the languages of other systems. It maps what they send and what is sent to them, and never serves.

pub mod codes;
pub mod forwarded;
pub mod incoming_message;
pub mod incoming_order;

pub mod fhir;
pub mod hl7;

pub mod ga4gh;
pub mod pedigree;

pub mod jose;

pub mod cds_hooks;
pub mod clinvar;
pub mod panelapp;

mod wording;
