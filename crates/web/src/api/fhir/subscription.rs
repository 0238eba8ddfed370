//! Subscribing to one's own orders: made, read, ended. Source: FHIR R4, Subscription.

use super::{Fhir, Refused, call::Call, write::parsed};
use axum::{
    body::Bytes,
    extract::Path,
    http::{StatusCode, header},
};
use care::{SubscriptionId, ordering::message::Fault};
use interop::fhir::{
    resource::Resource,
    subscription::{PAYLOAD, subscription},
};
use jiff::Timestamp;
use serde_json::Value;
use service::{
    Desk,
    ordering::clients::Interaction,
    results::subscriptions::{self, NewSubscription},
};

pub(crate) async fn create(call: Call, Path(kind): Path<String>, body: Bytes) -> Result<Fhir, Refused> {
    let caller = call.caller(&kind, "create").await?;
    let desk = caller.desk.clone();
    let new = read(&parsed(&body)?, call.server()).map_err(|faults| Refused::Faults(StatusCode::UNPROCESSABLE_ENTITY, faults))?;
    // Being told of a resource is reading it.
    caller.covers_all(&subscriptions::kinds_read(&new.criteria, desk.now()), Interaction::Read)?;
    let id = subscriptions::subscribe(&desk, new).await?;
    let made = resources(&desk).await?.into_iter().find(|made| made.id() == id.to_string());
    let location = format!("{}/Subscription/{id}", call.server());
    let answer = match made.filter(|_| !call.prefers("return=minimal")) {
        Some(made) => Fhir::new(StatusCode::CREATED, made),
        None => Fhir::empty(StatusCode::CREATED),
    };
    Ok(answer.with(header::LOCATION, &location))
}

pub(crate) async fn delete(call: Call, Path((kind, id)): Path<(String, String)>) -> Result<Fhir, Refused> {
    let desk = call.caller(&kind, "delete").await?.desk;
    let id: SubscriptionId = id.parse().map_err(|_| Refused::not_found("subscription"))?;
    subscriptions::unsubscribe(&desk, id).await?;
    Ok(Fhir::empty(StatusCode::NO_CONTENT))
}

/// What the system of a desk subscribed to.
pub(super) async fn resources(desk: &Desk) -> Result<Vec<Resource>, Refused> {
    Ok(subscriptions::list(desk).await?.iter().map(|(kept, state)| subscription(kept, state).into()).collect())
}

/// Reads what a system asks to be told, or everything that is wrong with it.
fn read(stated: &Value, server: String) -> Result<NewSubscription, Vec<Fault>> {
    let mut faults = Vec::new();
    let text = |path: &str| stated.pointer(path).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let mut expect = |path: &str, allowed: &[&str], message: &str| {
        let value = text(&format!("/{}", path.replace('.', "/")));
        if !allowed.contains(&value.as_str()) {
            faults.push(Fault::new(format!("Subscription.{path}"), format!("'{value}': {message}")));
        }
    };
    expect("resourceType", &["Subscription"], "send a Subscription");
    expect("status", &["requested", "active", ""], "send the status requested; the service makes it active");
    expect("channel.type", &["rest-hook"], "only rest-hook is done");
    expect("channel.payload", &["", PAYLOAD, "application/json"], "send application/fhir+json, or none for a call without content");
    let end = match text("/end").as_str() {
        "" => None,
        end => end
            .parse::<Timestamp>()
            .map_err(|_| faults.push(Fault::new("Subscription.end", format!("'{end}' is no instant such as 2027-01-01T00:00:00Z"))))
            .ok(),
    };
    let headers = headers(stated).map_err(|fault| faults.push(fault)).unwrap_or_default();
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(NewSubscription {
        criteria: text("/criteria"),
        // As it stands: what no address holds is named.
        endpoint: stated.pointer("/channel/endpoint").and_then(Value::as_str).unwrap_or_default().to_owned(),
        with_resource: !text("/channel/payload").is_empty(),
        headers,
        reason: text("/reason"),
        end,
        server,
    })
}

/// The headers, each `Name: value`.
fn headers(stated: &Value) -> Result<Vec<(String, String)>, Fault> {
    let list = stated.pointer("/channel/header").and_then(Value::as_array).into_iter().flatten();
    let split = |header: &Value| {
        let (name, value) = header.as_str()?.split_once(':')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    };
    let fault = |nth: usize| {
        Fault::new(format!("Subscription.channel.header[{nth}]"), "A header has a name and a value, such as Authorization: Bearer …")
    };
    list.enumerate().map(|(nth, header)| split(header).ok_or_else(|| fault(nth))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(change: (&str, Value), expected: &str) {
        let mut stated = json!({
            "resourceType": "Subscription", "status": "requested", "reason": "To know", "criteria": "Task?status=completed",
            "channel": { "type": "rest-hook", "endpoint": "https://epr.example/notified", "header": ["Authorization: Bearer a:b"] },
        });
        if let (path, Some(value)) = (change.0, stated.pointer_mut(change.0)) {
            *value = change.1;
            assert!(!path.is_empty());
        }
        let found = match read(&stated, String::new()) {
            Ok(new) => format!("{} {:?}", new.with_resource, new.headers),
            Err(faults) => faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        };
        assert!(found.contains(expected), "{found}");
    }

    #[test]
    fn a_hook_is_read_and_everything_else_is_refused_in_its_place() {
        check(("/none", json!("")), "false [(\"Authorization\", \"Bearer a:b\")]");
        check(("/channel", json!({ "type": "rest-hook", "payload": "application/fhir+json" })), "true []");
        check(("/channel/type", json!("email")), "Subscription.channel.type: 'email': only rest-hook is done");
        check(("/channel", json!({ "type": "rest-hook", "payload": "application/fhir+xml" })), "Subscription.channel.payload");
        check(("/status", json!("off")), "Subscription.status: 'off'");
        check(("/resourceType", json!("Task")), "Subscription.resourceType");
        check(("/channel/header", json!(["Bearer"])), "Subscription.channel.header[0]");
        check(("/channel/header", json!([7])), "Subscription.channel.header[0]");
    }
}
