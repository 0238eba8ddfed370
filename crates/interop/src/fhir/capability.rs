//! What the API can do, as CapabilityStatement: what the table of searches holds, and nothing else.

use super::{
    datatype::CodeableConcept,
    resource::{CapabilityStatement, Implementation, Interaction, OfferedResource, Operation, Rest, SearchParam, Security, Software},
    search::{KINDS, Kind},
};

/// The statement of a server at an address, running a version of the program.
pub fn statement(server: &str, version: &str) -> CapabilityStatement {
    CapabilityStatement {
        id: String::new(),
        status: "active",
        date: "2026-11-29",
        kind: "instance",
        software: Software { name: "OpenGMS", version: version.into() },
        implementation: Implementation { description: "OpenGMS order management", url: server.into() },
        fhir_version: "4.0.1",
        format: vec!["application/fhir+json", "json"],
        patch_format: vec!["application/json-patch+json"],
        rest: vec![Rest {
            mode: "server",
            security: Security {
                cors: true,
                service: vec![CodeableConcept::coded("http://terminology.hl7.org/CodeSystem/restful-security-service", "OAuth", "")],
                description: "OAuth 2.0 client credentials at /oauth2/token; scopes system/*.read and system/*.write",
            },
            resource: KINDS.iter().map(offered).collect(),
            interaction: vec![Interaction { code: "transaction" }],
            operation: vec![Operation::of_any_resource("validate")],
        }],
    }
}

fn offered(kind: &Kind) -> OfferedResource {
    let parameters = kind.parameters.iter().map(|parameter| SearchParam { name: parameter.name, kind: parameter.kind.code() });
    OfferedResource {
        kind: kind.name,
        versioning: if kind.offers("vread") { "versioned" } else { "no-version" },
        update_create: kind.offers("update").then_some(false),
        interaction: kind.interactions.iter().map(|code| Interaction { code }).collect(),
        search_include: kind.includes.iter().map(|include| format!("{}:{}", kind.name, include.parameter)).collect(),
        search_param: parameters.collect(),
        operation: kind.operations.iter().map(|name| Operation::of_any_resource(name)).collect(),
    }
}
