//! Reads of a person's data as AuditEvent. Source: FHIR R4 AuditEvent; IHE Basic Audit Log Patterns, patient read.

use super::Bundle;
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

/// The lines as a collection.
pub fn bundle<'a>(reads: impl Iterator<Item = Read<'a>>) -> Bundle<Value> {
    Bundle::collection(reads.map(|read| (None, event(&read))))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_glass_is_told_with_its_reason_and_a_refusal_as_one() {
        let read = |action, allowed, reason| Read {
            at: "2026-11-21T10:00:00Z".into(),
            who: "Dr A",
            action,
            resource: "patient/1",
            allowed,
            reason,
        };
        let reads = [read("BreakGlass", true, "Unconscious"), read("ReadOrder", false, "")];
        let told = serde_json::to_value(bundle(reads.into_iter())).expect("JSON");
        let [glass, order] = [&told["entry"][0]["resource"], &told["entry"][1]["resource"]];
        assert_eq!(
            (glass["purposeOfEvent"][0]["coding"][0]["code"].as_str(), glass["outcomeDesc"].as_str()),
            (Some("BTG"), Some("Unconscious"))
        );
        assert_eq!((order["outcome"].as_str(), order["action"].as_str(), order.get("outcomeDesc")), (Some("4"), Some("R"), None));
    }
}
