//! What the API can do, as CapabilityStatement.

use super::Fhir;
use axum::http::{HeaderMap, StatusCode};
use interop::fhir::capability;

pub(crate) async fn get(headers: HeaderMap) -> Fhir {
    let statement = capability::statement(&crate::app::address(&headers), env!("CARGO_PKG_VERSION"));
    Fhir(StatusCode::OK, statement.into())
}
