//! Placing, changing and ending orders; saying that a report was read.

use super::{Fhir, Refused, ServiceState, WRITE, desk};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use care::{
    OrderId,
    ordering::message::{Fault, Language, State as Became},
};
use interop::{
    codes::task::TaskCode,
    fhir::{
        intake,
        order::{parse_task_id, request_id},
        outcome,
        resource::{Bundle, BundleResponse, BundleType, Entry, IssueSeverity, Resource},
    },
    incoming_order::IncomingOrder,
};
use serde_json::Value;
use service::{
    Desk, ServiceError, ordering,
    results::{self, exchange::Exchanged},
};

pub(crate) async fn transaction(State(service): ServiceState, headers: HeaderMap, body: Bytes) -> Result<Fhir, Refused> {
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
            vec![Fault::new("Bundle", format!("{} by somebody here", other.label()))],
        )),
    }
}

/// What became of each entry of a bundle.
async fn answered(desk: &Desk, body: &[u8], orders: &[OrderId], notes: &[String], repeated: bool) -> Result<Fhir, Refused> {
    let text = String::from_utf8_lossy(body);
    let intake = intake::read(&text).map_err(|faults| Refused::Faults(StatusCode::UNPROCESSABLE_ENTITY, faults))?;
    let mut responses: Vec<BundleResponse> = intake.entries.iter().map(|kind| kept(kind)).collect();
    for (incoming, order) in intake.orders.iter().zip(orders) {
        let order = results::exchange::exchanged(desk, *order).await?;
        answer_order(&mut responses, &intake.entries, incoming, &order, repeated);
    }
    if let Some(first) = responses.first_mut().filter(|_| !notes.is_empty()) {
        let notes: Vec<Fault> = notes.iter().map(|n| Fault::new("Bundle", n.clone())).collect();
        first.outcome = Some(outcome::outcome(IssueSeverity::Warning, "informational", &notes));
    }
    let entries = responses.into_iter().map(Entry::answered).collect();
    Ok(Fhir(StatusCode::OK, Bundle::new(BundleType::TransactionResponse, entries).into()))
}

/// Answers the entries that are about an order and its people; `kinds` are the kinds of all entries.
fn answer_order(responses: &mut [BundleResponse], kinds: &[String], incoming: &IncomingOrder, order: &Exchanged, repeated: bool) {
    let people = order.status.order.request.as_ref().map_or(&[][..], |r| &r.people);
    let version = order.versions.len();
    let status = if repeated { "200 OK" } else { "201 Created" };
    for (sent, placed) in incoming.action.people().iter().zip(people) {
        let request = request_id(order.id, people, placed.patient).unwrap_or_default();
        for entry in &sent.entries {
            let location = match kinds[*entry].as_str() {
                "Patient" => format!("Patient/{}", placed.patient),
                _ => format!("ServiceRequest/{request}/_history/{version}"),
            };
            responses[*entry] = BundleResponse { status, location, etag: format!("W/\"{version}\""), outcome: None };
        }
    }
    if incoming.action.people().is_empty()
        && let Some(entry) = kinds.iter().position(|kind| kind == "ServiceRequest")
    {
        let location = format!("ServiceRequest/{}/_history/{version}", order.id);
        responses[entry] = BundleResponse { status: "200 OK", location, ..BundleResponse::default() };
    }
}

/// What became of an entry that is no resource of its own here.
fn kept(kind: &str) -> BundleResponse {
    let outcome = outcome::information(&format!("The {kind} was read into the order, or is kept with the message"));
    BundleResponse { status: "202 Accepted", outcome: Some(outcome), ..BundleResponse::default() }
}

/// Whether a bundle would be taken, without taking it.
pub(crate) async fn validate(State(service): ServiceState, headers: HeaderMap, body: Bytes) -> Result<Fhir, Refused> {
    let desk = desk(&service, &headers, WRITE).await?;
    let (faults, notes) = ordering::messages::validate(&desk, Language::Fhir, &body).await?;
    if !faults.is_empty() {
        return Ok(Fhir(StatusCode::OK, outcome::outcome(IssueSeverity::Error, "processing", &faults).into()));
    }
    let notes: Vec<Fault> = notes.into_iter().map(|n| Fault::new("Bundle", n)).collect();
    Ok(Fhir(StatusCode::OK, outcome::outcome(IssueSeverity::Warning, "informational", &notes).into()))
}

/// A single ServiceRequest stated anew: a transaction of one, with the reason in the `X-Provenance` header (FHIR R4, Provenance).
pub(crate) async fn change(State(service): ServiceState, headers: HeaderMap, Path(id): Path<String>, body: Bytes) -> Result<Fhir, Refused> {
    let desk = desk(&service, &headers, WRITE).await?;
    let resource = parsed(&body)?;
    if resource["resourceType"] != "ServiceRequest" {
        return Err(Refused::Query("Send a ServiceRequest".into()));
    }
    let received = |resource| Entry::new("", Resource::Received(resource));
    let mut entries = vec![received(resource).requesting("PUT", format!("ServiceRequest/{id}"))];
    if let Some(provenance) = headers.get("x-provenance") {
        let provenance = parsed(provenance.as_bytes())?;
        entries.push(received(provenance).requesting("POST", "Provenance"));
    }
    let bundle = serde_json::to_vec(&Bundle::new(BundleType::Transaction, entries)).map_err(anyhow::Error::from)?;
    take(&desk, &bundle).await
}

fn parsed(body: &[u8]) -> Result<Value, Refused> {
    serde_json::from_slice(body).map_err(|why| Refused::Query(format!("This is no JSON: {why}")))
}

/// The last task of an order, distribute-report, completed by the requester: the report was read.
pub(crate) async fn task(State(service): ServiceState, headers: HeaderMap, Path(id): Path<String>, body: Bytes) -> Result<Fhir, Refused> {
    let desk = desk(&service, &headers, WRITE).await?;
    let (order, code) = parse_task_id(&id).ok_or(ServiceError::NotFound("task"))?;
    let stated = parsed(&body)?;
    if code != TaskCode::DistributeReport || stated["status"] != "completed" {
        let message =
            "Only the task distribute-report is completed by the requester, when the report has been read; the others follow from the work";
        return Err(Refused::Faults(StatusCode::UNPROCESSABLE_ENTITY, vec![Fault::new("Task.status", message)]));
    }
    let action = stated["note"][0]["text"].as_str().unwrap_or_default();
    results::reports::acknowledge(&desk, order, action).await?;
    super::read::task(State(service), headers, Path(id)).await
}
