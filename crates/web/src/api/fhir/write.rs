//! Placing, changing and ending orders; saying that a report was read.

mod covered;
mod patch;
mod transaction;
mod validation;

pub(crate) use transaction::transaction;
pub(crate) use validation::{validate, validate_kind};

use super::{
    Fhir, Refused,
    call::{Call, Caller},
    conditions::{check_match, versioned},
    read::current,
};
use axum::{body::Bytes, extract::Path, http::StatusCode};
use care::ordering::message::Fault;
use interop::{
    codes::task::TaskCode,
    fhir::{
        intake,
        order::{parse_request_id, parse_task_id},
        resource::{Bundle, BundleType, Entry, Resource},
    },
};
use serde_json::Value;
use service::{ServiceError, ordering::messages::AsRead, results};

/// How often a change is made again because the order was changed at the same time. Where the client names the version that it has read,
/// the change is refused as soon as there is another.
const ATTEMPTS: u32 = 4;

pub(crate) async fn put(call: Call, Path((kind, id)): Path<(String, String)>, body: Bytes) -> Result<Fhir, Refused> {
    let caller = call.caller(&kind, "update").await?;
    let stated = resource(&body, &kind, &id)?;
    if kind == "Task" {
        check_match(&call, &current(&caller.desk, &call, &kind, &id).await?)?;
        return task(&caller, &call, &id, &stated).await;
    }
    for _ in 1..ATTEMPTS {
        match put_once(&caller, &call, (&kind, &id), stated.clone()).await {
            Err(Refused::Service(ServiceError::Conflict(_))) => {}
            answer => return answer,
        }
    }
    put_once(&caller, &call, (&kind, &id), stated).await
}

async fn put_once(caller: &Caller, call: &Call, (kind, id): (&str, &str), stated: Value) -> Result<Fhir, Refused> {
    let known = current(&caller.desk, call, kind, id).await?;
    check_match(call, &known)?;
    let as_read = call.header("if-match").and_then(|_| version(&known, id));
    change(caller, call, id, (&known, as_read), stated).await
}

pub(crate) async fn patch(call: Call, Path((kind, id)): Path<(String, String)>, body: Bytes) -> Result<Fhir, Refused> {
    let caller = call.caller(&kind, "patch").await?;
    let changes = parsed(&body)?;
    for _ in 1..ATTEMPTS {
        match patch_once(&caller, &call, (&kind, &id), &changes).await {
            Err(Refused::Service(ServiceError::Conflict(_))) => {}
            answer => return answer,
        }
    }
    patch_once(&caller, &call, (&kind, &id), &changes).await
}

/// A patch changes what was read, so that it is made again with what was changed at the same time.
async fn patch_once(caller: &Caller, call: &Call, (kind, id): (&str, &str), changes: &Value) -> Result<Fhir, Refused> {
    let known = current(&caller.desk, call, kind, id).await?;
    if let Err(refused) = caller.read(known.clone())
        && !patch::is_end_alone(changes)
    {
        return Err(refused);
    }
    check_match(call, &known)?;
    let stated = patch::patched(&known, changes)?;
    change(caller, call, id, (&known, version(&known, id)), stated).await
}

/// The version of an order that a request was read in.
fn version(known: &Value, id: &str) -> Option<AsRead> {
    let (order, _) = parse_request_id(id)?;
    let version = known.pointer("/meta/versionId")?.as_str()?.parse().ok()?;
    Some(AsRead { order, version })
}

/// A single ServiceRequest stated anew: a transaction of one, with the reason in the `X-Provenance` header (FHIR R4, Provenance).
/// What is as it was read changes nothing.
async fn change(
    caller: &Caller,
    call: &Call,
    id: &str,
    (known, as_read): (&Value, Option<AsRead>),
    stated: Value,
) -> Result<Fhir, Refused> {
    if content(&stated) == content(known) {
        return Ok(versioned_anew(caller, call, known.clone()));
    }
    covered::covered_inside(caller, &stated)?;
    let received = |resource| Entry::new("", Resource::Received(resource));
    let mut entries = vec![received(stated).requesting("PUT", format!("ServiceRequest/{id}"))];
    if let Some(provenance) = call.header("x-provenance") {
        entries.push(received(parsed(provenance.as_bytes())?).requesting("POST", "Provenance"));
    }
    let bundle = serde_json::to_vec(&Bundle::new(BundleType::Transaction, entries)).map_err(anyhow::Error::from)?;
    transaction::take(&caller.desk, &bundle, as_read).await?;
    Ok(versioned_anew(caller, call, current(&caller.desk, call, "ServiceRequest", id).await?))
}

/// A resource after a change, whatever version the client had; nothing of it for whoever may change it and not read it.
fn versioned_anew(caller: &Caller, call: &Call, resource: Value) -> Fhir {
    match caller.read(resource) {
        Ok(resource) if !call.prefers("return=minimal") => versioned(call, resource),
        _ => Fhir::empty(StatusCode::OK),
    }
}

/// A resource without what the service says of it.
fn content(resource: &Value) -> Value {
    let mut content = resource.clone();
    if let Some(fields) = content.as_object_mut() {
        fields.retain(|name, _| !["meta", "text"].contains(&name.as_str()));
    }
    content
}

/// The resource of a body, of the kind and identifier of its address.
fn resource(body: &[u8], kind: &str, id: &str) -> Result<Value, Refused> {
    let resource = parsed(body)?;
    if resource["resourceType"] != kind {
        return Err(Refused::Query(format!("Send a {kind}, as the address says")));
    }
    match resource["id"].as_str() {
        Some(other) if other != id => Err(Refused::Query(format!("The resource has the id {other} and the address {id}: send both alike"))),
        _ => Ok(resource),
    }
}

pub(super) fn parsed(body: &[u8]) -> Result<Value, Refused> {
    intake::json(body).map_err(|fault| Refused::Query(fault.to_string()))
}

/// The last task of an order, distribute-report, completed by the requester: the report was read.
async fn task(caller: &Caller, call: &Call, id: &str, stated: &Value) -> Result<Fhir, Refused> {
    let (order, code) = parse_task_id(id).ok_or_else(|| Refused::not_found("task"))?;
    if code != TaskCode::DistributeReport || stated["status"] != "completed" {
        let message =
            "Only the task distribute-report is completed by the requester, when the report has been read; the others follow from the work";
        return Err(Refused::Faults(StatusCode::UNPROCESSABLE_ENTITY, vec![Fault::new("Task.status", message)]));
    }
    let action = stated["note"][0]["text"].as_str().unwrap_or_default();
    let desk = results::exchange::reader::desk_of_order(&caller.desk, order).await?;
    results::reports::acknowledge(&desk, order, action).await?;
    Ok(versioned_anew(caller, call, current(&caller.desk, call, "Task", id).await?))
}
