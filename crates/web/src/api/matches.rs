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
use service::{Service, ServiceError, interpretation, ordering};
use std::sync::Arc;

const KIND: &str = "application/vnd.ga4gh.matchmaker.v1.1+json";

fn respond(status: StatusCode, body: impl Serialize) -> Response {
    (status, [(header::CONTENT_TYPE, KIND)], Json(body)).into_response()
}

pub(crate) async fn post(State(service): State<Arc<Service>>, headers: HeaderMap, body: Bytes) -> Response {
    let refused = |status, message: &str| respond(status, json!({ "message": message }));
    let accepts = headers.get(header::ACCEPT).and_then(|a| a.to_str().ok()).unwrap_or("*/*");
    if !accepts.contains("*/*") && !accepts.contains("vnd.ga4gh.matchmaker.v1.") {
        return refused(StatusCode::NOT_ACCEPTABLE, &format!("This node speaks {KIND}"));
    }
    let secret = headers.get("x-auth-token").and_then(|token| token.to_str().ok()).unwrap_or_default();
    let desk = match ordering::clients::desk_of(&service, secret).await {
        Ok(Some(desk)) => desk,
        Ok(None) => return refused(StatusCode::UNAUTHORIZED, "Send the token of your node as X-Auth-Token"),
        Err(error) => return crate::error::PageError::Service(error).into_response(),
    };
    let query = match matchmaker::read(&body) {
        Ok(query) => query,
        Err(why) => return refused(StatusCode::UNPROCESSABLE_ENTITY, &why),
    };
    match interpretation::sharing::matches(&desk, &query).await {
        Ok(response) => respond(StatusCode::OK, response),
        Err(ServiceError::Denied(denied)) => refused(StatusCode::UNAUTHORIZED, &denied.to_string()),
        Err(error) => crate::error::PageError::Service(error).into_response(),
    }
}
