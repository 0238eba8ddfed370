use crate::fhir::datatype::CodeableConcept;
use serde::Serialize;

/// What a server can do.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "resourceType", rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct CapabilityStatement {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    pub status: &'static str,
    pub date: &'static str,
    pub kind: &'static str,
    pub software: Software,
    pub implementation: Implementation,
    pub fhir_version: &'static str,
    pub format: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patch_format: Vec<&'static str>,
    pub rest: Vec<Rest>,
}

/// The program.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Software {
    pub name: &'static str,
    pub version: String,
}

/// The server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Implementation {
    pub description: &'static str,
    pub url: String,
}

/// What the REST interface can do.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Rest {
    pub mode: &'static str,
    pub security: Security,
    pub resource: Vec<OfferedResource>,
    pub interaction: Vec<Interaction>,
    pub operation: Vec<Operation>,
}

/// How a client shows who it is.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Security {
    pub extension: Vec<SmartEndpoints>,
    pub cors: bool,
    pub service: Vec<CodeableConcept>,
    pub description: &'static str,
}

/// Where clients are given tokens. Source: SMART App Launch, the extension `oauth-uris`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct SmartEndpoints {
    pub url: &'static str,
    pub extension: [SmartEndpoint; 1],
}

/// One of those addresses.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct SmartEndpoint {
    pub url: &'static str,
    pub value_uri: String,
}

impl SmartEndpoints {
    /// Tokens are given at this address.
    pub fn token(address: &str) -> SmartEndpoints {
        SmartEndpoints {
            url: "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
            extension: [SmartEndpoint { url: "token", value_uri: address.to_owned() }],
        }
    }
}

/// What can be done with resources of a kind.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct OfferedResource {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub versioning: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_create: Option<bool>,
    pub interaction: Vec<Interaction>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub search_include: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub search_rev_include: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub search_param: Vec<SearchParam>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operation: Vec<Operation>,
}

/// One thing that can be done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Interaction {
    pub code: &'static str,
}

/// One parameter of a search.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct SearchParam {
    pub name: &'static str,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// One operation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names are FHIR's")]
pub struct Operation {
    pub name: &'static str,
    pub definition: String,
}

impl Operation {
    /// An operation that FHIR defines for resources of any kind.
    pub fn of_any_resource(name: &'static str) -> Operation {
        Operation::of_kind("Resource", name)
    }

    /// An operation that FHIR defines for resources of a kind.
    pub fn of_kind(kind: &str, name: &'static str) -> Operation {
        Operation { name, definition: format!("http://hl7.org/fhir/OperationDefinition/{kind}-{name}") }
    }
}
