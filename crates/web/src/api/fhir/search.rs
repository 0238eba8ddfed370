//! Searching: what is asked for and known is done, everything else is named, and nothing is found beyond the orders of the client's own
//! organisation. Source: FHIR R4, Search.

mod candidates;
mod page;

use super::{
    Fhir, Refused,
    call::{Call, READ},
    read::offers,
};
use axum::{
    body::Bytes,
    extract::{Path, RawQuery},
    http::StatusCode,
};
use care::ordering::message::Fault;
use interop::fhir::{
    outcome,
    resource::{Bundle, BundleType, Entry, IssueSeverity, Link, Resource, SearchMode},
    search::{self, Kind, Query},
};
use page::Page;
use serde_json::Value;

pub(crate) async fn get(call: Call, Path(kind): Path<String>, RawQuery(query): RawQuery) -> Result<Fhir, Refused> {
    answer(&call, &kind, query.as_deref().unwrap_or_default(), "").await
}

/// The same by a form, which does not stand in anybody's list of addresses.
pub(crate) async fn post(call: Call, Path(kind): Path<String>, RawQuery(query): RawQuery, body: Bytes) -> Result<Fhir, Refused> {
    answer(&call, &kind, query.as_deref().unwrap_or_default(), &String::from_utf8_lossy(&body)).await
}

async fn answer(call: &Call, kind: &str, query: &str, form: &str) -> Result<Fhir, Refused> {
    let desk = call.desk(READ).await?;
    offers(kind, "search-type")?;
    let kind = search::kind(kind).ok_or_else(|| Refused::not_found("kind of resource"))?;
    let mut pairs = read_pairs(query)?;
    pairs.extend(read_pairs(form)?);
    let query = search::parse(kind, &pairs).map_err(Refused::Query)?;
    if call.prefers("handling=strict") && !query.ignored.is_empty() {
        return Err(Refused::Faults(StatusCode::BAD_REQUEST, named(&query)));
    }
    let server = call.server();
    let page = page::page(&desk, kind, &query, &server).await?;
    Ok(Fhir::ok(bundle(kind, &query, page, &server)))
}

fn read_pairs(text: &str) -> Result<Vec<(String, String)>, Refused> {
    serde_urlencoded::from_str(text).map_err(|why| Refused::Query(format!("The parameters cannot be read: {why}")))
}

/// What was not done, parameter by parameter.
fn named(query: &Query) -> Vec<Fault> {
    query.ignored.iter().map(|(name, why)| Fault::new(name, format!("{name} was not searched by: {why}"))).collect()
}

fn bundle(kind: &Kind, query: &Query, page: Page, server: &str) -> Bundle {
    let mut notes = named(query);
    if query.count == 0 && page.total.is_none() {
        notes.push(Fault::new("_count", "There are too many orders to count what fits: name a patient, a request or a number"));
    }
    if page.is_unsorted {
        notes.push(Fault::new("_sort", "There are too many orders to sort what fits: name a patient, a request or a number"));
    }
    let honoured: Vec<(String, String)> =
        query.honoured.iter().filter(|(name, _)| !(page.is_unsorted && name == "_sort")).cloned().collect();
    let mut entries: Vec<Entry> =
        page.matches.into_iter().map(|resource| entry(only(resource, &query.elements), "match", server)).collect();
    entries.extend(page.included.into_iter().map(|resource| entry(resource, "include", server)));
    if !notes.is_empty() {
        let outcome = outcome::outcome(IssueSeverity::Warning, "not-supported", &notes);
        entries.push(Entry { resource: Some(outcome.into()), search: Some(SearchMode { mode: "outcome" }), ..Entry::default() });
    }
    let mut link = vec![Link { relation: "self", url: address(kind, &honoured, server) }];
    if let Some((after, skip)) = page.next {
        let mut pairs: Vec<(String, String)> =
            honoured.iter().filter(|(name, _)| !["after", "skip"].contains(&name.as_str())).cloned().collect();
        // Within the orders that a parameter names no place in the list of all is needed.
        pairs.extend((!after.is_empty()).then(|| ("after".into(), after)));
        pairs.push(("skip".into(), skip.to_string()));
        link.push(Link { relation: "next", url: address(kind, &pairs, server) });
    }
    Bundle { total: page.total, link, ..Bundle::new(BundleType::Searchset, entries) }
}

fn address(kind: &Kind, pairs: &[(String, String)], server: &str) -> String {
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    if query.is_empty() { format!("{server}/{}", kind.name) } else { format!("{server}/{}?{query}", kind.name) }
}

/// Elements that are given out of every resource: without them it is not known what it is, and how it stands.
const ALWAYS: [&str; 8] = ["resourceType", "id", "meta", "status", "intent", "code", "subject", "patient"];

/// A resource with some of its elements alone, marked so. Source: FHIR R4, Search, `_elements`; `SUBSETTED`.
fn only(mut resource: Value, elements: &[String]) -> Value {
    if elements.is_empty() {
        return resource;
    }
    if let Some(fields) = resource.as_object_mut() {
        fields.retain(|name, _| ALWAYS.contains(&name.as_str()) || elements.contains(name));
        let meta = fields.entry("meta").or_insert_with(|| serde_json::json!({}));
        meta["tag"] = serde_json::json!([{ "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED" }]);
    }
    resource
}

fn entry(resource: Value, mode: &'static str, server: &str) -> Entry {
    let resource = Resource::Received(resource);
    Entry {
        full_url: format!("{server}/{}", resource.address()),
        resource: Some(resource),
        search: Some(SearchMode { mode }),
        ..Entry::default()
    }
}
