//! Reading and searching.

use super::{Fhir, READ, Refused, ServiceState, desk};
use crate::app;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use care::{PatientId, ReportId};
use interop::fhir::{
    consent::consent,
    order::{self, OrderContext},
    patient, provenance,
    report::{self, ReportContext},
    resource::{Bundle, BundleType, Link, Provenance, Resource},
};
use serde::Deserialize;
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
pub(crate) struct SearchParams {
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

/// An order as it was at a version, counted from 1.
fn at_version(order: &Exchanged, number: usize) -> OrderContext<'_> {
    let Version { order: state, at, .. } = &order.versions[number - 1];
    OrderContext {
        id: order.id,
        order: state,
        placed: order.placed(),
        updated: *at,
        version: number as u64,
        laboratory_name: &order.laboratory_name,
    }
}

fn latest(order: &Exchanged) -> OrderContext<'_> {
    at_version(order, order.versions.len())
}

/// Where the resources of the API are found.
fn server(headers: &HeaderMap) -> String {
    format!("{}/fhir", app::address(headers))
}

fn resources<R: Into<Resource>>(resources: impl IntoIterator<Item = R>) -> Vec<Resource> {
    resources.into_iter().map(Into::into).collect()
}

/// The orders that a search is about, and the address of the next page.
async fn found(desk: &Desk, params: &SearchParams, server: &str, kind: &str) -> Result<(Vec<Exchanged>, Vec<Link>), Refused> {
    let reference = [&params.based_on, &params.focus, &params.request, &params.target, &params.data].into_iter().find(|r| !r.is_empty());
    if let Some(reference) = reference {
        let id = reference.rsplit('/').next().unwrap_or_default();
        let (order, _) = order::parse_request_id(id).ok_or(ServiceError::NotFound("order"))?;
        return Ok((vec![results::exchange::exchanged(desk, order).await?], vec![]));
    }
    let most = match params.count.as_str() {
        "" => COUNT.0,
        text => text.parse::<u64>().map_err(|_| Refused::Query(format!("_count is a number, not '{text}'")))?.clamp(1, COUNT.1),
    };
    let nhs_number = match value(&params.patient_identifier) {
        "" => None,
        number => Some(number.parse().map_err(|why| Refused::Query(format!("patient.identifier: {why}")))?),
    };
    let after = params.after.split_once('|').and_then(|(day, number)| Some((day.parse().ok()?, number.to_owned())));
    let search = Search { number: value(&params.identifier).to_owned(), nhs_number, after, most };
    let views = results::exchange::search_orders(desk, &search).await?;
    let mut links = vec![];
    if let Some(last) = views.last().filter(|_| views.len() as u64 == most && search.number.is_empty() && nhs_number.is_none()) {
        let query = serde_urlencoded::to_string([("_count", most.to_string()), ("after", format!("{}|{}", last.submitted, last.number))])
            .unwrap_or_default();
        links.push(Link { relation: "next", url: format!("{server}/{kind}?{query}") });
    }
    let mut orders = Vec::new();
    for view in views {
        orders.push(results::exchange::exchanged(desk, view.id).await?);
    }
    Ok((orders, links))
}

/// A search: the resources that each order found gives.
async fn search(
    state: ServiceState,
    headers: HeaderMap,
    params: SearchParams,
    kind: &str,
    resources: impl Fn(&Exchanged) -> Vec<Resource>,
) -> Result<Fhir, Refused> {
    let State(service) = state;
    let desk = desk(&service, &headers, READ).await?;
    let server = server(&headers);
    let (orders, link) = found(&desk, &params, &server, kind).await?;
    let mut entries: Vec<Resource> = orders.iter().flat_map(resources).collect();
    if !params.status.is_empty() {
        entries.retain(|e| params.status.split(',').any(|status| e.status() == Some(value(status))));
    }
    let total = link.is_empty().then_some(entries.len());
    let bundle = Bundle { total, link, ..Bundle::at_server(BundleType::Searchset, &server, entries) };
    Ok(Fhir(StatusCode::OK, bundle.into()))
}

pub(crate) async fn requests(state: ServiceState, headers: HeaderMap, Query(params): Query<SearchParams>) -> Result<Fhir, Refused> {
    search(state, headers, params, "ServiceRequest", |order| resources(latest(order).requests())).await
}

pub(crate) async fn tasks(state: ServiceState, headers: HeaderMap, Query(params): Query<SearchParams>) -> Result<Fhir, Refused> {
    search(state, headers, params, "Task", |order| resources(latest(order).tasks(&exchange::stages(&order.status)))).await
}

pub(crate) async fn specimens(state: ServiceState, headers: HeaderMap, Query(params): Query<SearchParams>) -> Result<Fhir, Refused> {
    search(state, headers, params, "Specimen", |order| resources(latest(order).specimens(&order.status.samples))).await
}

pub(crate) async fn reports(state: ServiceState, headers: HeaderMap, Query(params): Query<SearchParams>) -> Result<Fhir, Refused> {
    search(state, headers, params, "DiagnosticReport", |order| {
        order.reports.iter().filter_map(|(id, ..)| diagnostic(order, *id).into_iter().next()).collect()
    })
    .await
}

/// A report with its observations.
fn diagnostic(order: &Exchanged, id: ReportId) -> Vec<Resource> {
    let Some((_, _, content)) = order.reports.iter().find(|(known, ..)| *known == id) else { return vec![] };
    let Some(request) = &order.status.order.request else { return vec![] };
    let Some(proband) = request.proband() else { return vec![] };
    let samples: Vec<String> = order.status.samples.iter().map(|(id, _)| id.to_string()).collect();
    let laboratory = request.laboratory.to_string();
    report::resources(
        content,
        &ReportContext { order: order.id, patient: proband.patient, laboratory: &laboratory, samples: &samples, pdf: None },
    )
}

/// The order of a request's name.
async fn order_of_request(state: ServiceState, headers: &HeaderMap, id: &str) -> Result<Exchanged, Refused> {
    let State(service) = state;
    let desk = desk(&service, headers, READ).await?;
    let (order, _) = order::parse_request_id(id).ok_or(ServiceError::NotFound("order"))?;
    Ok(results::exchange::exchanged(&desk, order).await?)
}

fn one<R: Into<Resource>>(of_order: Vec<R>, id: &str) -> Result<Fhir, Refused> {
    let found = resources(of_order).into_iter().find(|r| r.id() == id).ok_or(ServiceError::NotFound("request"))?;
    Ok(Fhir(StatusCode::OK, found))
}

pub(crate) async fn request(state: ServiceState, headers: HeaderMap, Path(id): Path<String>) -> Result<Fhir, Refused> {
    one(latest(&order_of_request(state, &headers, &id).await?).requests(), &id)
}

pub(crate) async fn history(state: ServiceState, headers: HeaderMap, Path(id): Path<String>) -> Result<Fhir, Refused> {
    let order = order_of_request(state, &headers, &id).await?;
    let versions = (1..=order.versions.len()).rev();
    let versions = versions.filter_map(|number| at_version(&order, number).requests().into_iter().find(|r| r.id == id));
    let entries = resources(versions);
    let bundle = Bundle { total: Some(entries.len()), ..Bundle::at_server(BundleType::History, &server(&headers), entries) };
    Ok(Fhir(StatusCode::OK, bundle.into()))
}

pub(crate) async fn version(state: ServiceState, headers: HeaderMap, Path((id, version)): Path<(String, String)>) -> Result<Fhir, Refused> {
    let order = order_of_request(state, &headers, &id).await?;
    let number =
        version.parse::<usize>().ok().filter(|v| (1..=order.versions.len()).contains(v)).ok_or(ServiceError::NotFound("version"))?;
    one(at_version(&order, number).requests(), &id)
}

/// Everything of an order: requests, people, samples, tasks, reports with their observations.
pub(crate) async fn graph(state: ServiceState, headers: HeaderMap, Path(id): Path<String>) -> Result<Fhir, Refused> {
    let order = order_of_request(state, &headers, &id).await?;
    let context = latest(&order);
    let mut entries = resources(context.requests());
    entries.extend(order.people.iter().map(|(id, who)| patient::patient(*id, who).into()));
    entries.extend(resources(context.specimens(&order.status.samples)));
    entries.extend(resources(context.tasks(&exchange::stages(&order.status))));
    entries.extend(order.reports.iter().flat_map(|(id, ..)| diagnostic(&order, *id)));
    entries.extend(consents_of(&order));
    entries.extend(resources(provenances(&order)));
    Ok(Fhir(StatusCode::OK, Bundle::at_server(BundleType::Collection, &server(&headers), entries).into()))
}

/// Who made each version, when and why.
fn provenances(order: &Exchanged) -> Vec<Provenance> {
    let change = |(version, v): (u64, &Version)| {
        let change = provenance::OrderChange { version, recorded: v.at, kind: &v.kind, by: (&v.by[0], &v.by[1]), reason: &v.reason };
        provenance::provenance(order.id, &change)
    };
    (1..).zip(&order.versions).map(change).collect()
}

/// What the people of an order chose.
fn consents_of(order: &Exchanged) -> Vec<Resource> {
    resources(order.status.choices.iter().filter_map(|(patient, choice)| consent(order.id, *patient, choice)))
}

pub(crate) async fn provenance(state: ServiceState, headers: HeaderMap, Query(params): Query<SearchParams>) -> Result<Fhir, Refused> {
    search(state, headers, params, "Provenance", |order| resources(provenances(order))).await
}

pub(crate) async fn consents(state: ServiceState, headers: HeaderMap, Query(params): Query<SearchParams>) -> Result<Fhir, Refused> {
    search(state, headers, params, "Consent", consents_of).await
}

pub(crate) async fn task(State(service): ServiceState, headers: HeaderMap, Path(id): Path<String>) -> Result<Fhir, Refused> {
    let desk = desk(&service, &headers, READ).await?;
    let (order, _) = order::parse_task_id(&id).ok_or(ServiceError::NotFound("task"))?;
    let order = results::exchange::exchanged(&desk, order).await?;
    one(latest(&order).tasks(&exchange::stages(&order.status)), &id)
}

/// The report of a name, and the order that it is of.
async fn report_of_name(desk: &Desk, id: &str) -> Result<(ReportId, Exchanged), Refused> {
    let id: ReportId = id.parse().map_err(|_| ServiceError::NotFound("report"))?;
    let order = desk.service.store.order_of_stream(&id.stream()).await?.ok_or(ServiceError::NotFound("report"))?;
    Ok((id, results::exchange::exchanged(desk, order).await?))
}

pub(crate) async fn report(State(service): ServiceState, headers: HeaderMap, Path(id): Path<String>) -> Result<Fhir, Refused> {
    let desk = desk(&service, &headers, READ).await?;
    let (id, order) = report_of_name(&desk, &id).await?;
    let found = diagnostic(&order, id).into_iter().next().ok_or(ServiceError::NotFound("report"))?;
    Ok(Fhir(StatusCode::OK, found))
}

pub(crate) async fn pdf(State(service): ServiceState, headers: HeaderMap, Path(id): Path<String>) -> Result<Response, Refused> {
    let desk = desk(&service, &headers, READ).await?;
    let (id, order) = report_of_name(&desk, &id).await?;
    let (report, _) = results::reports::report_by_id(&desk, order.id, id).await?;
    let [_, pdf] = results::reports::rendered(&desk.service, &report).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], pdf).into_response())
}

pub(crate) async fn patient(State(service): ServiceState, headers: HeaderMap, Path(id): Path<String>) -> Result<Fhir, Refused> {
    let desk = desk(&service, &headers, READ).await?;
    let id: PatientId = id.parse().map_err(|_| ServiceError::NotFound("patient"))?;
    let permit = desk.permit_patient(access::Action::ReadOrder, id).await?;
    Ok(Fhir(StatusCode::OK, patient::patient(id, &people::patients::demographics(&desk, &permit, id).await?).into()))
}
