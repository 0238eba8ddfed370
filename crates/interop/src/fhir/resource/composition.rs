use crate::fhir::datatype::{CodeableConcept, Identifier, Reference};
use serde::Serialize;

/// The first page of a document.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Composition {
    pub id: String,
    pub identifier: Identifier,
    pub status: &'static str,
    #[serde(rename = "type")]
    pub kind: CodeableConcept,
    pub category: Vec<CodeableConcept>,
    pub subject: Reference,
    pub date: String,
    pub author: Vec<Reference>,
    pub title: String,
    pub confidentiality: &'static str,
    pub section: Vec<Section>,
}

/// A section of a document.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Section {
    /// Title.
    pub title: String,
    /// What it is about.
    pub code: CodeableConcept,
    /// Resources.
    pub entry: Vec<Reference>,
}
