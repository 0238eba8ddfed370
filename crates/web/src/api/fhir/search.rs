//! Searching: what is asked for and known is done, everything else is named, and nothing is found beyond the orders of the client's own
//! organisation and what its token covers. Source: FHIR R4, Search.

mod candidates;
mod merged;
mod page;

use super::{Fhir, Refused, call::Call};
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
use page::{Page, Search};
use serde_json::Value;
use service::ordering::clients::Interaction;

pub(crate) async fn get(call: Call, Path(kind): Path<String>, RawQuery(query): RawQuery) -> Result<Fhir, Refused> {
    answer(&call, &kind, query.as_deref().unwrap_or_default(), "").await
}

/// The same by a form, which does not stand in anybody's list of addresses.
pub(crate) async fn post(call: Call, Path(kind): Path<String>, RawQuery(query): RawQuery, body: Bytes) -> Result<Fhir, Refused> {
    answer(&call, &kind, query.as_deref().unwrap_or_default(), &String::from_utf8_lossy(&body)).await
}

async fn answer(call: &Call, kind: &str, query: &str, form: &str) -> Result<Fhir, Refused> {
    let caller = call.caller(kind, "search-type").await?;
    let kind = search::kind(kind).ok_or_else(|| Refused::not_found("kind of resource"))?;
    let mut pairs = read_pairs(query)?;
    pairs.extend(read_pairs(form)?);
    let mut query = search::parse(kind, &pairs, caller.desk.now()).map_err(Refused::Query)?;
    // What is found by another resource says what stands in that one.
    caller.covers_all(&query.kinds_compared(), Interaction::Search)?;
    caller.covers(&query.kinds_included(), Interaction::Read)?;
    if call.prefers("handling=strict") && !query.ignored.is_empty() {
        return Err(Refused::Faults(StatusCode::BAD_REQUEST, not_done(&query)));
    }
    merged::with_other_records(&caller.desk, &mut query).await?;
    let server = call.server();
    let page = page::page(&Search { desk: &caller.desk, scopes: &caller.scopes, kind, query: &query, server: &server }).await?;
    Ok(Fhir::ok(bundle(kind, &query, page, &server)))
}

fn read_pairs(text: &str) -> Result<Vec<(String, String)>, Refused> {
    serde_urlencoded::from_str(text).map_err(|why| Refused::Query(format!("The parameters cannot be read: {why}")))
}

/// What was not done, parameter by parameter.
fn not_done(query: &Query) -> Vec<Fault> {
    query.ignored.iter().map(|(name, why)| Fault::new(name, format!("{name} was not searched by: {why}"))).collect()
}

fn bundle(kind: &Kind, query: &Query, page: Page, server: &str) -> Bundle {
    let mut notes = not_done(query);
    if page.is_too_much {
        notes.extend(too_much(query));
    }
    let is_honoured = |name: &str| !(page.is_too_much && NEED_EVERYTHING.contains(&name));
    let honoured: Vec<(String, String)> = query.honoured.iter().filter(|(name, _)| is_honoured(name)).cloned().collect();
    let found = page.matches.into_iter().map(|resource| entry(query.subset.of_resource(kind, resource), "match", server));
    let mut entries: Vec<Entry> = found.collect();
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

/// Parameters for which everything that fits has to be read.
const NEED_EVERYTHING: [&str; 2] = ["_sort", "_total"];

/// What was not done since there are too many orders to read all of them.
fn too_much(query: &Query) -> Vec<Fault> {
    let message = |what: &str| format!("There are too many orders to {what} what fits: name a patient, a request or a number");
    let wishes = [
        ("_count", "count", query.count == 0),
        ("_sort", "sort", !query.sort.is_empty()),
        ("_total", "count", query.total == search::Total::Accurate),
    ];
    wishes.into_iter().filter(|(.., is_so)| *is_so).map(|(name, what, _)| Fault::new(name, message(what))).collect()
}

fn address(kind: &Kind, pairs: &[(String, String)], server: &str) -> String {
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    if query.is_empty() { format!("{server}/{}", kind.name) } else { format!("{server}/{}?{query}", kind.name) }
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
