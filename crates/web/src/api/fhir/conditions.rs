//! Versions in headers: `ETag`, `If-Match`, `If-None-Match`, `Last-Modified`. Source: RFC 9110; FHIR R4, managing resource contention.

use super::{Fhir, Refused, call::Call};
use axum::http::{StatusCode, header};
use interop::fhir::resource::Resource;
use serde_json::Value;

/// A resource with its version in the headers; nothing where the client has it already.
pub(crate) fn versioned(call: &Call, resource: Value) -> Fhir {
    let etag = etag(&resource);
    let known = call.header("if-none-match").unwrap_or_default();
    let modified = resource.pointer("/meta/lastUpdated").and_then(Value::as_str).and_then(http_date);
    let answer = match &etag {
        Some(etag) if names(known, etag) => Fhir::empty(StatusCode::NOT_MODIFIED),
        _ => Fhir::ok(Resource::Received(resource)),
    };
    let answer = match &etag {
        Some(etag) => answer.with(header::ETAG, etag),
        None => answer,
    };
    match modified {
        Some(modified) => answer.with(header::LAST_MODIFIED, &modified),
        None => answer,
    }
}

/// Refuses a change of another version than the client has read.
pub(crate) fn check_match(call: &Call, current: &Value) -> Result<(), Refused> {
    let (Some(asked_for), Some(etag)) = (call.header("if-match"), etag(current)) else { return Ok(()) };
    if names(asked_for, &etag) {
        return Ok(());
    }
    let message = format!("You have read {asked_for} and it is {etag} now: read it again before you change it");
    Err(Refused::Simple(StatusCode::PRECONDITION_FAILED, "conflict", message))
}

/// The name of a resource's version; none where versions are not counted.
pub(crate) fn etag(resource: &Value) -> Option<String> {
    let version = resource.pointer("/meta/versionId").and_then(Value::as_str)?;
    Some(format!("W/\"{version}\""))
}

/// A list of versions holds one; the mark of a weak name makes no difference here.
fn names(list: &str, etag: &str) -> bool {
    let plain = |name: &str| name.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    list.trim() == "*" || list.split(',').any(|name| !name.trim().is_empty() && plain(name) == plain(etag))
}

fn http_date(instant: &str) -> Option<String> {
    let instant: jiff::Timestamp = instant.parse().ok()?;
    Some(instant.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_named_with_or_without_the_mark_of_a_weak_name() {
        for (list, is_named) in
            [("W/\"2\"", true), ("\"2\"", true), ("2", true), ("W/\"1\", W/\"2\"", true), ("*", true), ("W/\"1\"", false), ("", false)]
        {
            assert_eq!(names(list, "W/\"2\""), is_named, "{list}");
        }
        assert_eq!(http_date("2026-11-29T08:05:09Z").as_deref(), Some("Sun, 29 Nov 2026 08:05:09 GMT"));
    }
}
