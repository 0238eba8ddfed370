//! Who did what to an order, when and why, as Provenance: one for each version.

use super::{
    datatype::{CodeableConcept, Identifier, Meta, Reference},
    resource::{Provenance, ProvenanceAgent},
};
use crate::codes::act;
use care::OrderId;
use jiff::Timestamp;

/// One change of an order.
#[derive(Clone, Debug)]
pub struct OrderChange<'a> {
    /// Version that it made, from 1.
    pub version: u64,
    /// When it was made.
    pub recorded: Timestamp,
    /// Kind of the event.
    pub kind: &'a str,
    /// Who, and for which organisation.
    pub by: (&'a str, &'a str),
    /// Why, where it was said.
    pub reason: &'a str,
}

/// The change as a resource.
pub fn provenance(order: OrderId, change: &OrderChange) -> Provenance {
    let reason = if change.reason.is_empty() { change.kind } else { change.reason };
    let (name, organisation) = change.by;
    Provenance {
        id: format!("{}.v{}", order.0.simple(), change.version),
        meta: Meta::nhs("NHSEngland-Provenance-Genomics"),
        target: vec![Reference::to(format!("ServiceRequest/{order}/_history/{}", change.version))],
        recorded: change.recorded.to_string(),
        reason: CodeableConcept::in_words(reason).into_iter().collect(),
        activity: act::operation(change.kind).into(),
        agent: vec![ProvenanceAgent {
            kind: act::AUTHOR.into(),
            who: Reference::known_by(Identifier::ods(organisation)).with_name(name),
            on_behalf_of: Reference::known_by(Identifier::ods(organisation)),
        }],
    }
}
