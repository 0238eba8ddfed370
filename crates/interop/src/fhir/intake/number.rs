//! Identifiers: a number with whose numbers these are, and whether it is in use. Source: FHIR R4, Identifier; UK Core and its
//! predecessors, in which the NHS number has stood under several systems.

use super::{
    json::{kind, list, scalar, text},
    period::{Day, has_ended},
};
use crate::codes::system;
use serde_json::Value;

/// A number that somebody or something is known by.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Number {
    /// Whose numbers these are, in the spelling that is compared; empty where the message does not say.
    pub system: String,
    /// The number.
    pub value: String,
}

impl Number {
    /// A number of a system, in the spelling that is compared.
    pub fn new(system: &str, value: &str) -> Option<Number> {
        let value = value.trim();
        let is_nhs = is_nhs_system(system);
        let value: String = if is_nhs { value.chars().filter(|c| !matches!(c, ' ' | '-')).collect() } else { value.to_owned() };
        let system = if is_nhs { system::NHS_NUMBER } else { system.trim().trim_end_matches('/') };
        (!value.is_empty()).then(|| Number { system: system.to_owned(), value })
    }

    /// The number of an Identifier; none where it has no value.
    pub fn read(identifier: &Value) -> Option<Number> {
        let system = text(identifier, "/system");
        let is_named_nhs = system.is_empty() && is_nhs_name(&super::json::concept_text(&identifier["type"]));
        Number::new(if is_named_nhs { system::NHS_NUMBER } else { system }, &scalar(identifier, "/value"))
    }

    /// The number of a search parameter: `system|value`.
    pub fn from_token(token: &str) -> Option<Number> {
        let (system, value) = token.split_once('|').unwrap_or(("", token));
        Number::new(system, value)
    }

    /// An NHS number.
    pub fn is_nhs(&self) -> bool {
        self.system == system::NHS_NUMBER
    }
}

/// The numbers of a resource that are in use.
pub(super) fn numbers(resource: &Value, today: Day) -> impl Iterator<Item = Number> + '_ {
    list(resource, "/identifier").iter().filter(move |identifier| is_in_use(identifier, today)).filter_map(Number::read)
}

/// In use: not marked as old, and its period has not ended.
pub(super) fn is_in_use(identifier: &Value, today: Day) -> bool {
    text(identifier, "/use") != "old" && !has_ended(&identifier["period"], today)
}

/// A system of NHS numbers: `https://fhir.nhs.uk/Id/nhs-number`, what older guides called it, and the OID of HL7 UK.
fn is_nhs_system(system: &str) -> bool {
    let lower = system.trim().trim_end_matches('/').to_lowercase();
    let last = lower.rsplit('/').next().unwrap_or_default();
    let is_oid = lower.trim_start_matches("urn:").trim_start_matches("oid:") == "2.16.840.1.113883.2.1.4.1";
    is_oid || letters(last) == "nhsnumber"
}

/// The name of the number's kind, where no system stands.
fn is_nhs_name(name: &str) -> bool {
    matches!(letters(&name.to_lowercase()).as_str(), "nhsnumber" | "nhsno")
}

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// The ODS code of an identifier of an organisation, under any spelling of its system.
pub(super) fn ods_code(resource: &Value) -> Option<&str> {
    let identifiers = list(resource, "/identifier").iter().chain(resource.get("identifier").filter(|i| i.is_object()));
    let is_ods = |identifier: &&Value| letters(&text(identifier, "/system").to_lowercase()).contains("idods");
    identifiers.filter(is_ods).map(|identifier| text(identifier, "/value")).find(|code| !code.is_empty())
}

/// Who gave a number: its system, else its assigner.
pub(super) fn authority(identifier: &Value) -> String {
    super::json::first_of([
        text(identifier, "/system"),
        text(identifier, "/assigner/identifier/value"),
        text(identifier, "/assigner/display"),
        text(identifier, "/assigner/reference"),
    ])
}

/// A resource in which a number stands as a number, not as text: leading zeros are lost on the way.
pub(super) fn written_as_numbers(resource: &Value) -> impl Iterator<Item = usize> + '_ {
    let has_number = |(_, identifier): &(usize, &Value)| identifier["value"].is_number();
    let identifiers = if kind(resource).is_empty() { &[] } else { list(resource, "/identifier") };
    identifiers.iter().enumerate().filter(has_number).map(|(nth, _)| nth)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_nhs_number_is_one_under_every_system_that_it_has_had() {
        for system in [
            "https://fhir.nhs.uk/Id/nhs-number",
            "http://fhir.nhs.uk/Id/nhs-number",
            "https://fhir.nhs.uk/id/nhs-number",
            "https://fhir.nhs.uk/Id/nhs-number/",
            "http://fhir.nhs.net/Id/nhs-number",
            "urn:oid:2.16.840.1.113883.2.1.4.1",
            "URN:OID:2.16.840.1.113883.2.1.4.1",
            " https://fhir.nhs.uk/Id/nhs-number ",
        ] {
            let number = Number::read(&json!({ "system": system, "value": " 999 000-0018" })).expect("a number");
            assert_eq!((number.is_nhs(), number.value.as_str()), (true, "9990000018"), "{system}");
        }
        for system in ["", "https://trust.example/temporary-nhs-number", "urn:oid:2.16.840.1.113883.2.1.4.10", "https://a/nhs-number/old"] {
            assert!(!Number::read(&json!({ "system": system, "value": "1" })).expect("a number").is_nhs(), "{system}");
        }
        assert_eq!(Number::read(&json!({ "value": 7 })), Number::from_token("7"));
        assert_eq!(Number::read(&json!({ "system": "a", "value": " " })), None);
    }

    #[test]
    fn an_ods_code_is_found_under_both_spellings() {
        for system in [
            "https://fhir.nhs.uk/Id/ods-organization-code",
            "https://fhir.nhs.uk/Id/ods-organisation-code",
            "https://fhir.nhs.uk/Id/ods-site-code",
        ] {
            assert_eq!(ods_code(&json!({ "identifier": [{ "value": "1" }, { "system": system, "value": "RP4" }] })), Some("RP4"));
            assert_eq!(ods_code(&json!({ "identifier": { "system": system, "value": "RP4" } })), Some("RP4"));
        }
        assert_eq!(ods_code(&json!({ "identifier": [{ "value": "1" }] })), None);
    }
}
