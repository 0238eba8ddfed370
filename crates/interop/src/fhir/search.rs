//! What can be read and searched for: the kinds of resources with their parameters, what a client asks for, and whether a resource
//! fits. One table is what works and what the CapabilityStatement promises. Source: FHIR R4, Search.

mod chain;
mod criterion;
mod date;
mod kinds;
mod query;
mod sort;
mod subset;

pub use criterion::{Criterion, Linked, Modifier, ValueCriterion};
pub use kinds::{Include, KINDS, Kind, Narrows, Parameter, ParameterType, kind};
pub use query::{Query, RevInclude, Total, parse};
pub use sort::Sort;
pub use subset::Subset;
