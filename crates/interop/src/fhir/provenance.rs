//! Who did what to an order, when and why, as Provenance: one for each version.

use super::{concept, organisation, pruned, system};
use care::OrderId;
use jiff::Timestamp;
use serde_json::{Value, json};

/// One change of an order.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// Version that it made, from 1.
    pub version: u64,
    /// When.
    pub at: Timestamp,
    /// Kind of the event.
    pub kind: &'a str,
    /// Who, and for which organisation.
    pub by: (&'a str, &'a str),
    /// Why, where it was said.
    pub reason: &'a str,
}

/// The change as a resource.
pub fn provenance(order: OrderId, change: &Change) -> Value {
    // Source: HL7 v3 DataOperation.
    let (code, display) = match change.kind {
        "Submitted" => ("CREATE", "create"),
        "Cancelled" => ("CANCEL", "cancel"),
        "EnteredInError" => ("NULLIFY", "nullify"),
        "Held" => ("SUSPEND", "suspend"),
        "Resumed" | "Reopened" => ("RESUME", "resume"),
        "Closed" => ("COMPLETE", "complete"),
        _ => ("UPDATE", "revise"),
    };
    let why = if change.reason.is_empty() { change.kind } else { change.reason };
    pruned(json!({
        "resourceType": "Provenance",
        "id": format!("{}.v{}", order.0.simple(), change.version),
        "meta": { "profile": ["https://fhir.nhs.uk/StructureDefinition/NHSEngland-Provenance-Genomics"] },
        "target": [{ "reference": format!("ServiceRequest/{order}/_history/{}", change.version) }],
        "recorded": change.at.to_string(),
        "activity": concept("http://terminology.hl7.org/CodeSystem/v3-DataOperation", code, display),
        "reason": [{ "text": why }],
        "agent": [{
            "type": concept("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "author", "Author"),
            "who": { "identifier": { "system": system::ODS, "value": change.by.1 }, "display": change.by.0 },
            "onBehalfOf": organisation(change.by.1, ""),
        }],
    }))
}
