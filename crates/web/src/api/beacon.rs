//! The research library for programs: as a GA4GH Beacon, to everybody yes or no, to a project's token counts; and in the cohort
//! language.

use super::token::bearer;
use crate::address::Address;
use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use interop::ga4gh::beacon::{self, BeaconQuery, Entry, Found};
use serde::Deserialize;
use serde_json::{Value, json};
use service::{Service, ServiceError, ServiceResult, research};
use std::sync::Arc;

fn entry(path: &str) -> Option<Entry> {
    match path {
        "g_variants" => Some(Entry::GenomicVariant),
        "individuals" => Some(Entry::Individual),
        _ => None,
    }
}

fn refused(entry: Entry, status: StatusCode, message: &str) -> Response {
    (status, Json(beacon::error(entry, status.as_u16(), message))).into_response()
}

pub(crate) async fn root(State(service): State<Arc<Service>>, address: Address, headers: HeaderMap) -> Response {
    get(State(service), address, headers, Path(String::new()), Query(vec![])).await
}

pub(crate) async fn get(
    State(service): State<Arc<Service>>,
    Address(address): Address,
    headers: HeaderMap,
    Path(page): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    if page == "filtering_terms" {
        let hpo = &service.knowledge.hpo;
        let features = (0..hpo.terms().len() as u32).filter(|index| hpo.is_phenotype(*index)).map(|index| hpo.term(index));
        return Json(beacon::filtering_terms(features.map(|t| (t.id.to_string(), t.name.as_str())), &hpo.version)).into_response();
    }
    if let Some(about) = beacon::about(&page, &address, &service.now().to_string()) {
        return Json(about).into_response();
    }
    let Some(entry) = entry(&page) else {
        return refused(Entry::Individual, StatusCode::NOT_FOUND, "This beacon has g_variants and individuals; map lists them");
    };
    respond(&service, &headers, entry, beacon::read_query(entry, &query)).await
}

/// A single record, which this beacon never tells of: of people, only counts.
pub(crate) async fn record(Path((page, _)): Path<(String, String)>) -> Response {
    let entry = entry(&page).unwrap_or(Entry::Individual);
    refused(entry, StatusCode::NOT_FOUND, "This beacon tells of no single record: ask g_variants or individuals; map lists what there is")
}

pub(crate) async fn post(State(service): State<Arc<Service>>, headers: HeaderMap, Path(page): Path<String>, body: Bytes) -> Response {
    let Some(entry) = entry(&page) else {
        return refused(Entry::Individual, StatusCode::NOT_FOUND, "This beacon has g_variants and individuals; map lists them");
    };
    let query = match serde_json::from_slice::<Value>(&body) {
        Ok(body) => beacon::read(entry, &body),
        Err(why) => Err(format!("this is no JSON: {why}")),
    };
    respond(&service, &headers, entry, query).await
}

async fn respond(service: &Arc<Service>, headers: &HeaderMap, entry: Entry, query: Result<BeaconQuery, String>) -> Response {
    let query = match query {
        Ok(query) => query,
        Err(message) => return refused(entry, StatusCode::BAD_REQUEST, &message),
    };
    let answered: ServiceResult<Found> = research::beacon::beacon(service, bearer(headers), &query).await;
    match answered {
        Ok(found) => Json(beacon::answer(&query, &found)).into_response(),
        Err(ServiceError::Refused(refusals)) => {
            // A client looks for the parameter that is wrong.
            let each: Vec<String> = refusals.0.iter().map(|one| format!("{}: {}", one.field, one.message)).collect();
            refused(entry, StatusCode::BAD_REQUEST, &each.join("; "))
        }
        Err(ServiceError::NotFound(_) | ServiceError::Denied(_)) => {
            refused(entry, StatusCode::UNAUTHORIZED, "This token is of no project that is open")
        }
        Err(error) => crate::error::PageError::Service(error).into_response(),
    }
}

/// A question in the cohort language, for the project of a token.
#[derive(Deserialize)]
struct Question {
    question: String,
}

pub(crate) async fn ask(State(service): State<Arc<Service>>, headers: HeaderMap, body: Bytes) -> Response {
    let refused = |status: StatusCode, message: String| (status, Json(json!({ "error": message }))).into_response();
    let question = match serde_json::from_slice::<Question>(&body) {
        Ok(question) => question,
        Err(why) => return refused(StatusCode::BAD_REQUEST, format!("Send JSON such as {{\"question\": \"carriers in SCN1A\"}}: {why}")),
    };
    match research::token::ask_with(&service, bearer(&headers).unwrap_or_default(), &question.question).await {
        Ok(answer) => Json(answer).into_response(),
        Err(ServiceError::Refused(refusals)) => refused(StatusCode::BAD_REQUEST, refusals.to_string()),
        Err(ServiceError::NotFound(_) | ServiceError::Denied(_)) => {
            refused(StatusCode::UNAUTHORIZED, "This token is of no project that is open".into())
        }
        Err(error) => crate::error::PageError::Service(error).into_response(),
    }
}
