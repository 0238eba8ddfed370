//! What the order-management API can do, as CapabilityStatement.

use super::{
    datatype::CodeableConcept,
    resource::{CapabilityStatement, Implementation, Interaction, OfferedResource, Operation, Rest, SearchParam, Security, Software},
};

/// What can be done with resources of a kind.
struct Offered {
    kind: &'static str,
    interactions: &'static [&'static str],
    /// Search parameters with their kinds.
    parameters: &'static [(&'static str, &'static str)],
    operations: &'static [&'static str],
}

const OFFERED: [Offered; 7] = [
    Offered {
        kind: "ServiceRequest",
        interactions: &["read", "vread", "update", "history-instance", "search-type"],
        parameters: &[("identifier", "token"), ("patient.identifier", "token"), ("_count", "number")],
        operations: &["graph"],
    },
    Offered {
        kind: "Task",
        interactions: &["read", "update", "search-type"],
        parameters: &[("based-on", "reference"), ("focus", "reference")],
        operations: &[],
    },
    Offered { kind: "Specimen", interactions: &["search-type"], parameters: &[("request", "reference")], operations: &[] },
    Offered { kind: "DiagnosticReport", interactions: &["read", "search-type"], parameters: &[("based-on", "reference")], operations: &[] },
    Offered { kind: "Patient", interactions: &["read"], parameters: &[], operations: &[] },
    Offered { kind: "Consent", interactions: &["search-type"], parameters: &[("data", "reference")], operations: &[] },
    Offered { kind: "Provenance", interactions: &["search-type"], parameters: &[("target", "reference")], operations: &[] },
];

/// The statement of a server at an address, running a version of the program.
pub fn statement(address: &str, version: &str) -> CapabilityStatement {
    CapabilityStatement {
        id: String::new(),
        status: "active",
        date: "2026-11-22",
        kind: "instance",
        software: Software { name: "OpenGMS", version: version.into() },
        implementation: Implementation { description: "OpenGMS order management", url: format!("{address}/fhir") },
        fhir_version: "4.0.1",
        format: vec!["application/fhir+json"],
        rest: vec![Rest {
            mode: "server",
            security: Security {
                service: vec![CodeableConcept::coded("http://terminology.hl7.org/CodeSystem/restful-security-service", "OAuth", "")],
                description: "OAuth 2.0 client credentials at /oauth2/token; scopes system/*.read and system/*.write",
            },
            resource: OFFERED.iter().map(Offered::resource).collect(),
            interaction: vec![Interaction { code: "transaction" }],
            operation: vec![Operation::of_any_resource("validate")],
        }],
    }
}

impl Offered {
    fn resource(&self) -> OfferedResource {
        OfferedResource {
            kind: self.kind,
            versioning: if self.interactions.contains(&"vread") { "versioned" } else { "no-version" },
            interaction: self.interactions.iter().map(|code| Interaction { code }).collect(),
            search_param: self.parameters.iter().map(|(name, kind)| SearchParam { name, kind }).collect(),
            operation: self.operations.iter().map(|name| Operation::of_any_resource(name)).collect(),
        }
    }
}
