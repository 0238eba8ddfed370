use crate::fhir::datatype::{CodeableConcept, Duration, Identifier};
use serde::Serialize;

/// What is ordered: a test of the directory.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct PlanDefinition {
    pub id: String,
    pub url: String,
    pub identifier: Vec<Identifier>,
    pub version: String,
    pub name: String,
    pub title: String,
    pub status: &'static str,
    pub topic: Vec<CodeableConcept>,
    pub action: Vec<PlanAction>,
}

/// What is done to meet a plan.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct PlanAction {
    pub title: String,
    pub code: Vec<CodeableConcept>,
    pub timing_duration: Duration,
    pub definition_canonical: String,
}

/// What is done in the laboratory.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct ActivityDefinition {
    pub id: String,
    pub url: String,
    pub identifier: Vec<Identifier>,
    pub version: String,
    pub name: String,
    pub title: String,
    pub status: &'static str,
    pub description: String,
    pub topic: Vec<CodeableConcept>,
    pub kind: &'static str,
    pub code: CodeableConcept,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related_artifact: Vec<RelatedArtifact>,
}

/// What a test is made of, such as a panel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct RelatedArtifact {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub url: String,
}
