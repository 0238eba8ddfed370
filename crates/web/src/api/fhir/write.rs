//! Placing, changing and ending orders; saying that a report was read.

use super::{Fhir, Held, Refused, WRITE, desk, read::of_task};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use care::{
    OrderId,
    ordering::message::{Fault, Language, State as Became},
};
use interop::fhir::{
    intake,
    order::request_id,
    outcome::{self, Severity},
};
use serde_json::{Value, json};
use service::{Desk, ServiceError, ordering, results};

pub(crate) async fn transaction(State(service): Held, headers: HeaderMap, body: Bytes) -> Result<Fhir, Refused> {
    let desk = desk(&service, &headers, WRITE).await?;
    take(&desk, &body).await
}

/// Takes a bundle; answers each of its entries.
async fn take(desk: &Desk, body: &[u8]) -> Result<Fhir, Refused> {
    let receipt = ordering::messages::receive(desk, Language::Fhir, body).await?;
    match receipt.state {
        Became::Done { orders, notes } => answered(desk, body, &orders, &notes, receipt.repeated).await,
        Became::Refused { faults } => Err(Refused::Faults(StatusCode::UNPROCESSABLE_ENTITY, faults)),
        other => Err(Refused::Faults(
            StatusCode::UNPROCESSABLE_ENTITY,
            vec![Fault::new("Bundle", format!("{} by somebody here", other.words()))],
        )),
    }
}

async fn answered(desk: &Desk, body: &[u8], orders: &[OrderId], notes: &[String], repeated: bool) -> Result<Fhir, Refused> {
    let text = String::from_utf8_lossy(body);
    let intake = intake::read(&text).map_err(|faults| Refused::Faults(StatusCode::UNPROCESSABLE_ENTITY, faults))?;
    let status = if repeated { "200 OK" } else { "201 Created" };
    let mut entries: Vec<Value> = intake.entries.iter().map(|kind| kept(kind)).collect();
    for (asked, order) in intake.orders.iter().zip(orders) {
        let held = results::exchange::exchanged(desk, *order).await?;
        let people = held.status.order.request.as_ref().map_or(&[][..], |r| &r.people);
        let version = held.versions.len();
        for (person, stands) in asked.what.people().iter().zip(people) {
            for place in &person.parts {
                let location = match intake.entries[*place].as_str() {
                    "Patient" => format!("Patient/{}", stands.patient),
                    _ => format!("ServiceRequest/{}/_history/{version}", request_id(*order, people, stands.patient).unwrap_or_default()),
                };
                entries[*place] = json!({ "response": { "status": status, "location": location, "etag": format!("W/\"{version}\"") } });
            }
        }
        if asked.what.people().is_empty()
            && let Some(place) = intake.entries.iter().position(|kind| kind == "ServiceRequest")
        {
            entries[place] =
                json!({ "response": { "status": "200 OK", "location": format!("ServiceRequest/{order}/_history/{version}") } });
        }
    }
    if let Some(first) = entries.first_mut().filter(|_| !notes.is_empty()) {
        let notes: Vec<Fault> = notes.iter().map(|n| Fault::new("Bundle", n.clone())).collect();
        first["response"]["outcome"] = outcome::outcome(Severity::Warning, "informational", &notes);
    }
    Ok(Fhir(StatusCode::OK, json!({ "resourceType": "Bundle", "type": "transaction-response", "entry": entries })))
}

/// What became of an entry that is no resource of its own here.
fn kept(kind: &str) -> Value {
    let words = format!("The {kind} was read into the order, or is kept with the message");
    let told = json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "information", "code": "informational", "diagnostics": words }] });
    json!({ "response": { "status": "202 Accepted", "outcome": told } })
}

/// Whether a bundle would be taken, without taking it.
pub(crate) async fn validate(State(service): Held, headers: HeaderMap, body: Bytes) -> Result<Fhir, Refused> {
    let desk = desk(&service, &headers, WRITE).await?;
    let (faults, notes) = ordering::messages::validate(&desk, Language::Fhir, &body).await?;
    if !faults.is_empty() {
        return Ok(Fhir(StatusCode::OK, outcome::outcome(Severity::Error, "processing", &faults)));
    }
    let notes: Vec<Fault> = notes.into_iter().map(|n| Fault::new("Bundle", n)).collect();
    Ok(Fhir(StatusCode::OK, outcome::outcome(Severity::Warning, "informational", &notes)))
}

/// A single ServiceRequest stated anew: a transaction of one, with the reason in the `X-Provenance` header (FHIR R4, Provenance).
pub(crate) async fn change(State(service): Held, headers: HeaderMap, Path(id): Path<String>, body: Bytes) -> Result<Fhir, Refused> {
    let desk = desk(&service, &headers, WRITE).await?;
    let resource = parsed(&body)?;
    if resource["resourceType"] != "ServiceRequest" {
        return Err(Refused::Query("Send a ServiceRequest".into()));
    }
    let mut entries = vec![json!({ "resource": resource, "request": { "method": "PUT", "url": format!("ServiceRequest/{id}") } })];
    if let Some(provenance) = headers.get("x-provenance") {
        let provenance = parsed(provenance.as_bytes())?;
        entries.push(json!({ "resource": provenance, "request": { "method": "POST", "url": "Provenance" } }));
    }
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    take(&desk, bundle.to_string().as_bytes()).await
}

fn parsed(body: &[u8]) -> Result<Value, Refused> {
    serde_json::from_slice(body).map_err(|why| Refused::Query(format!("This is no JSON: {why}")))
}

/// The last task of an order, distribute-report, completed by the requester: the report was read.
pub(crate) async fn task(State(service): Held, headers: HeaderMap, Path(id): Path<String>, body: Bytes) -> Result<Fhir, Refused> {
    let desk = desk(&service, &headers, WRITE).await?;
    let (order, kind) = of_task(&id).ok_or(ServiceError::NotFound("task"))?;
    let given = parsed(&body)?;
    if kind != "distribute-report" || given["status"] != "completed" {
        let words =
            "Only the task distribute-report is completed by the requester, when the report has been read; the others follow from the work";
        return Err(Refused::Faults(StatusCode::UNPROCESSABLE_ENTITY, vec![Fault::new("Task.status", words)]));
    }
    let action = given["note"][0]["text"].as_str().unwrap_or_default();
    results::reports::acknowledge(&desk, order, action).await?;
    super::read::task(State(service), headers, Path(id)).await
}
