//! Reading one resource, its versions, and everything of an order.

use super::{
    Fhir, Refused,
    call::Call,
    conditions::{etag, versioned},
    independent,
    orders::{KINDS_OF_AN_ORDER, at_version, everything, json, of_kind, order_of, order_of_request, resources},
    record,
};
use axum::{
    extract::{Path, RawQuery},
    http::header,
    response::{IntoResponse, Response},
};
use care::{PatientId, ReportId};
use interop::fhir::{
    patient,
    resource::{Bundle, BundleRequest, BundleResponse, BundleType, Entry, Resource},
    search,
};
use jiff::Timestamp;
use serde_json::Value;
use service::{
    Desk,
    ordering::clients::Interaction,
    people,
    results::{self, exchange::Exchanged},
};

pub(crate) async fn get(call: Call, Path((kind, id)): Path<(String, String)>) -> Result<Fhir, Refused> {
    let caller = call.caller(&kind, "read").await?;
    Ok(versioned(&call, caller.read(current(&caller.desk, &call, &kind, &id).await?)?))
}

/// A resource as it is.
pub(crate) async fn current(desk: &Desk, call: &Call, kind: &str, id: &str) -> Result<Value, Refused> {
    let server = call.server();
    if kind == "Composition" {
        return record::composition(desk, id, &server).await;
    }
    if kind == "Patient" {
        return Ok(json(person(desk, id).await?, &server)?);
    }
    if let Some(found) = independent::resources(desk, kind).await? {
        let found = found.into_iter().find(|resource| resource.id() == id);
        return Ok(json(found.ok_or_else(|| Refused::not_found("resource"))?, &server)?);
    }
    let order = order_of(desk, kind, id).await?.ok_or_else(|| Refused::not_found("resource"))?;
    let order = results::exchange::exchanged(desk, order).await?;
    let found = of_kind(&order, kind).into_iter().find(|resource| resource.id() == id);
    Ok(json(found.ok_or_else(|| Refused::not_found("resource"))?, &server)?)
}

async fn person(desk: &Desk, id: &str) -> Result<Resource, Refused> {
    let id: PatientId = id.parse().map_err(|_| Refused::not_found("patient"))?;
    let desk = results::exchange::reader::desk_of_patient(desk, id).await?;
    let permit = desk.permit_patient(access::Action::ReadOrder, id).await?;
    let record = people::patients::record(&desk, &permit, id).await?;
    Ok(patient::of_record(id, &record).ok_or_else(|| Refused::not_found("patient"))?.into())
}

/// Refuses what is not done with a kind.
pub(crate) fn offers(kind: &str, interaction: &str) -> Result<(), Refused> {
    match search::kind(kind) {
        Some(known) if known.offers(interaction) => Ok(()),
        Some(_) => Err(Refused::Simple(
            axum::http::StatusCode::METHOD_NOT_ALLOWED,
            "not-supported",
            if kind == "Consent" {
                // Nobody is to believe that a withdrawal was heard.
                format!(
                    "{interaction} is not done with Consent alone, so nothing was recorded or withdrawn: send it in a transaction with a PUT \
                     of the ServiceRequest that it is about"
                )
            } else {
                format!("{interaction} is not done with {kind}: /metadata says what is")
            },
        )),
        None => Err(Refused::Simple(
            axum::http::StatusCode::NOT_FOUND,
            "not-supported",
            format!("'{kind}' is no kind of resource that is given out: /metadata says which are"),
        )),
    }
}

/// A request at a version of its order; nothing where it was not there.
fn request_at(order: &Exchanged, version: usize, id: &str) -> Option<Resource> {
    at_version(order, version).requests().into_iter().find(|request| request.id == id).map(Resource::from)
}

/// Which versions are asked for: those since an instant, and how many. Source: FHIR R4, history.
#[derive(Default)]
struct Versions {
    since: Option<Timestamp>,
    count: Option<usize>,
}

impl Versions {
    fn read(query: &str) -> Result<Versions, Refused> {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(query).map_err(|why| Refused::Query(format!("The parameters cannot be read: {why}")))?;
        let mut wish = Versions::default();
        for (name, value) in pairs {
            let wrong = |what: &str| Refused::Query(format!("{name} is {what}, not '{value}'"));
            match name.as_str() {
                // A plus sign in an address is a space.
                "_since" => {
                    wish.since = Some(value.replace(' ', "+").parse().map_err(|_| wrong("an instant such as 2026-11-01T00:00:00Z"))?);
                }
                "_count" => wish.count = Some(value.parse().map_err(|_| wrong("a number"))?),
                "_format" | "_pretty" => {}
                _ => return Err(Refused::Query(format!("{name} is not known of a history: send _since or _count"))),
            }
        }
        Ok(wish)
    }

    fn fits(&self, entry: &Entry) -> bool {
        let changed = entry.response.as_ref().and_then(|response| response.last_modified.parse::<Timestamp>().ok());
        self.since.is_none_or(|since| changed.is_none_or(|changed| changed >= since))
    }
}

pub(crate) async fn history(call: Call, Path((kind, id)): Path<(String, String)>, RawQuery(query): RawQuery) -> Result<Fhir, Refused> {
    let caller = call.caller(&kind, "history-instance").await?;
    let wish = Versions::read(query.as_deref().unwrap_or_default())?;
    let order = order_of_request(&caller.desk, &id).await?;
    let server = call.server();
    let mut entries = Vec::new();
    for version in (1..=order.versions.len()).rev() {
        if let Some(request) = request_at(&order, version, &id) {
            entries.push(version_entry(caller.read(json(request, &server)?)?, version == 1, &server));
        }
    }
    if entries.is_empty() {
        return Err(Refused::not_found("request"));
    }
    entries.retain(|entry| wish.fits(entry));
    let total = entries.len();
    entries.truncate(wish.count.unwrap_or(total));
    Ok(Fhir::ok(Bundle { total: Some(total), ..Bundle::new(BundleType::History, entries) }))
}

/// A version with what was done to make it and what came of it. Source: FHIR R4, Bundle, bdl-3 and bdl-4.
fn version_entry(value: Value, is_first: bool, server: &str) -> Entry {
    let address = format!("ServiceRequest/{}", value["id"].as_str().unwrap_or_default());
    let (method, url, status) =
        if is_first { ("POST", "ServiceRequest".to_owned(), "201 Created") } else { ("PUT", address.clone(), "200 OK") };
    let response = BundleResponse {
        status,
        etag: etag(&value).unwrap_or_default(),
        last_modified: value.pointer("/meta/lastUpdated").and_then(Value::as_str).unwrap_or_default().to_owned(),
        ..BundleResponse::default()
    };
    Entry {
        full_url: format!("{server}/{address}"),
        resource: Some(Resource::Received(value)),
        request: Some(BundleRequest { method, url }),
        response: Some(response),
        ..Entry::default()
    }
}

pub(crate) async fn version(call: Call, Path((kind, id, version)): Path<(String, String, String)>) -> Result<Fhir, Refused> {
    let caller = call.caller(&kind, "vread").await?;
    let order = order_of_request(&caller.desk, &id).await?;
    let known = version.parse::<usize>().ok().filter(|number| (1..=order.versions.len()).contains(number));
    let found = known.and_then(|number| request_at(&order, number, &id)).ok_or_else(|| Refused::not_found("version"))?;
    Ok(versioned(&call, caller.read(json(found, &call.server())?)?))
}

/// Everything of an order: requests, people, samples, tasks, reports with their observations.
pub(crate) async fn graph(call: Call, Path((kind, id)): Path<(String, String)>) -> Result<Fhir, Refused> {
    let caller = call.caller(&kind, "read").await?;
    if kind != "ServiceRequest" {
        return Err(Refused::not_found("operation"));
    }
    caller.covers_all(&KINDS_OF_AN_ORDER, Interaction::Read)?;
    let order = order_of_request(&caller.desk, &id).await?;
    let server = call.server();
    let all: Vec<Value> = everything(&order).into_iter().map(|resource| json(resource, &server)).collect::<Result<_, _>>()?;
    Ok(Fhir::ok(Bundle::at_server(BundleType::Collection, &server, resources(all.into_iter().map(Resource::Received)))))
}

pub(crate) async fn pdf(call: Call, Path((kind, id)): Path<(String, String)>) -> Result<Response, Refused> {
    let caller = call.caller(&kind, "read").await?;
    if kind != "DiagnosticReport" {
        return Err(Refused::not_found("document"));
    }
    let desk = caller.desk.clone();
    if !caller.scopes.covers_all(&kind, Interaction::Read) {
        caller.read(current(&desk, &call, &kind, &id).await?)?;
    }
    let id: ReportId = id.parse().map_err(|_| Refused::not_found("report"))?;
    let order = desk.service.store.order_of_stream(&id.stream()).await?.ok_or_else(|| Refused::not_found("report"))?;
    let desk = results::exchange::reader::desk_of_order(&desk, order).await?;
    let (report, _) = results::reports::report_by_id(&desk, order, id).await?;
    let [_, pdf] = results::reports::rendered(&desk.service, &report).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], pdf).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_consent_by_itself_is_refused_with_where_it_is_heard() {
        for interaction in ["create", "update", "patch"] {
            let Err(Refused::Simple(status, _, message)) = offers("Consent", interaction) else { panic!("{interaction} was offered") };
            assert_eq!(status, axum::http::StatusCode::METHOD_NOT_ALLOWED);
            assert!(message.contains("nothing was recorded or withdrawn") && message.contains("PUT of the ServiceRequest"), "{message}");
        }
        assert!(offers("Consent", "read").is_ok());
    }
}
