//! FHIR R4.

pub mod audit;
pub mod definition;

use serde::Serialize;

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
