use crate::{
    codes::code_system,
    fhir::datatype::{Annotation, CodeableConcept, Identifier, Meta, Reference},
};
use serde::Serialize;

code_system! {
    /// Whether a sample can be used. Source: FHIR R4, `http://hl7.org/fhir/specimen-status`.
    pub enum SpecimenStatus {
        /// Good enough to go on with.
        Available = "available",
        /// Not here, or not good enough.
        Unavailable = "unavailable",
    }
}

/// A sample. Profile: NHSEngland-Specimen-Genomics.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Specimen {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identifier: Vec<Identifier>,
    pub status: SpecimenStatus,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<CodeableConcept>,
    pub subject: Reference,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request: Vec<Reference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub note: Vec<Annotation>,
}
