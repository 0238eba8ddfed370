//! FHIR R4.

pub mod audit;
pub mod choice;
pub mod definition;
pub mod intake;
pub mod order;
pub mod outcome;
pub mod provenance;
pub mod record;
pub mod report;
pub mod system;

use serde::Serialize;
use serde_json::{Map, Value};

/// A collection of resources.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bundle<R> {
    resource_type: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    entry: Vec<Entry<R>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<R> {
    #[serde(skip_serializing_if = "Option::is_none")]
    full_url: Option<String>,
    resource: R,
}

impl<R> Bundle<R> {
    /// Resources, each with its address where it has one.
    fn collection(resources: impl Iterator<Item = (Option<String>, R)>) -> Bundle<R> {
        let entry = resources.map(|(full_url, resource)| Entry { full_url, resource }).collect();
        Bundle { resource_type: "Bundle", kind: "collection", entry }
    }
}

/// A resource without what is empty: FHIR has no empty values.
pub(crate) fn pruned(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept: Map<String, Value> = fields.into_iter().map(|(k, v)| (k, pruned(v))).filter(|(_, v)| !is_empty(v)).collect();
            Value::Object(kept)
        }
        Value::Array(items) => Value::Array(items.into_iter().map(pruned).filter(|v| !is_empty(v)).collect()),
        other => other,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// A concept of one code.
pub(crate) fn concept(system: &str, code: &str, display: &str) -> Value {
    serde_json::json!({ "coding": [{ "system": system, "code": code, "display": display }] })
}

/// An organisation by its ODS code.
pub(crate) fn organisation(code: &str, name: &str) -> Value {
    serde_json::json!({ "identifier": { "system": system::ODS, "value": code }, "display": name })
}
