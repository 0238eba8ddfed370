//! Matchmaker Exchange: another node asks for cases like one of its own. Source: MME API 1.1.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use interop::ga4gh::matchmaker;
use serde::Serialize;
use serde_json::json;
use service::{Desk, Service, ServiceError, interpretation, ordering};
use std::sync::Arc;

const KIND: &str = matchmaker::MEDIA_TYPES[1];

fn respond(status: StatusCode, body: impl Serialize) -> Response {
    (status, [(header::CONTENT_TYPE, KIND)], Json(body)).into_response()
}

/// Whether this node is there, to everybody.
pub(crate) async fn heartbeat(State(service): State<Arc<Service>>) -> Response {
    // A service on the demonstration's reference data has no real case.
    Json(matchmaker::heartbeat(service.reference.0 != "demo", env!("CARGO_PKG_VERSION"))).into_response()
}

/// Figures about this node, to other nodes.
pub(crate) async fn metrics(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    match desk(&service, &headers).await {
        Ok(_) => Json(matchmaker::metrics(service.now().to_string())).into_response(),
        Err(response) => response,
    }
}

/// The desk of the node that asks, by its token.
async fn desk(service: &Arc<Service>, headers: &HeaderMap) -> Result<Desk, Response> {
    let secret = headers.get("x-auth-token").and_then(|token| token.to_str().ok()).unwrap_or_default();
    match ordering::clients::desk_of(service, secret).await {
        Ok(Some(desk)) => Ok(desk),
        Ok(None) => Err(refused(StatusCode::UNAUTHORIZED, "Send the token of your node as X-Auth-Token")),
        Err(error) => Err(crate::error::PageError::Service(error).into_response()),
    }
}

fn refused(status: StatusCode, message: &str) -> Response {
    respond(status, json!({ "message": message }))
}

pub(crate) async fn post(State(service): State<Arc<Service>>, headers: HeaderMap, body: Bytes) -> Response {
    let accepts = headers.get(header::ACCEPT).and_then(|a| a.to_str().ok()).unwrap_or("*/*");
    if !accepts.contains("*/*") && !accepts.contains("vnd.ga4gh.matchmaker.v1.") {
        return refused(StatusCode::NOT_ACCEPTABLE, &format!("This node speaks {KIND}"));
    }
    let desk = match desk(&service, &headers).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let query = match matchmaker::read(&body) {
        Ok(query) => query,
        Err(why) => return refused(StatusCode::UNPROCESSABLE_ENTITY, &why),
    };
    match interpretation::sharing::matches(&desk, &query).await {
        Ok(response) => respond(StatusCode::OK, response),
        Err(ServiceError::Refused(refusals)) => refused(StatusCode::UNPROCESSABLE_ENTITY, &refusals.to_string()),
        Err(ServiceError::Denied(denied)) => refused(StatusCode::UNAUTHORIZED, &denied.to_string()),
        Err(error) => crate::error::PageError::Service(error).into_response(),
    }
}
