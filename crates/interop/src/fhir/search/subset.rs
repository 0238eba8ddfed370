//! Which elements of a resource are given out. Source: FHIR R4, Search, `_summary` and `_elements`; elements marked as summary (Σ) in
//! the definition of each resource.

use super::kinds::Kind;
use serde_json::{Value, json};

/// What is given out of each resource that is found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Subset {
    /// All of it.
    #[default]
    Whole,
    /// These elements.
    Elements(Vec<String>),
    /// The elements that FHIR marks as its summary.
    Summary,
    /// The text for people to read, and what no resource of the kind is without.
    Text,
    /// Everything but the text.
    Data,
}

/// Elements that are always given out: without them it is not known what a resource is, of whom, and how it stands.
const ALWAYS: [&str; 10] =
    ["resourceType", "id", "meta", "implicitRules", "modifierExtension", "status", "intent", "code", "subject", "patient"];

/// Elements of a kind that are of its summary, and those that no resource of the kind is without.
struct Marked {
    kind: &'static str,
    summary: &'static [&'static str],
    mandatory: &'static [&'static str],
}

/// Of each kind that is given out, as far as it is written here.
static MARKED: [Marked; 12] = [
    Marked {
        kind: "ServiceRequest",
        summary: &["identifier", "requisition", "category", "priority", "authoredOn", "requester", "performer", "reasonCode", "specimen"],
        mandatory: &[],
    },
    Marked {
        kind: "Task",
        summary: &["groupIdentifier", "statusReason", "focus", "for", "lastModified", "requester", "owner", "basedOn", "description"],
        mandatory: &[],
    },
    Marked { kind: "Specimen", summary: &["identifier", "accessionIdentifier", "type", "receivedTime"], mandatory: &[] },
    Marked {
        kind: "DiagnosticReport",
        summary: &["identifier", "category", "effectiveDateTime", "issued", "performer", "resultsInterpreter", "media"],
        mandatory: &[],
    },
    Marked {
        kind: "Observation",
        summary: &[
            "identifier",
            "basedOn",
            "effectiveDateTime",
            "issued",
            "performer",
            "valueCodeableConcept",
            "derivedFrom",
            "hasMember",
            "component",
        ],
        mandatory: &[],
    },
    Marked {
        kind: "DocumentReference",
        summary: &["identifier", "type", "category", "date", "author", "description", "content", "context"],
        mandatory: &["content"],
    },
    Marked {
        kind: "Consent",
        summary: &["identifier", "scope", "category", "dateTime", "sourceAttachment", "provision"],
        mandatory: &["scope", "category"],
    },
    // The agent is no part of the summary, and no Provenance is without one.
    Marked { kind: "Provenance", summary: &["target", "recorded", "agent"], mandatory: &["target", "recorded", "agent"] },
    Marked { kind: "Patient", summary: &["identifier", "active", "name", "gender", "birthDate", "link"], mandatory: &[] },
    Marked {
        kind: "PlanDefinition",
        summary: &["url", "identifier", "version", "name", "title", "type", "date", "description"],
        mandatory: &[],
    },
    Marked {
        kind: "ActivityDefinition",
        summary: &["url", "identifier", "version", "name", "title", "date", "description", "kind"],
        mandatory: &[],
    },
    Marked {
        kind: "Subscription",
        summary: &["end", "reason", "criteria", "error", "channel"],
        mandatory: &["reason", "criteria", "channel"],
    },
];

impl Subset {
    /// The resource as it is given out, marked where something is missing.
    pub fn of_resource(&self, kind: &Kind, mut resource: Value) -> Value {
        let marked = MARKED.iter().find(|marked| marked.kind == kind.name);
        let (summary, mandatory) = marked.map_or((&[][..], &[][..]), |marked| (marked.summary, marked.mandatory));
        let stays = |name: &str| match self {
            Subset::Whole => true,
            Subset::Elements(elements) => ALWAYS.contains(&name) || elements.iter().any(|element| element == name),
            Subset::Summary => ALWAYS.contains(&name) || summary.contains(&name),
            Subset::Text => name == "text" || ALWAYS.contains(&name) || mandatory.contains(&name),
            Subset::Data => name != "text",
        };
        let Some(fields) = resource.as_object_mut() else { return resource };
        let before = fields.len();
        fields.retain(|name, _| stays(name));
        if fields.len() < before {
            mark(&mut resource);
        }
        resource
    }
}

/// Says that something is missing, so that nobody writes it back as the whole. What was marked before stays.
fn mark(resource: &mut Value) {
    let tag = json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED" });
    if !resource["meta"].is_object() {
        resource["meta"] = json!({});
    }
    match resource["meta"]["tag"].as_array_mut() {
        Some(tags) => tags.push(tag),
        None => resource["meta"]["tag"] = json!([tag]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::search::{KINDS, kind};

    fn names(subset: &Subset, kind_name: &str, resource: &Value) -> String {
        let found = subset.of_resource(kind(kind_name).expect("a kind"), resource.clone());
        let is_marked = found["meta"]["tag"].as_array().is_some_and(|tags| tags.iter().any(|tag| tag["code"] == "SUBSETTED"));
        let names: Vec<&str> = found.as_object().expect("an object").keys().map(String::as_str).filter(|name| *name != "meta").collect();
        format!("{}{}", names.join(" "), if is_marked { " (subsetted)" } else { "" })
    }

    #[test]
    fn of_a_resource_those_elements_are_given_that_are_wanted_and_it_says_that_it_is_not_whole() {
        let request = json!({
            "resourceType": "ServiceRequest", "id": "1", "meta": { "tag": [{ "code": "HTEST" }] }, "text": {}, "status": "active",
            "intent": "order", "code": {}, "subject": {}, "priority": "urgent", "note": [], "extension": [],
        });
        let check = |subset: &Subset, expected: &str| {
            let sorted = |text: &str| {
                let mut parts: Vec<String> = text.split(' ').map(str::to_owned).collect();
                parts.sort();
                parts
            };
            assert_eq!(sorted(&names(subset, "ServiceRequest", &request)), sorted(expected), "{subset:?}");
        };
        let always = "resourceType id status intent code subject";
        check(&Subset::Whole, &format!("{always} text priority note extension"));
        check(&Subset::Elements(vec!["note".into()]), &format!("{always} note (subsetted)"));
        check(&Subset::Summary, &format!("{always} priority (subsetted)"));
        check(&Subset::Text, &format!("{always} text (subsetted)"));
        check(&Subset::Data, &format!("{always} priority note extension (subsetted)"));
        let marked = Subset::Summary.of_resource(kind("ServiceRequest").expect("a kind"), request.clone());
        assert_eq!(marked["meta"]["tag"][0]["code"], "HTEST", "that it is a test stays");
        assert_eq!(names(&Subset::Data, "Patient", &json!({ "id": "1" })), "id", "what is whole is not marked");
    }

    #[test]
    fn every_kind_that_is_searched_for_has_its_summary() {
        for kind in KINDS.iter().filter(|kind| kind.offers("search-type")) {
            assert!(MARKED.iter().any(|marked| marked.kind == kind.name), "{}", kind.name);
        }
    }
}
