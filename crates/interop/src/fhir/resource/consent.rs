use crate::{
    codes::code_system,
    fhir::datatype::{Attachment, CodeableConcept, Coding, Extension, Meta, Reference},
};
use serde::Serialize;

code_system! {
    /// Where a consent stands. Source: FHIR R4, `http://hl7.org/fhir/consent-state-codes`.
    pub enum ConsentStatus {
        /// In force.
        Active = "active",
        /// Not given.
        Rejected = "rejected",
    }
}

code_system! {
    /// Whether something is allowed. Source: FHIR R4, `http://hl7.org/fhir/consent-provision-type`.
    pub enum ProvisionType {
        /// Allowed.
        Permit = "permit",
        /// Not allowed.
        Deny = "deny",
    }
}

/// What a person chose. Profile: NHSEngland-Consent-GenomicsPCF.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Consent {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    pub status: ConsentStatus,
    pub scope: CodeableConcept,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<CodeableConcept>,
    pub patient: Reference,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_attachment: Option<Attachment>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub policy: Vec<ConsentPolicy>,
    pub provision: ConsentProvision,
}

/// The form that was talked about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ConsentPolicy {
    /// Who sets it.
    pub authority: String,
    /// Its address.
    pub uri: String,
}

/// What is allowed, for which purpose.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct ConsentProvision {
    /// Allowed or not; the outer provision does not say.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ProvisionType>,
    /// Purposes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub purpose: Vec<Coding>,
    /// What it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<ConsentData>,
    /// Provisions within it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provision: Vec<ConsentProvision>,
}

/// What a provision is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ConsentData {
    /// Whether the resource itself or what belongs to it is meant.
    pub meaning: &'static str,
    /// The resource.
    pub reference: Reference,
}
