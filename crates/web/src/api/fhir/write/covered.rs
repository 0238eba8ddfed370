//! What a bundle would place and change, compared with what the token of its sender covers.

use crate::api::fhir::{Refused, call::Caller};
use interop::fhir::{intake, search};
use serde_json::Value;
use service::ordering::clients::Interaction;

/// Refuses a bundle with an entry that the token does not cover. What is only kept with a message places nothing.
pub(super) fn covered(caller: &Caller, body: &[u8]) -> Result<(), Refused> {
    // What cannot be read is refused where it is read.
    let Ok(bundle) = intake::json(body) else { return Ok(()) };
    let entries = bundle["entry"].as_array().map_or(&[][..], Vec::as_slice);
    none_missing(caller, entries.iter().flat_map(written).collect())
}

/// Refuses a resource that is stated anew with others inside it that the token does not cover.
pub(super) fn covered_inside(caller: &Caller, resource: &Value) -> Result<(), Refused> {
    none_missing(caller, inside(resource).map(|kind| (kind, Interaction::Update)).collect())
}

fn none_missing(caller: &Caller, written: Vec<(&str, Interaction)>) -> Result<(), Refused> {
    let mut missing: Vec<String> = Vec::new();
    for (kind, interaction) in written {
        let scope = interaction.scope(kind);
        if !caller.scopes.covers_all(kind, interaction) && !missing.contains(&scope) {
            missing.push(scope);
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(Refused::OutOfScope(missing)) }
}

/// Kinds of the resources of an entry, its own and those inside it, and what would be done with them; nothing of what is only kept.
fn written(entry: &Value) -> Vec<(&str, Interaction)> {
    let resource = &entry["resource"];
    let interaction = match entry["request"]["method"].as_str() {
        _ if is_end(resource) => Interaction::Update,
        Some("PUT" | "PATCH") => Interaction::Update,
        Some("DELETE") => Interaction::Delete,
        _ => Interaction::Create,
    };
    let own = kind(resource).filter(|kind| is_placed(kind));
    own.into_iter().chain(inside(resource)).map(|kind| (kind, interaction)).collect()
}

/// Whether a resource ends an order, by whatever method it comes.
fn is_end(resource: &Value) -> bool {
    let status = resource["status"].as_str().unwrap_or_default().trim();
    kind(resource) == Some("ServiceRequest") && ["revoked", "entered-in-error"].contains(&status)
}

/// Kinds of the resources inside another one that are read as those beside it are.
fn inside(resource: &Value) -> impl Iterator<Item = &str> {
    let contained = resource["contained"].as_array().map_or(&[][..], Vec::as_slice);
    contained.iter().filter_map(kind).filter(|kind| is_placed(kind))
}

/// Without the blanks round it, as it is read.
fn kind(resource: &Value) -> Option<&str> {
    resource["resourceType"].as_str().map(str::trim)
}

fn is_placed(kind: &str) -> bool {
    intake::is_read(kind) || search::kind(kind).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_entry_is_written_as_its_method_says() {
        for (method, kind, expected) in [
            ("POST", "Patient", Some(Interaction::Create)),
            ("", "ServiceRequest", Some(Interaction::Create)),
            ("PUT", "ServiceRequest", Some(Interaction::Update)),
            ("DELETE", "ServiceRequest", Some(Interaction::Delete)),
            ("POST", "MessageHeader", None),
            ("POST", "Encounter", None),
            ("PUT", "Task", Some(Interaction::Update)),
        ] {
            let entry = json!({ "resource": { "resourceType": kind }, "request": { "method": method } });
            let expected: Vec<(&str, Interaction)> = expected.map(|interaction| (kind, interaction)).into_iter().collect();
            assert_eq!(written(&entry), expected, "{method} {kind}");
        }
        assert!(written(&json!({ "request": { "method": "DELETE", "url": "ServiceRequest/1" } })).is_empty());
    }

    #[test]
    fn an_end_of_an_order_changes_it_whatever_its_method() {
        for (status, expected) in
            [("active", Interaction::Create), (" revoked", Interaction::Update), ("entered-in-error", Interaction::Update)]
        {
            for method in [json!("POST"), Value::Null] {
                let entry = json!({ "resource": { "resourceType": "ServiceRequest", "status": status }, "request": { "method": method } });
                assert_eq!(written(&entry), [("ServiceRequest", expected)], "{status}");
            }
        }
        let observation = json!({ "resource": { "resourceType": "Observation", "status": "entered-in-error" } });
        assert_eq!(written(&observation), [("Observation", Interaction::Create)], "it is read into an order and ends none");
    }

    #[test]
    fn what_is_inside_a_resource_is_written_as_what_is_beside_it() {
        let contained = json!([{ "resourceType": "Patient" }, { "resourceType": "Encounter" }, { "id": "1" }]);
        for (kind, own) in [("ServiceRequest", true), ("Encounter", false)] {
            let entry = json!({ "resource": { "resourceType": kind, "contained": contained }, "request": { "method": "PUT" } });
            let mut expected = vec![("Patient", Interaction::Update)];
            if own {
                expected.insert(0, (kind, Interaction::Update));
            }
            assert_eq!(written(&entry), expected, "{kind}");
        }
        assert_eq!(inside(&json!({ "contained": {} })).count(), 0);
    }
}
