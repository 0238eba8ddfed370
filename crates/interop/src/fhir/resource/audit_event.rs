use crate::{
    codes::code_system,
    fhir::datatype::{CodeableConcept, Coding, Reference},
};
use serde::Serialize;

code_system! {
    /// What was done. Source: FHIR R4, `http://hl7.org/fhir/audit-event-action`.
    pub enum AuditAction {
        /// Something was read.
        Read = "R",
        /// Something was carried out.
        Execute = "E",
    }
}

code_system! {
    /// Whether it was done. Source: FHIR R4, `http://hl7.org/fhir/audit-event-outcome`.
    pub enum AuditOutcome {
        /// It was.
        Success = "0",
        /// It was refused by policy.
        MinorFailure = "4",
    }
}

/// Somebody looked at a person's data, or was refused.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct AuditEvent {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    #[serde(rename = "type")]
    pub kind: Coding,
    pub subtype: Vec<Coding>,
    pub action: AuditAction,
    pub recorded: String,
    pub outcome: AuditOutcome,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub outcome_desc: String,
    pub purpose_of_event: Vec<CodeableConcept>,
    pub agent: Vec<AuditAgent>,
    pub source: AuditSource,
    pub entity: Vec<AuditEntity>,
}

/// Who it was.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AuditAgent {
    /// Who.
    pub who: Reference,
    /// Whether they began it.
    pub requestor: bool,
}

/// Who wrote it down.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AuditSource {
    /// The system.
    pub observer: Reference,
}

/// What was looked at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AuditEntity {
    /// The resource.
    pub what: Reference,
}
