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
    let mut missing: Vec<String> = Vec::new();
    for (kind, interaction) in entries.iter().filter_map(written) {
        let scope = interaction.scope(kind);
        if !caller.scopes.covers_all(kind, interaction) && !missing.contains(&scope) {
            missing.push(scope);
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(Refused::OutOfScope(missing)) }
}

/// Kind of the resource of an entry, and what would be done with it; nothing of what is only kept.
fn written(entry: &Value) -> Option<(&str, Interaction)> {
    let kind = entry["resource"]["resourceType"].as_str()?;
    let is_placed = intake::is_read(kind) || search::kind(kind).is_some();
    let interaction = match entry["request"]["method"].as_str() {
        Some("PUT" | "PATCH") => Interaction::Update,
        Some("DELETE") => Interaction::Delete,
        _ => Interaction::Create,
    };
    is_placed.then_some((kind, interaction))
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
            assert_eq!(written(&entry).map(|(_, interaction)| interaction), expected, "{method} {kind}");
        }
        assert_eq!(written(&json!({ "request": { "method": "DELETE", "url": "ServiceRequest/1" } })), None);
    }
}
