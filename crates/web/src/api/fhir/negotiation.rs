//! Forms of answers and of bodies: JSON alone, and every refusal an OperationOutcome. Source: FHIR R4, content types and encodings.

use super::answer::simple;
use axum::{
    body::to_bytes,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Bytes of a refusal that is turned into an OperationOutcome.
const REFUSAL_BYTES_MAX: usize = 4096;

/// Refuses what is asked for or sent in another form, and answers every refusal in FHIR.
pub(crate) async fn negotiate(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !path.ends_with("/pdf") && !accepts_json(request.uri().query().unwrap_or_default(), request.headers()) {
        let message = "Answers are JSON: ask for application/fhir+json";
        return simple(StatusCode::NOT_ACCEPTABLE, "not-supported", message).into_response();
    }
    if let Some(expected) = unsupported(request.method(), path, request.headers()) {
        let message = format!("Send {expected}");
        return simple(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-supported", &message).into_response();
    }
    let method = request.method().clone();
    as_outcome(next.run(request).await, &method).await
}

/// The client takes JSON: by `_format`, which counts more, else by `Accept`.
fn accepts_json(query: &str, headers: &HeaderMap) -> bool {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let format = pairs.into_iter().find(|(name, value)| name == "_format" && !value.is_empty()).map(|(_, value)| value);
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(",");
    let list = format.unwrap_or(accepted);
    list.trim().is_empty() || list.split(',').any(|one| is_json(one) || is_anything(one))
}

fn is_json(media_type: &str) -> bool {
    // Source: FHIR R4, content types and encodings, fhirVersion; RFC 9110, quality values: nothing of zero is taken.
    let parameters = media_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let refused = |(name, value): (&str, &str)| match name.trim().to_lowercase().as_str() {
        "fhirversion" => !["4.0", "4.0.0", "4.0.1"].contains(&value.trim().trim_matches('"')),
        "q" => value.trim().parse::<f32>() == Ok(0.0),
        _ => false,
    };
    if parameters.into_iter().any(refused) {
        return false;
    }
    // A plus sign in an address is a space.
    let name = media_type.split(';').next().unwrap_or_default().trim().to_lowercase().replace(' ', "+");
    ["application/fhir+json", "application/json", "text/json", "json", "application/json+fhir"].contains(&name.as_str())
}

fn is_anything(media_type: &str) -> bool {
    let (name, quality) = media_type.split_once(";q=").unwrap_or((media_type, "1"));
    ["*/*", "application/*"].contains(&name.split(';').next().unwrap_or_default().trim()) && !quality.trim().starts_with("0.0")
}

/// What should be sent instead of this; nothing where it is right, or where nothing is said of it.
fn unsupported(method: &Method, path: &str, headers: &HeaderMap) -> Option<&'static str> {
    let sent = headers.get(header::CONTENT_TYPE)?.to_str().unwrap_or("?");
    let name = sent.split(';').next().unwrap_or_default().trim().to_lowercase();
    let (is_right, expected) = match *method {
        Method::POST if path.ends_with("/_search") => {
            (name == "application/x-www-form-urlencoded", "the search as application/x-www-form-urlencoded")
        }
        Method::PATCH => {
            let is_patch = ["application/json-patch+json", "application/merge-patch+json"].contains(&name.as_str());
            (
                is_patch || is_json(sent),
                "a JSON Patch as application/json-patch+json, or the elements that change as application/merge-patch+json",
            )
        }
        Method::POST | Method::PUT => (is_json(sent), "resources as application/fhir+json, of FHIR R4"),
        _ => (true, ""),
    };
    (!is_right).then_some(expected)
}

/// A refusal that is no resource yet, such as of a method, as OperationOutcome.
async fn as_outcome(response: Response, method: &Method) -> Response {
    let is_fhir = |value: &HeaderValue| value.as_bytes().starts_with(b"application/fhir+json");
    let is_refusal = response.status().is_client_error() || response.status().is_server_error();
    if !is_refusal || response.headers().get(header::CONTENT_TYPE).is_some_and(is_fhir) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let text = to_bytes(body, REFUSAL_BYTES_MAX).await.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let (code, message) = match parts.status {
        StatusCode::METHOD_NOT_ALLOWED => ("not-supported", format!("{method} is not done here: /metadata says what is")),
        StatusCode::PAYLOAD_TOO_LARGE => ("too-long", "The message is too large: send documents apart".to_owned()),
        _ if text.is_empty() => ("processing", parts.status.to_string()),
        _ => ("processing", text),
    };
    let mut answer = simple(parts.status, code, &message).into_response();
    if let Some(allowed) = parts.headers.get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_taken_and_nothing_else() {
        let accepts = |query: &str, accept: &str| {
            let mut headers = HeaderMap::new();
            if !accept.is_empty() {
                headers.insert(header::ACCEPT, HeaderValue::from_str(accept).expect("a value"));
            }
            accepts_json(query, &headers)
        };
        for accept in
            ["", "*/*", "application/fhir+json", "application/json;q=0.9", "text/html, */*;q=0.8", "application/fhir+json; fhirVersion=4.0"]
        {
            assert!(accepts("", accept), "{accept}");
        }
        for accept in [
            "application/fhir+xml",
            "text/html",
            "text/turtle, application/xml",
            "application/fhir+json; fhirVersion=5.0",
            "application/json;q=0",
        ] {
            assert!(!accepts("", accept), "{accept}");
            assert!(accepts("_format=json", accept), "{accept}");
        }
        assert!(accepts("_format=application/fhir+json", ""));
        assert!(!accepts("_format=xml", "application/json"));
    }

    #[test]
    fn resources_of_another_version_of_fhir_are_refused() {
        let refused = |content_type: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
            unsupported(&Method::POST, "/", &headers).is_some()
        };
        for content_type in ["application/fhir+json; fhirVersion=3.0", "application/fhir+json; fhirVersion=5.0", "text/plain"] {
            assert!(refused(content_type), "{content_type}");
        }
        for content_type in ["application/fhir+json; fhirVersion=4.0", "application/fhir+json; charset=utf-8", "application/json"] {
            assert!(!refused(content_type), "{content_type}");
        }
    }
}
