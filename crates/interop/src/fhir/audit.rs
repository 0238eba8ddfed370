//! Reads of a person's data as AuditEvent. Source: FHIR R4 AuditEvent; IHE Basic Audit Log Patterns, patient read.

use serde::Serialize;
use serde_json::{Value, json};

/// One line of the audit.
#[derive(Clone, Debug)]
pub struct Read<'a> {
    /// When, as an instant.
    pub at: String,
    /// Name, role and organisation.
    pub who: &'a str,
    /// What was asked.
    pub action: &'a str,
    /// Of what: stream of the journal.
    pub resource: &'a str,
    /// Whether it was allowed.
    pub allowed: bool,
    /// Why, where it was asked.
    pub reason: &'a str,
}

/// A collection of AuditEvents.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bundle {
    resource_type: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    entry: Vec<Value>,
}

/// The lines as a collection.
pub fn bundle<'a>(reads: impl Iterator<Item = Read<'a>>) -> Bundle {
    Bundle { resource_type: "Bundle", kind: "collection", entry: reads.map(|read| json!({ "resource": event(&read) })).collect() }
}

fn event(read: &Read) -> Value {
    let emergency = read.action == "BreakGlass";
    let purpose = if emergency { ("BTG", "break the glass") } else { ("TREAT", "treatment") };
    let mut event = json!({
        "resourceType": "AuditEvent",
        "type": { "system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest", "display": "RESTful Operation" },
        "subtype": [{ "system": "https://opengms.example/CodeSystem/action", "code": read.action }],
        "action": if read.action.starts_with("Read") || read.action.starts_with("See") { "R" } else { "E" },
        "recorded": read.at,
        // 0 success, 4 minor failure: refused by policy.
        "outcome": if read.allowed { "0" } else { "4" },
        "purposeOfEvent": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": purpose.0, "display": purpose.1 }] }],
        "agent": [{ "who": { "display": read.who }, "requestor": true }],
        "source": { "observer": { "display": "OpenGMS" } },
        "entity": [{ "what": { "identifier": { "value": read.resource } } }],
    });
    if !read.reason.is_empty() {
        event["outcomeDesc"] = json!(read.reason);
    }
    event
}
