//! Every request has an identifier, is counted, and its lines of the log say which it was: by its route's template, never by its path
//! or what was asked.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use care::NhsNumber;
use service::{
    Service,
    operations::traces::{Parent, TARGET},
};
use std::{fmt, sync::Arc, time::Instant};
use tracing::Instrument;
use uuid::Uuid;

/// The header that carries the identifier, both ways (NHS API standards; FHIR R4, HTTP, Custom Headers).
const REQUEST_ID: &str = "x-request-id";
/// What the sender called the request, where this service calls it something else (FHIR R4, HTTP, Custom Headers).
const CORRELATION_ID: &str = "x-correlation-id";
/// What stands for the route of a request that has none.
const NO_ROUTE: &str = "none";

/// What a request is called.
#[derive(Clone, PartialEq, Eq, Debug)]
struct RequestId {
    own: String,
    /// What the sender called it, where that was not taken.
    other: Option<HeaderValue>,
}

impl RequestId {
    /// The sender's identifier where it is well formed: 16 to 64 hexadecimal digits and hyphens, as of a UUID or a trace, and no NHS number
    /// among them. That spells no name. Any other is answered, and is in no log and no trace.
    fn read(headers: &HeaderMap, made: impl FnOnce() -> Uuid) -> RequestId {
        let sent = headers.get(REQUEST_ID);
        match sent.and_then(|value| value.to_str().ok()).filter(|id| is_well_formed(id)) {
            Some(id) => RequestId { own: id.to_owned(), other: None },
            None => RequestId { own: made().to_string(), other: sent.filter(|value| value.len() <= LENGTH_MAX).cloned() },
        }
    }

    fn answer(self, headers: &mut HeaderMap) {
        if let Ok(own) = HeaderValue::from_str(&self.own) {
            headers.insert(REQUEST_ID, own);
        }
        if let Some(other) = self.other {
            headers.insert(CORRELATION_ID, other);
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.own)
    }
}

const LENGTH_MAX: usize = 64;

fn is_well_formed(id: &str) -> bool {
    (16..=LENGTH_MAX).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') && !has_nhs_number(id)
}

/// Whether a part of an identifier is an NHS number, together or with hyphens in it.
fn has_nhs_number(id: &str) -> bool {
    let parts: Vec<&str> = id.split('-').collect();
    parts.iter().any(|part| is_nhs_number(part)) || parts.windows(3).any(|three| is_nhs_number(&three.concat()))
}

fn is_nhs_number(text: &str) -> bool {
    text.len() == 10 && text.parse::<NhsNumber>().is_ok()
}

/// Answers a request within its span, and counts it.
pub(crate) async fn watch(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = RequestId::read(request.headers(), || service.clock.new_id());
    let route = request.extensions().get::<MatchedPath>().map_or(NO_ROUTE, MatchedPath::as_str).to_owned();
    let part_of = request.extensions().get::<Parent>().copied().map(tracing::field::display);
    let method = method(request.method());
    // Of the highest level, so that it is there whatever is let through.
    let span =
        tracing::error_span!(target: TARGET, "request", %id, method, route = route.as_str(), part_of, status = tracing::field::Empty);
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status().as_u16(), began.elapsed());
    service.operations.seen.request(&route, status, took);
    span.in_scope(|| tracing::info!(target: "request", status, milliseconds = took.as_millis() as u64, "answered"));
    span.record("status", status);
    id.answer(response.headers_mut());
    response
}

/// A method by its name; one that is no usual one may be any text.
fn method(method: &Method) -> &'static str {
    let usual = [("GET", Method::GET), ("POST", Method::POST), ("PUT", Method::PUT), ("PATCH", Method::PATCH), ("DELETE", Method::DELETE)];
    let more = [("HEAD", Method::HEAD), ("OPTIONS", Method::OPTIONS)];
    usual.iter().chain(&more).find(|(_, known)| known == method).map_or("other", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sent: &'static str) -> (String, Option<HeaderValue>) {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, HeaderValue::from_static(sent));
        let id = RequestId::read(&headers, || Uuid::from_u128(1));
        (id.own, id.other)
    }

    /// What servers in front make: a UUID (Envoy), 32 hexadecimal digits (nginx), a trace (W3C).
    #[test]
    fn an_identifier_of_another_server_is_kept_as_it_is() {
        for sent in ["f058ebd6-02f7-4d3f-942e-904344e8cde5", "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"] {
            assert_eq!(read(sent), (sent.to_owned(), None));
        }
    }

    #[test]
    fn what_could_name_somebody_is_answered_under_another_identifier_and_sent_back_as_it_came() {
        let own = Uuid::from_u128(1).to_string();
        let within = ["00000000-9990000018", "999-000-0018-00000000", "9990000018-9990000018-abcdef"];
        for sent in ["9990000018", "999 000 0018", "Isla-Testcase-2019", "x", "order OG-7 of Isla"].into_iter().chain(within) {
            assert_eq!(read(sent), (own.clone(), Some(HeaderValue::from_static(sent))));
        }
        assert_eq!(read(""), (own.clone(), Some(HeaderValue::from_static(""))));
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, HeaderValue::from_str(&"a".repeat(65)).expect("a value"));
        assert_eq!(RequestId::read(&headers, || Uuid::from_u128(1)), RequestId { own, other: None }, "too long to be sent back");
    }

    #[test]
    fn a_method_that_is_none_is_not_written_down() {
        assert_eq!(method(&Method::PATCH), "PATCH");
        assert_eq!(method(&Method::from_bytes(b"ISLA-TESTCASE").expect("a token")), "other");
    }
}
