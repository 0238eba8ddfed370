use crate::{
    codes::code_system,
    fhir::datatype::{Annotation, CodeableConcept, Extension, Identifier, Meta, Reference},
};
use serde::Serialize;

code_system! {
    /// Where a request stands. Source: FHIR R4, `http://hl7.org/fhir/request-status`.
    pub enum RequestStatus {
        /// Not placed yet.
        Draft = "draft",
        /// To be done.
        Active = "active",
        /// Standing still.
        OnHold = "on-hold",
        /// Ended before it was done.
        Revoked = "revoked",
        /// Done.
        Completed = "completed",
        /// It should never have been.
        EnteredInError = "entered-in-error",
    }
}

code_system! {
    /// How soon a request is to be done. Source: FHIR R4, `http://hl7.org/fhir/request-priority`.
    pub enum RequestPriority {
        /// In its turn.
        Routine = "routine",
        /// Before others.
        Urgent = "urgent",
    }
}

/// A request for a test of one person. Profile: NHSEngland-ServiceRequest-Genomics.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct ServiceRequest {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identifier: Vec<Identifier>,
    pub requisition: Identifier,
    pub status: RequestStatus,
    pub intent: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<CodeableConcept>,
    pub priority: RequestPriority,
    pub code: CodeableConcept,
    pub subject: Reference,
    pub authored_on: String,
    pub requester: Reference,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub performer: Vec<Reference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reason_code: Vec<CodeableConcept>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub note: Vec<Annotation>,
}
