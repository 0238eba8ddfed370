use crate::fhir::datatype::{CodeableConcept, Meta, Reference};
use serde::Serialize;

/// Who changed something, when and why. Profile: NHSEngland-Provenance-Genomics.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Provenance {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    pub target: Vec<Reference>,
    pub recorded: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reason: Vec<CodeableConcept>,
    pub activity: CodeableConcept,
    pub agent: Vec<ProvenanceAgent>,
}

/// Who did it.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvenanceAgent {
    /// What they were to it.
    #[serde(rename = "type")]
    pub kind: CodeableConcept,
    /// Who.
    pub who: Reference,
    /// For whom.
    pub on_behalf_of: Reference,
}
