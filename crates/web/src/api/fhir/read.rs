//! Reading and searching.

use super::{Fhir, Held, READ, Refused, desk};
use crate::app;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use care::{OrderId, PatientId, ReportId};
use interop::fhir::{
    choice,
    order::{self, TASKS},
    provenance, report,
};
use serde::Deserialize;
use serde_json::{Value, json};
use service::{
    Desk, ServiceError, people,
    results::{
        self,
        exchange::{self, Exchanged, Search, Version},
    },
};

/// Lines of a page where nobody says how many, and at the most.
const COUNT: (u64, u64) = (50, 200);

/// Search parameters.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    identifier: String,
    #[serde(rename = "patient.identifier")]
    patient_identifier: String,
    #[serde(rename = "based-on")]
    based_on: String,
    focus: String,
    request: String,
    target: String,
    data: String,
    status: String,
    #[serde(rename = "_count")]
    count: String,
    /// Where the page before ended.
    after: String,
}

/// The value of a token parameter, without its system.
fn value(token: &str) -> &str {
    token.rsplit('|').next().unwrap_or_default().trim()
}

fn told(held: &Exchanged, version: usize) -> order::Told<'_> {
    let Version { order, at, .. } = &held.versions[version - 1];
    order::Told { id: held.id, order, placed: held.placed(), updated: *at, version: version as u64, laboratory_name: &held.laboratory_name }
}

fn latest(held: &Exchanged) -> order::Told<'_> {
    told(held, held.versions.len())
}

fn bundle(kind: &str, total: Option<usize>, entries: Vec<Value>, links: Vec<Value>, base: &str) -> Value {
    let entry = |resource: Value| {
        let path = format!("{}/{}", resource["resourceType"].as_str().unwrap_or_default(), resource["id"].as_str().unwrap_or_default());
        let mut entry = json!({ "fullUrl": format!("{base}/fhir/{path}"), "resource": resource });
        if kind == "searchset" {
            entry["search"] = json!({ "mode": "match" });
        }
        entry
    };
    let mut bundle = json!({ "resourceType": "Bundle", "type": kind });
    if let Some(total) = total {
        bundle["total"] = json!(total);
    }
    if !links.is_empty() {
        bundle["link"] = json!(links);
    }
    if !entries.is_empty() {
        bundle["entry"] = entries.into_iter().map(entry).collect();
    }
    bundle
}

/// The orders that a search is about, and the address of the next page.
async fn found(desk: &Desk, asked: &Asked, base: &str, kind: &str) -> Result<(Vec<Exchanged>, Vec<Value>), Refused> {
    let reference = [&asked.based_on, &asked.focus, &asked.request, &asked.target, &asked.data].into_iter().find(|r| !r.is_empty());
    if let Some(reference) = reference {
        let id = reference.rsplit('/').next().unwrap_or_default();
        let (order, _) = order::of_request_id(id).ok_or(ServiceError::NotFound("order"))?;
        return Ok((vec![results::exchange::exchanged(desk, order).await?], vec![]));
    }
    let most = match asked.count.as_str() {
        "" => COUNT.0,
        text => text.parse::<u64>().map_err(|_| Refused::Query(format!("_count is a number, not '{text}'")))?.clamp(1, COUNT.1),
    };
    let nhs_number = match value(&asked.patient_identifier) {
        "" => None,
        number => Some(number.parse().map_err(|why| Refused::Query(format!("patient.identifier: {why}")))?),
    };
    let after = asked.after.split_once('|').and_then(|(day, number)| Some((day.parse().ok()?, number.to_owned())));
    let search = Search { number: value(&asked.identifier).to_owned(), nhs_number, after, most };
    let views = results::exchange::search_orders(desk, &search).await?;
    let mut links = vec![];
    if let Some(last) = views.last().filter(|_| views.len() as u64 == most && search.number.is_empty() && nhs_number.is_none()) {
        let query = serde_urlencoded::to_string([("_count", most.to_string()), ("after", format!("{}|{}", last.submitted, last.number))])
            .unwrap_or_default();
        links.push(json!({ "relation": "next", "url": format!("{base}/fhir/{kind}?{query}") }));
    }
    let mut orders = Vec::new();
    for view in views {
        orders.push(results::exchange::exchanged(desk, view.id).await?);
    }
    Ok((orders, links))
}

/// A search: the resources that each order found gives.
async fn search(state: Held, headers: HeaderMap, asked: Asked, kind: &str, of: impl Fn(&Exchanged) -> Vec<Value>) -> Result<Fhir, Refused> {
    let State(service) = state;
    let desk = desk(&service, &headers, READ).await?;
    let base = app::address(&headers);
    let (orders, links) = found(&desk, &asked, &base, kind).await?;
    let mut entries: Vec<Value> = orders.iter().flat_map(of).collect();
    if !asked.status.is_empty() {
        entries.retain(|e| asked.status.split(',').any(|s| e["status"] == value(s)));
    }
    let total = links.is_empty().then_some(entries.len());
    Ok(Fhir(StatusCode::OK, bundle("searchset", total, entries, links, &base)))
}

pub(crate) async fn requests(state: Held, headers: HeaderMap, Query(asked): Query<Asked>) -> Result<Fhir, Refused> {
    search(state, headers, asked, "ServiceRequest", |held| latest(held).requests()).await
}

pub(crate) async fn tasks(state: Held, headers: HeaderMap, Query(asked): Query<Asked>) -> Result<Fhir, Refused> {
    search(state, headers, asked, "Task", |held| latest(held).tasks(&exchange::stages(&held.status))).await
}

pub(crate) async fn specimens(state: Held, headers: HeaderMap, Query(asked): Query<Asked>) -> Result<Fhir, Refused> {
    search(state, headers, asked, "Specimen", |held| latest(held).specimens(&held.status.samples)).await
}

pub(crate) async fn reports(state: Held, headers: HeaderMap, Query(asked): Query<Asked>) -> Result<Fhir, Refused> {
    search(state, headers, asked, "DiagnosticReport", |held| {
        held.reports.iter().filter_map(|(id, ..)| diagnostic(held, *id).into_iter().next()).collect()
    })
    .await
}

/// A report with its observations.
fn diagnostic(held: &Exchanged, id: ReportId) -> Vec<Value> {
    let Some((_, _, content)) = held.reports.iter().find(|(of, ..)| *of == id) else { return vec![] };
    let Some(request) = &held.status.order.request else { return vec![] };
    let Some(proband) = request.proband() else { return vec![] };
    let samples: Vec<String> = held.status.samples.iter().map(|(id, _)| id.to_string()).collect();
    let laboratory = request.laboratory.to_string();
    report::resources(
        content,
        &report::Told { order: held.id, patient: proband.patient, laboratory: &laboratory, samples: &samples, pdf: None },
    )
}

async fn at(state: Held, headers: &HeaderMap, id: &str) -> Result<(Desk, Exchanged, Option<usize>), Refused> {
    let State(service) = state;
    let desk = desk(&service, headers, READ).await?;
    let (order, place) = order::of_request_id(id).ok_or(ServiceError::NotFound("order"))?;
    let held = results::exchange::exchanged(&desk, order).await?;
    Ok((desk, held, place))
}

fn one(requests: Vec<Value>, id: &str) -> Result<Fhir, Refused> {
    let found = requests.into_iter().find(|r| r["id"] == id).ok_or(ServiceError::NotFound("request"))?;
    Ok(Fhir(StatusCode::OK, found))
}

pub(crate) async fn request(state: Held, headers: HeaderMap, Path(id): Path<String>) -> Result<Fhir, Refused> {
    let (_, held, _) = at(state, &headers, &id).await?;
    one(latest(&held).requests(), &id)
}

pub(crate) async fn history(state: Held, headers: HeaderMap, Path(id): Path<String>) -> Result<Fhir, Refused> {
    let (_, held, _) = at(state, &headers, &id).await?;
    let versions = (1..=held.versions.len()).rev().filter_map(|v| told(&held, v).requests().into_iter().find(|r| r["id"] == id));
    let entries: Vec<Value> = versions.collect();
    Ok(Fhir(StatusCode::OK, bundle("history", Some(entries.len()), entries, vec![], &app::address(&headers))))
}

pub(crate) async fn version(state: Held, headers: HeaderMap, Path((id, version)): Path<(String, String)>) -> Result<Fhir, Refused> {
    let (_, held, _) = at(state, &headers, &id).await?;
    let number =
        version.parse::<usize>().ok().filter(|v| (1..=held.versions.len()).contains(v)).ok_or(ServiceError::NotFound("version"))?;
    one(told(&held, number).requests(), &id)
}

/// Everything of an order: requests, people, samples, tasks, reports with their observations.
pub(crate) async fn graph(state: Held, headers: HeaderMap, Path(id): Path<String>) -> Result<Fhir, Refused> {
    let (_, held, _) = at(state, &headers, &id).await?;
    let told = latest(&held);
    let mut entries = told.requests();
    entries.extend(held.people.iter().map(|(id, who)| order::patient(*id, who)));
    entries.extend(told.specimens(&held.status.samples));
    entries.extend(told.tasks(&exchange::stages(&held.status)));
    entries.extend(held.reports.iter().flat_map(|(id, ..)| diagnostic(&held, *id)));
    entries.extend(held.status.choices.iter().filter_map(|(patient, choice)| choice::consent(held.id, *patient, choice)));
    entries.extend(provenances(&held));
    Ok(Fhir(StatusCode::OK, bundle("collection", None, entries, vec![], &app::address(&headers))))
}

/// Who made each version, when and why.
fn provenances(held: &Exchanged) -> Vec<Value> {
    let change = |(version, v): (u64, &Version)| {
        let change = provenance::Change { version, at: v.at, kind: &v.kind, by: (&v.by[0], &v.by[1]), reason: &v.reason };
        provenance::provenance(held.id, &change)
    };
    (1..).zip(&held.versions).map(change).collect()
}

pub(crate) async fn provenance(state: Held, headers: HeaderMap, Query(asked): Query<Asked>) -> Result<Fhir, Refused> {
    search(state, headers, asked, "Provenance", provenances).await
}

pub(crate) async fn consents(state: Held, headers: HeaderMap, Query(asked): Query<Asked>) -> Result<Fhir, Refused> {
    search(state, headers, asked, "Consent", |held| {
        held.status.choices.iter().filter_map(|(patient, choice)| choice::consent(held.id, *patient, choice)).collect()
    })
    .await
}

/// The order and kind that a task's name stands for.
pub(super) fn of_task(id: &str) -> Option<(OrderId, &'static str)> {
    let (order, place) = id.split_once('.')?;
    Some((order.parse().ok()?, TASKS.get(place.parse::<usize>().ok()?)?.0))
}

pub(crate) async fn task(State(service): Held, headers: HeaderMap, Path(id): Path<String>) -> Result<Fhir, Refused> {
    let desk = desk(&service, &headers, READ).await?;
    let (order, _) = of_task(&id).ok_or(ServiceError::NotFound("task"))?;
    let held = results::exchange::exchanged(&desk, order).await?;
    one(latest(&held).tasks(&exchange::stages(&held.status)), &id)
}

/// The report of a name, and the order that it is of.
async fn of_report(desk: &Desk, id: &str) -> Result<(ReportId, Exchanged), Refused> {
    let id: ReportId = id.parse().map_err(|_| ServiceError::NotFound("report"))?;
    let order = desk.service.store.order_of_stream(&id.stream()).await?.ok_or(ServiceError::NotFound("report"))?;
    Ok((id, results::exchange::exchanged(desk, order).await?))
}

pub(crate) async fn report(State(service): Held, headers: HeaderMap, Path(id): Path<String>) -> Result<Fhir, Refused> {
    let desk = desk(&service, &headers, READ).await?;
    let (id, held) = of_report(&desk, &id).await?;
    let found = diagnostic(&held, id).into_iter().next().ok_or(ServiceError::NotFound("report"))?;
    Ok(Fhir(StatusCode::OK, found))
}

pub(crate) async fn pdf(State(service): Held, headers: HeaderMap, Path(id): Path<String>) -> Result<Response, Refused> {
    let desk = desk(&service, &headers, READ).await?;
    let (id, held) = of_report(&desk, &id).await?;
    let (report, _) = results::reports::report_by_id(&desk, held.id, id).await?;
    let [_, pdf] = results::reports::rendered(&desk.service, &report).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], pdf).into_response())
}

pub(crate) async fn patient(State(service): Held, headers: HeaderMap, Path(id): Path<String>) -> Result<Fhir, Refused> {
    let desk = desk(&service, &headers, READ).await?;
    let id: PatientId = id.parse().map_err(|_| ServiceError::NotFound("patient"))?;
    let permit = desk.permit_patient(access::Action::ReadOrder, id).await?;
    Ok(Fhir(StatusCode::OK, order::patient(id, &people::patients::demographics(&desk, &permit, id).await?)))
}
