//! A patch of an order: its status, which ends it. As JSON Patch, or as the elements that change, which several clients send. Source:
//! RFC 6902 and RFC 7396; FHIR R4, patch.

use crate::api::fhir::Refused;
use axum::http::StatusCode;
use care::ordering::message::Fault;
use serde_json::{Map, Value};

/// Operations of a patch at the most.
const OPERATIONS_MAX: usize = 100;

/// A resource as a patch would have it.
pub(super) fn patched(resource: &Value, patch: &Value) -> Result<Value, Refused> {
    if patch["resourceType"] == "Parameters" {
        let message = "A patch by FHIRPath is not done: send a JSON Patch as application/json-patch+json, such as \
                       [{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"revoked\"}]";
        return Err(Refused::Simple(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-supported", message.into()));
    }
    if let Some(elements) = patch.as_object() {
        return merged(resource, elements);
    }
    let Some(operations) = patch.as_array() else { return Err(Refused::Query("A JSON Patch is a list of operations".into())) };
    if operations.len() > OPERATIONS_MAX {
        return Err(Refused::Query(format!("The patch has {} operations, {OPERATIONS_MAX} at the most are read", operations.len())));
    }
    let mut patched = resource.clone();
    for (nth, operation) in operations.iter().enumerate() {
        let text = |name: &str| operation[name].as_str().unwrap_or_default();
        match (text("op"), text("path")) {
            ("test", path) if patched.pointer(path) == operation.get("value") && operation.get("value").is_some() => {}
            ("test", path) => {
                let message = format!("{path} is not {} any more: read it again before you change it", operation["value"]);
                return Err(Refused::Simple(StatusCode::PRECONDITION_FAILED, "conflict", message));
            }
            ("replace", "/status") => patched["status"] = operation["value"].clone(),
            (op, path) => {
                let message = format!("'{op}' of '{path}' is not done; replace /status by revoked or entered-in-error, or PUT the whole");
                return Err(Refused::Faults(StatusCode::UNPROCESSABLE_ENTITY, vec![Fault::new(format!("[{nth}]"), message)]));
            }
        }
    }
    Ok(patched)
}

/// Whether a patch ends an order and does nothing else: its answer says nothing of what stands in the order, so that it is done for
/// whoever may not read it.
pub(super) fn is_end_alone(patch: &Value) -> bool {
    let is_end = |value: &Value| value == "revoked" || value == "entered-in-error";
    let is_replaced =
        |operation: &Value| operation["op"] == "replace" && operation["path"] == "/status" && operation.get("value").is_some_and(is_end);
    match patch {
        Value::Object(elements) => elements.len() == 1 && elements.get("status").is_some_and(is_end),
        Value::Array(operations) => !operations.is_empty() && operations.iter().all(is_replaced),
        _ => false,
    }
}

/// A resource with the elements that change; what is sent as it is changes nothing.
fn merged(resource: &Value, elements: &Map<String, Value>) -> Result<Value, Refused> {
    let mut merged = resource.clone();
    for (name, value) in elements {
        if name == "status" && value.is_string() {
            merged["status"] = value.clone();
        } else if resource.get(name) != Some(value) {
            let message = format!("'{name}' is not changed by a patch; send status as revoked or entered-in-error, or PUT the whole");
            return Err(Refused::Faults(StatusCode::UNPROCESSABLE_ENTITY, vec![Fault::new(name, message)]));
        }
    }
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_status_is_replaced_and_nothing_else() {
        let request = json!({ "status": "active", "priority": "routine" });
        let patch = |operations: Value| patched(&request, &operations).ok();
        let replaced = patch(
            json!([{ "op": "test", "path": "/status", "value": "active" }, { "op": "replace", "path": "/status", "value": "revoked" }]),
        );
        assert_eq!(replaced, Some(json!({ "status": "revoked", "priority": "routine" })));
        let elements = json!({ "status": "revoked", "priority": "routine" });
        assert_eq!(patch(elements.clone()), Some(elements));
        assert_eq!(patch(json!({})), Some(request.clone()), "nothing changes");
        for wrong in [
            json!({ "status": null }),
            json!({ "priority": "urgent" }),
            json!({ "note": [] }),
            json!("revoked"),
            json!([{ "op": "replace", "path": "/priority", "value": "urgent" }]),
            json!([{ "op": "remove", "path": "/status" }]),
            json!([{ "op": "test", "path": "/status", "value": "draft" }]),
            json!([{ "op": "test", "path": "/nothing" }]),
            json!([1]),
        ] {
            assert_eq!(patch(wrong.clone()), None, "{wrong}");
        }
    }

    #[test]
    fn a_patch_that_could_say_what_stands_in_the_order_is_no_end_alone() {
        let end = json!({ "op": "replace", "path": "/status", "value": "revoked" });
        for alone in [json!([end]), json!({ "status": "revoked" }), json!({ "status": "entered-in-error" })] {
            assert!(is_end_alone(&alone), "{alone}");
        }
        for asking in [
            json!([{ "op": "test", "path": "/status", "value": "active" }, end]),
            json!([end, { "op": "test", "path": "/subject/reference", "value": "Patient/1" }]),
            json!([{ "op": "replace", "path": "/priority", "value": "urgent" }]),
            json!([{ "op": "replace", "path": "/status", "value": "active" }]),
            json!({ "status": "revoked", "priority": "urgent" }),
            json!({ "priority": "urgent" }),
            json!({ "status": "active" }),
            json!([]),
            json!({}),
            json!("revoked"),
        ] {
            assert!(!is_end_alone(&asking), "{asking}");
        }
    }
}
