//! The order-management API in FHIR R4: orders in as transactions, orders, tasks, samples and reports out. Source: NHS England
//! Genomics FHIR guide and the order-management OpenAPI.

mod capability;
mod read;
mod write;

use super::token;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use care::ordering::message::Fault;
use interop::fhir::{
    outcome,
    resource::{IssueSeverity, Resource},
};
use service::{Desk, Service, ServiceError, ordering::clients::TokenDesk};
use std::sync::Arc;

/// Every address of the API.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/fhir/metadata", get(capability::get))
        .route("/fhir", post(write::transaction))
        .route("/fhir/$validate", post(write::validate))
        .route("/fhir/ServiceRequest", get(read::requests))
        .route("/fhir/ServiceRequest/{id}", get(read::request).put(write::change))
        .route("/fhir/ServiceRequest/{id}/_history", get(read::history))
        .route("/fhir/ServiceRequest/{id}/_history/{version}", get(read::version))
        .route("/fhir/ServiceRequest/{id}/$graph", get(read::graph))
        .route("/fhir/Task", get(read::tasks))
        .route("/fhir/Task/{id}", get(read::task).put(write::task))
        .route("/fhir/Specimen", get(read::specimens))
        .route("/fhir/DiagnosticReport", get(read::reports))
        .route("/fhir/DiagnosticReport/{id}", get(read::report))
        .route("/fhir/DiagnosticReport/{id}/pdf", get(read::pdf))
        .route("/fhir/Patient/{id}", get(read::patient))
        .route("/fhir/Consent", get(read::consents))
        .route("/fhir/Provenance", get(read::provenance))
}

/// A resource as an answer.
pub(crate) struct Fhir(pub StatusCode, pub Resource);

impl IntoResponse for Fhir {
    fn into_response(self) -> Response {
        let mut response = (self.0, Json(self.1)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/fhir+json; charset=utf-8"));
        response
    }
}

/// Why there is no answer.
pub(crate) enum Refused {
    NoToken,
    OutOfScope(&'static str),
    Query(String),
    Faults(StatusCode, Vec<Fault>),
    Service(ServiceError),
}

impl<E: Into<ServiceError>> From<E> for Refused {
    fn from(error: E) -> Refused {
        Refused::Service(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let simple = |status, code, message: &str| Fhir(status, outcome::simple(code, message).into()).into_response();
        match self {
            Refused::NoToken => {
                let message = "Send a bearer token: POST /oauth2/token with grant_type=client_credentials gives one";
                let mut response = simple(StatusCode::UNAUTHORIZED, "login", message);
                response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                response
            }
            Refused::OutOfScope(scope) => simple(StatusCode::FORBIDDEN, "forbidden", &format!("The token does not have the scope {scope}")),
            Refused::Query(message) => simple(StatusCode::BAD_REQUEST, "invalid", &message),
            Refused::Faults(status, faults) => {
                Fhir(status, outcome::outcome(IssueSeverity::Error, "processing", &faults).into()).into_response()
            }
            Refused::Service(ServiceError::NotFound(what)) => {
                simple(StatusCode::NOT_FOUND, "not-found", &format!("There is no such {what} here"))
            }
            Refused::Service(ServiceError::Denied(denied)) => simple(StatusCode::FORBIDDEN, "forbidden", &denied.to_string()),
            Refused::Service(ServiceError::Conflict(message)) => simple(StatusCode::CONFLICT, "conflict", &message),
            Refused::Service(ServiceError::Refused(refusals)) => {
                let faults: Vec<Fault> = refusals.0.iter().map(|r| Fault::new(r.field, r.message.clone())).collect();
                let outcome = outcome::outcome(IssueSeverity::Error, "business-rule", &faults);
                Fhir(StatusCode::UNPROCESSABLE_ENTITY, outcome.into()).into_response()
            }
            Refused::Service(error) => {
                tracing::error!("{error:#}");
                simple(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "exception",
                    "Something went wrong on our side; nothing was half done. Send it again later",
                )
            }
        }
    }
}

const READ: &str = service::ordering::clients::SCOPES[0];
const WRITE: &str = service::ordering::clients::SCOPES[1];

async fn desk(service: &Arc<Service>, headers: &HeaderMap, scope: &'static str) -> Result<Desk, Refused> {
    match token::desk(service, headers, scope).await? {
        TokenDesk::At(desk) => Ok(desk),
        TokenDesk::Unknown => Err(Refused::NoToken),
        TokenDesk::OutOfScope => Err(Refused::OutOfScope(scope)),
    }
}

type ServiceState = State<Arc<Service>>;
