//! What the API can do, as CapabilityStatement: what the table of searches holds, and nothing else.

use super::{
    datatype::CodeableConcept,
    resource::{
        CapabilityStatement, Implementation, Interaction, OfferedResource, Operation, Rest, SearchParam, Security, SmartEndpoints, Software,
    },
    search::{KINDS, Kind},
};

/// Kinds of security.
const SERVICES: &str = "http://terminology.hl7.org/CodeSystem/restful-security-service";

/// The statement of a server at an address, which gives tokens at another, running a version of the program.
pub fn statement(server: &str, token_endpoint: &str, version: &str) -> CapabilityStatement {
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
                extension: vec![SmartEndpoints::token(token_endpoint)],
                service: ["OAuth", "SMART-on-FHIR"].map(|code| CodeableConcept::coded(SERVICES, code, "")).to_vec(),
                description: "OAuth 2.0 client credentials at /oauth2/token, by private_key_jwt, client_secret_basic or client_secret_post; scopes system/*.read and system/*.write, or of one kind of resources, such as system/ServiceRequest.rs; .well-known/smart-configuration says more",
            },
            resource: KINDS.iter().map(offered).collect(),
            interaction: vec![Interaction { code: "transaction" }],
            operation: vec![Operation::of_any_resource("validate")],
        }],
    }
}

fn operation(kind: &Kind, name: &'static str) -> Operation {
    match name {
        "document" => Operation::of_kind(kind.name, name),
        _ => Operation::of_any_resource(name),
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
        search_rev_include: kind.referring().map(|(other, include)| format!("{}:{}", other.name, include.parameter)).collect(),
        search_param: parameters.collect(),
        operation: kind.operations.iter().map(|name| operation(kind, name)).collect(),
    }
}
