//! What the API can do, as CapabilityStatement.

use super::Fhir;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// Resources: interactions, search parameters with their kinds, operations.
type Offered = (&'static str, &'static [&'static str], &'static [(&'static str, &'static str)], &'static [&'static str]);
const OFFERED: [Offered; 7] = [
    (
        "ServiceRequest",
        &["read", "vread", "update", "history-instance", "search-type"],
        &[("identifier", "token"), ("patient.identifier", "token"), ("_count", "number")],
        &["graph"],
    ),
    ("Task", &["read", "update", "search-type"], &[("based-on", "reference"), ("focus", "reference")], &[]),
    ("Specimen", &["search-type"], &[("request", "reference")], &[]),
    ("DiagnosticReport", &["read", "search-type"], &[("based-on", "reference")], &[]),
    ("Patient", &["read"], &[], &[]),
    ("Consent", &["search-type"], &[("data", "reference")], &[]),
    ("Provenance", &["search-type"], &[("target", "reference")], &[]),
];

pub(crate) async fn get(headers: HeaderMap) -> Fhir {
    let resource = |(kind, interactions, parameters, operations): &Offered| {
        let mut told = json!({
            "type": kind,
            "versioning": if interactions.contains(&"vread") { "versioned" } else { "no-version" },
            "interaction": interactions.iter().map(|code| json!({ "code": code })).collect::<Vec<_>>(),
        });
        if !parameters.is_empty() {
            told["searchParam"] = parameters.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect();
        }
        if !operations.is_empty() {
            let definition =
                |name: &&str| json!({ "name": name, "definition": format!("http://hl7.org/fhir/OperationDefinition/Resource-{name}") });
            told["operation"] = operations.iter().map(definition).collect();
        }
        told
    };
    let resources: Vec<Value> = OFFERED.iter().map(resource).collect();
    Fhir(
        StatusCode::OK,
        json!({
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": "2026-11-22",
            "kind": "instance",
            "software": { "name": "OpenGMS", "version": env!("CARGO_PKG_VERSION") },
            "implementation": { "description": "OpenGMS order management", "url": format!("{}/fhir", crate::app::address(&headers)) },
            "fhirVersion": "4.0.1",
            "format": ["application/fhir+json"],
            "rest": [{
                "mode": "server",
                "security": {
                    "service": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "OAuth" }] }],
                    "description": "OAuth 2.0 client credentials at /oauth2/token; scopes system/*.read and system/*.write",
                },
                "resource": resources,
                "interaction": [{ "code": "transaction" }],
                "operation": [{ "name": "validate", "definition": "http://hl7.org/fhir/OperationDefinition/Resource-validate" }],
            }],
        }),
    )
}
