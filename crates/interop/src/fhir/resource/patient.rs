use crate::fhir::datatype::{Extension, HumanName, Identifier, Meta};
use serde::Serialize;

/// A person. Profile: NHSEngland-Patient-Genomics.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Patient {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identifier: Vec<Identifier>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub name: Vec<HumanName>,
    pub gender: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub birth_date: String,
}
