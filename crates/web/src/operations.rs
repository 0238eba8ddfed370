//! What those who run the service ask: whether it lives, whether it is ready, and its figures. Without a session, without a line of the
//! audit and as often as they like: what costs something is looked at once and given again.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use service::{
    Service,
    operations::{self, Check, exposition::Format},
};
use std::{future::Future, sync::Arc};
use tokio::net::TcpListener;

/// Serves figures and health on an address of their own, until told to stop.
pub async fn serve(service: Arc<Service>, listener: TcpListener, until: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
    let routes = Router::new()
        .route("/metrics", get(metrics))
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .with_state(service);
    axum::serve(listener, routes).with_graceful_shutdown(until).await?;
    Ok(())
}

async fn metrics(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let format = Format::accepted(accept);
    let text = operations::metrics(&service, format).await;
    ([(header::CONTENT_TYPE, format.media_type()), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// This program answers. Nothing else is looked at: a database that is away is no reason to end it.
pub(crate) async fn live() -> Response {
    Json(json!({ "status": "live" })).into_response()
}

/// Whether requests can be taken, with each check.
pub(crate) async fn ready(State(service): State<Arc<Service>>) -> Response {
    let readiness = operations::ready(&service).await;
    let (status, name) = if readiness.is_ready() { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready") };
    let checks: Vec<Value> = readiness.checks.iter().map(check).collect();
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    (status, no_store, Json(json!({ "status": name, "checks": checks }))).into_response()
}

fn check(check: &Check) -> Value {
    let milliseconds = check.took.as_millis() as u64;
    json!({ "name": check.name, "ok": check.is_good, "reason": check.reason, "milliseconds": milliseconds })
}
