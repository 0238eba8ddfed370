//! Orders and results in FHIR, as other systems send them.

mod based_on;
mod bundle;
mod certain;
mod consents;
mod documents;
mod family;
mod field;
mod mother;
mod people;
mod received;
mod sender;
mod status;
