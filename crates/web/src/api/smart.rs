//! What a client finds out before it asks: where tokens are, and with what it shows who it is. Source: SMART App Launch 2.2,
//! conformance. Only what works here stands in it.

use super::token;
use crate::address::Address;
use axum::Json;
use interop::jose::Algorithm;
use serde_json::{Value, json};
use service::ordering::clients::supported;

/// `.well-known/smart-configuration` of the FHIR interface.
pub(crate) async fn configuration(Address(address): Address) -> Json<Value> {
    Json(json!({
        "token_endpoint": format!("{address}{}", token::PATH),
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": token::METHODS,
        "token_endpoint_auth_signing_alg_values_supported": Algorithm::ALL.map(Algorithm::name),
        "scopes_supported": supported(),
        "response_types_supported": [],
        // The specification wants it of every server; there is no sign-in of people for apps here.
        "code_challenge_methods_supported": ["S256"],
        "capabilities": ["client-confidential-symmetric", "client-confidential-asymmetric", "permission-v1", "permission-v2"],
    }))
}
