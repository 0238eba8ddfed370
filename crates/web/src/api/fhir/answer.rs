//! Answers: a resource, or an OperationOutcome that says why there is none.

use crate::error::{retry_after, status_of, trouble};
use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use care::ordering::message::Fault;
use interop::fhir::{
    outcome,
    resource::{IssueSeverity, Resource},
};
use service::{ServiceError, fault::ForLog};

/// A resource as an answer.
pub(crate) struct Fhir {
    status: StatusCode,
    resource: Option<Resource>,
    headers: HeaderMap,
}

impl Fhir {
    /// An answer with a status.
    pub fn new(status: StatusCode, resource: impl Into<Resource>) -> Fhir {
        Fhir { status, resource: Some(resource.into()), headers: HeaderMap::new() }
    }

    /// An answer that is as it should be.
    pub fn ok(resource: impl Into<Resource>) -> Fhir {
        Fhir::new(StatusCode::OK, resource)
    }

    /// An answer without a resource.
    pub fn empty(status: StatusCode) -> Fhir {
        Fhir { status, resource: None, headers: HeaderMap::new() }
    }

    /// The same with a header; a value that no header can have is left out.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &str) -> Fhir {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }
}

impl IntoResponse for Fhir {
    fn into_response(self) -> Response {
        let mut response = match self.resource {
            Some(resource) => (self.status, Json(resource)).into_response(),
            None => self.status.into_response(),
        };
        if response.headers().contains_key(header::CONTENT_TYPE) {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/fhir+json; charset=utf-8"));
        }
        response.headers_mut().extend(self.headers);
        response
    }
}

/// Why there is no answer.
pub(crate) enum Refused {
    NoToken,
    /// The token does not have these scopes.
    OutOfScope(Vec<String>),
    /// What was asked for cannot be read.
    Query(String),
    /// An answer with a status, a code of FHIR's issue-type and a sentence.
    Simple(StatusCode, &'static str, String),
    Faults(StatusCode, Vec<Fault>),
    Service(ServiceError),
}

impl<E: Into<ServiceError>> From<E> for Refused {
    fn from(error: E) -> Refused {
        Refused::Service(error.into())
    }
}

impl Refused {
    /// Something that there is not.
    pub fn not_found(what: &'static str) -> Refused {
        Refused::Service(ServiceError::NotFound(what))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Refused::NoToken => {
                let message = "Send a bearer token: POST /oauth2/token with grant_type=client_credentials gives one";
                simple(StatusCode::UNAUTHORIZED, "login", message).with(header::WWW_AUTHENTICATE, "Bearer").into_response()
            }
            Refused::OutOfScope(scopes) => {
                let message = format!("The token does not have the scope {}: ask for it at /oauth2/token", scopes.join(" "));
                simple(StatusCode::FORBIDDEN, "forbidden", &message).into_response()
            }
            Refused::Query(message) => simple(StatusCode::BAD_REQUEST, "invalid", &message).into_response(),
            Refused::Simple(status, code, message) => simple(status, code, &message).into_response(),
            Refused::Faults(status, faults) => faulty(status, "processing", &faults),
            Refused::Service(error) => of_service(error),
        }
    }
}

fn of_service(error: ServiceError) -> Response {
    match error {
        ServiceError::NotFound(what) => {
            simple(StatusCode::NOT_FOUND, "not-found", &format!("There is no such {what} here")).into_response()
        }
        ServiceError::Denied(denied) => simple(StatusCode::FORBIDDEN, "forbidden", &denied.to_string()).into_response(),
        ServiceError::Conflict(message) => simple(StatusCode::CONFLICT, "conflict", &message).into_response(),
        ServiceError::Refused(refusals) => {
            let faults: Vec<Fault> = refusals.0.iter().map(|r| Fault::new(r.field, r.message.clone())).collect();
            faulty(StatusCode::UNPROCESSABLE_ENTITY, "business-rule", &faults)
        }
        error => {
            tracing::error!("{}", error.for_log());
            if let Some(trouble) = trouble(&error) {
                let message = format!("Sorry, {trouble}. Nothing was half done: send it again later");
                let mut response = simple(status_of(trouble), "transient", &message).into_response();
                if let Some(wait) = retry_after(trouble) {
                    response.headers_mut().insert(header::RETRY_AFTER, wait);
                }
                return response;
            }
            let message = "Something went wrong on our side; nothing was half done. Send it again later";
            simple(StatusCode::INTERNAL_SERVER_ERROR, "exception", message).into_response()
        }
    }
}

/// An OperationOutcome with one sentence.
pub(crate) fn simple(status: StatusCode, code: &str, message: &str) -> Fhir {
    Fhir::new(status, outcome::simple(code, message))
}

fn faulty(status: StatusCode, code: &str, faults: &[Fault]) -> Response {
    Fhir::new(status, outcome::outcome(IssueSeverity::Error, code, faults)).into_response()
}

/// An address below a base that is none of the API's.
pub(crate) async fn no_such_address(method: Method, uri: Uri) -> Fhir {
    simple(StatusCode::NOT_FOUND, "not-found", &format!("There is nothing at {method} {}: /metadata says what there is", uri.path()))
}
