//! OAuth 2.0 client credentials: a system shows who it is, by its secret or by a token that it signed, and is given a token for an hour.
//!
//! Sources: RFC 6749, sections 2.3, 4.4 and 5; RFC 7521, section 4.2; RFC 7523; SMART App Launch 2.2, Backend Services.

use crate::{
    address::Address,
    error::{status_of, trouble},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use care::Staff;
use serde::Deserialize;
use serde_json::json;
use service::{
    Service, ServiceError, ServiceResult,
    fault::ForLog,
    ordering::{
        self,
        clients::{NotProven, TokenBearer},
    },
};
use std::sync::Arc;

/// Where tokens are given.
pub(crate) const PATH: &str = "/oauth2/token";
/// Ways in which a system shows who it is.
pub(crate) const METHODS: [&str; 3] = ["private_key_jwt", "client_secret_basic", "client_secret_post"];
/// `client_assertion_type`. Source: RFC 7523, section 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[derive(Default, Deserialize)]
#[serde(default)]
struct TokenForm {
    grant_type: String,
    client_id: String,
    client_secret: String,
    client_assertion: String,
    client_assertion_type: String,
    scope: String,
}

/// Why there is no token. Source: RFC 6749, section 5.2.
pub(crate) enum Refused {
    Request(String),
    Client(String),
    GrantType(String),
    Scope,
    Service(ServiceError),
}

impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Refused {
        Refused::Service(error)
    }
}

impl From<NotProven> for Refused {
    fn from(why: NotProven) -> Refused {
        Refused::Client(why.0)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, error, description) = match self {
            Refused::Request(why) => (StatusCode::BAD_REQUEST, "invalid_request", why),
            Refused::Client(why) => (StatusCode::UNAUTHORIZED, "invalid_client", why),
            Refused::GrantType(why) => (StatusCode::BAD_REQUEST, "unsupported_grant_type", why),
            Refused::Scope => {
                (StatusCode::BAD_REQUEST, "invalid_scope", format!("Ask for some of: {}", ordering::clients::supported().join(" ")))
            }
            Refused::Service(error) => {
                tracing::error!("giving a token: {}", error.for_log());
                let description = "The service could not give a token now; ask again".to_owned();
                let status = trouble(&error).map_or(StatusCode::INTERNAL_SERVER_ERROR, status_of);
                (status, "server_error", description)
            }
        };
        let mut response = (status, Json(json!({ "error": error, "error_description": description }))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"OpenGMS\""));
        }
        response
    }
}

pub(crate) async fn post(
    State(service): State<Arc<Service>>,
    Address(address): Address,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Refused> {
    let form: TokenForm = serde_urlencoded::from_str(&body)
        .map_err(|why| Refused::Request(format!("Send a form with grant_type and with what shows who asks: {why}")))?;
    match form.grant_type.as_str() {
        "client_credentials" => {}
        "" => return Err(Refused::Request("grant_type is missing: send client_credentials".into())),
        _ => return Err(Refused::GrantType("Only client_credentials is granted".into())),
    }
    let staff = client(&service, &address, &headers, &form).await?;
    let granted = ordering::clients::grant(&service, &staff, &form.scope).await?.ok_or(Refused::Scope)?;
    let answer = json!({ "access_token": granted.token, "token_type": "Bearer", "expires_in": granted.seconds, "scope": granted.scope });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// Which system asks, by the one way in which it shows that.
async fn client(service: &Service, address: &str, headers: &HeaderMap, form: &TokenForm) -> Result<Staff, Refused> {
    let basic = headers.get(header::AUTHORIZATION).map(|value| basic(value).ok_or_else(not_basic)).transpose()?;
    let ways = [basic.is_some(), !form.client_secret.is_empty(), !form.client_assertion.is_empty()];
    if ways.iter().filter(|way| **way).count() > 1 {
        return Err(Refused::Request(format!("Show who asks in one way alone: {}", METHODS.join(", "))));
    }
    if !form.client_assertion.is_empty() {
        if form.client_assertion_type != ASSERTION_TYPE {
            return Err(Refused::Request(format!("client_assertion_type is {ASSERTION_TYPE}")));
        }
        let named = Some(form.client_id.as_str()).filter(|id| !id.is_empty());
        let proven = ordering::clients::prove(service, &form.client_assertion, named, &[format!("{address}{PATH}")]).await?;
        return Ok(proven?);
    }
    let (id, secret) = basic.unwrap_or_else(|| (form.client_id.clone(), form.client_secret.clone()));
    if !form.client_id.is_empty() && form.client_id != id {
        return Err(Refused::Request("client_id names another client than the header".into()));
    }
    let known = match id.parse() {
        Ok(id) => ordering::clients::by_secret(service, id, &secret).await?,
        Err(_) => None,
    };
    known.ok_or_else(|| Refused::Client("There is no such client with this secret".into()))
}

fn not_basic() -> Refused {
    Refused::Client("Authorization is Basic, with the client's identifier and its secret".into())
}

/// Name and secret of an `Authorization: Basic` header, each written as in a form (RFC 6749, section 2.3.1).
fn basic(value: &HeaderValue) -> Option<(String, String)> {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let (scheme, encoded) = value.to_str().ok()?.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((from_form(id)?, from_form(secret)?))
}

fn from_form(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&format!("x={text}")).ok()?;
    pairs.into_iter().next().map(|(_, value)| value)
}

/// The token of an `Authorization: Bearer` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Who comes with a token; nobody without one, or with one that does not count.
pub(crate) async fn token_bearer(service: &Arc<Service>, headers: &HeaderMap) -> ServiceResult<Option<TokenBearer>> {
    match bearer(headers) {
        Some(token) => ordering::clients::token_bearer(service, token).await,
        None => Ok(None),
    }
}
