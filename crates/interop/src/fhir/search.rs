//! What can be read and searched for: the kinds of resources with their parameters, what a client asks for, and whether a resource
//! fits. One table is what works and what the CapabilityStatement promises. Source: FHIR R4, Search.

mod criterion;
mod date;
mod kinds;
mod query;
mod sort;

pub use criterion::{Criterion, Modifier};
pub use kinds::{Include, KINDS, Kind, Narrows, Parameter, ParameterType, kind};
pub use query::{Query, parse};
pub use sort::Sort;
