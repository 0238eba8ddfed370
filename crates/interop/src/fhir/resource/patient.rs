use crate::{
    codes::code_system,
    fhir::datatype::{Extension, HumanName, Identifier, Meta, Reference},
};
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub link: Vec<PatientLink>,
}

/// Another record of the same person.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct PatientLink {
    pub other: Reference,
    #[serde(rename = "type")]
    pub kind: LinkKind,
}

code_system! {
    /// What another record is to this one. Source: FHIR R4, value set link-type.
    pub enum LinkKind {
        /// The other stands for this one.
        ReplacedBy = "replaced-by",
        /// This one stands for the other.
        Replaces = "replaces",
    }
}
