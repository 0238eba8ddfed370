//! `$validate`: whether a bundle or a resource would be taken, without taking it. Source: FHIR R4, Resource-validate.

use super::{covered::covered, parsed};
use crate::api::fhir::{
    Fhir, Refused,
    call::{Call, Caller},
};
use axum::{body::Bytes, extract::Path};
use care::ordering::message::{Fault, Language};
use interop::fhir::{
    intake, outcome,
    resource::{Bundle, BundleType, Entry, IssueSeverity, Resource},
};
use serde_json::Value;
use service::ordering;

pub(crate) async fn validate(call: Call, body: Bytes) -> Result<Fhir, Refused> {
    let caller = call.writing_caller().await?;
    match inside(&body)? {
        // As it was sent, whatever it is written in.
        None => of_bundle(&caller, &body).await,
        Some(resource) => of_resource(&caller, resource).await,
    }
}

/// The same of a resource of one kind.
pub(crate) async fn validate_kind(call: Call, Path(kind): Path<String>, body: Bytes) -> Result<Fhir, Refused> {
    let caller = call.writing_caller().await?;
    let resource = match inside(&body)? {
        Some(resource) => resource,
        None => parsed(&body)?,
    };
    if resource["resourceType"] != kind.as_str() {
        let message = format!("Send a {kind}, as the address says; this is '{}'", resource["resourceType"].as_str().unwrap_or_default());
        return Ok(faulty(vec![Fault::new("resourceType", message)]));
    }
    of_resource(&caller, resource).await
}

/// The resource in Parameters, or a resource that is no bundle; nothing of a bundle itself.
fn inside(body: &[u8]) -> Result<Option<Value>, Refused> {
    let Ok(mut value) = intake::json(body) else { return Ok(None) };
    match value["resourceType"].as_str() {
        Some("Parameters") => {
            let parameters = value.get_mut("parameter").and_then(Value::as_array_mut).into_iter().flatten();
            let resource = parameters.filter(|p| p["name"] == "resource").find_map(|p| p.get_mut("resource").map(Value::take));
            resource.map(Some).ok_or_else(|| Refused::Query("The Parameters hold no parameter 'resource'".into()))
        }
        None | Some("Bundle") => Ok(None),
        Some(_) => Ok(Some(value)),
    }
}

async fn of_resource(caller: &Caller, resource: Value) -> Result<Fhir, Refused> {
    let is_alone = match resource["resourceType"].as_str() {
        Some("Bundle") => false,
        Some("ServiceRequest") => true,
        _ => return Ok(of_part(&resource)),
    };
    let received = |resource| Entry::new("", Resource::Received(resource)).requesting("POST", "ServiceRequest");
    let bundle = if is_alone {
        Resource::from(Bundle::new(BundleType::Transaction, vec![received(resource)]))
    } else {
        Resource::Received(resource)
    };
    of_bundle(caller, &serde_json::to_vec(&bundle).map_err(anyhow::Error::from)?).await
}

/// What is part of an order and placed with it: whether it would count there.
fn of_part(resource: &Value) -> Fhir {
    let kind = resource["resourceType"].as_str().unwrap_or_default();
    match intake::counted(resource) {
        Ok(()) => {
            Fhir::ok(outcome::information(&format!("The {kind} is read with the ServiceRequest of its bundle; alone it places nothing")))
        }
        Err(fault) => faulty(vec![fault]),
    }
}

async fn of_bundle(caller: &Caller, body: &[u8]) -> Result<Fhir, Refused> {
    covered(caller, body)?;
    let (faults, notes) = ordering::messages::validate(&caller.desk, Language::Fhir, body).await?;
    if !faults.is_empty() {
        return Ok(faulty(faults));
    }
    let notes: Vec<Fault> = notes.into_iter().map(|n| Fault::new("Bundle", n)).collect();
    Ok(Fhir::ok(outcome::outcome(IssueSeverity::Warning, "informational", &notes)))
}

fn faulty(faults: Vec<Fault>) -> Fhir {
    Fhir::ok(outcome::outcome(IssueSeverity::Error, "processing", &faults))
}
