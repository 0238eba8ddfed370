use super::RequestPriority;
use crate::{
    codes::task::TaskStatus,
    fhir::datatype::{CodeableConcept, Identifier, Meta, Reference},
};
use serde::Serialize;

/// One piece of the work on an order. Profile: NHSEngland-Task-Genomics.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Task {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    pub group_identifier: Identifier,
    pub status: TaskStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<CodeableConcept>,
    pub intent: &'static str,
    pub priority: RequestPriority,
    pub code: CodeableConcept,
    pub focus: Reference,
    /// For whom it is done.
    #[serde(rename = "for")]
    pub beneficiary: Reference,
    pub authored_on: String,
    pub last_modified: String,
    pub requester: Reference,
    pub owner: Reference,
}
