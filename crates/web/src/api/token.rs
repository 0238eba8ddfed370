//! OAuth 2.0 client credentials: a system proves its secret and is given a token for an hour.
//!
//! Source: RFC 6749, sections 4.4 and 5.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use service::{
    Service,
    ordering::{self, clients::TokenDesk},
};
use std::sync::Arc;

#[derive(Default, Deserialize)]
#[serde(default)]
struct TokenForm {
    grant_type: String,
    client_id: String,
    client_secret: String,
    scope: String,
}

fn refused(status: StatusCode, error: &str, description: &str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(json!({ "error": error, "error_description": description }))).into_response()
}

pub(crate) async fn post(State(service): State<Arc<Service>>, headers: HeaderMap, body: String) -> Response {
    let Ok(mut form) = serde_urlencoded::from_str::<TokenForm>(&body) else {
        return refused(StatusCode::BAD_REQUEST, "invalid_request", "Send a form with grant_type, client_id and client_secret");
    };
    if form.grant_type != "client_credentials" {
        return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", "Only client_credentials is granted");
    }
    if let Some((id, secret)) = basic(&headers) {
        (form.client_id, form.client_secret) = (id, secret);
    }
    let Ok(client) = form.client_id.parse() else {
        return refused(StatusCode::UNAUTHORIZED, "invalid_client", "There is no such client");
    };
    match ordering::clients::token(&service, client, &form.client_secret, &form.scope).await {
        Ok(Some((_, scope, _))) if scope.is_empty() => {
            refused(StatusCode::BAD_REQUEST, "invalid_scope", &format!("Ask for some of: {}", service::ordering::clients::SCOPES.join(" ")))
        }
        Ok(Some((token, scope, seconds))) => {
            let answer = json!({ "access_token": token, "token_type": "Bearer", "expires_in": seconds, "scope": scope });
            ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response()
        }
        Ok(None) => refused(StatusCode::UNAUTHORIZED, "invalid_client", "There is no such client with this secret"),
        Err(error) => crate::error::PageError::Service(error).into_response(),
    }
}

/// Name and secret of an `Authorization: Basic` header.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let encoded = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// The token of an `Authorization: Bearer` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim)
}

/// At whose desk a request with a token is.
pub(crate) async fn desk(service: &Arc<Service>, headers: &HeaderMap, scope: &str) -> service::ServiceResult<TokenDesk> {
    match bearer(headers) {
        Some(token) => ordering::clients::token_desk(service, token, scope).await,
        None => Ok(TokenDesk::Unknown),
    }
}
