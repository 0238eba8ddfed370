use crate::fhir::datatype::{Attachment, CodeableConcept, Meta, Reference};
use serde::Serialize;

/// A document that belongs to the record.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct DocumentReference {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    pub status: &'static str,
    #[serde(rename = "type")]
    pub kind: CodeableConcept,
    pub subject: Reference,
    pub date: String,
    pub content: Vec<DocumentContent>,
    pub context: DocumentContext,
}

/// The document itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DocumentContent {
    /// The document.
    pub attachment: Attachment,
}

/// What the document is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DocumentContext {
    /// Resources that say the same.
    pub related: Vec<Reference>,
}
