//! The panels to everybody, at the addresses and in the shape of PanelApp's API (v1). Reading only; of no person.

mod query;

use crate::address::Address;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use care::directory::panel::{Panel, Review, Version};
use interop::panelapp::{Page, entity, header, panel};
use ontology::panel::published::{Entity, Published};
use query::PanelAppQuery;
use serde_json::{Value, json};
use service::{
    Service,
    directory::{self, panels::Book},
    fault::ForLog,
};
use std::{rc::Rc, sync::Arc};

pub(crate) async fn get(
    State(service): State<Arc<Service>>,
    Path(path): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
    Address(address): Address,
) -> Response {
    let book = match directory::panels::book(&service).await {
        Ok(book) => book,
        Err(fault) => {
            tracing::error!("{}", fault.for_log());
            return (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "detail": "Server error." }))).into_response();
        }
    };
    let cors = || [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    let refused = |status: StatusCode, why: &str| (status, cors(), Json(json!({ "detail": why }))).into_response();
    let missing = |why: &str| refused(StatusCode::NOT_FOUND, why);
    if let Some(why) = query::not_understood(&path, &query) {
        return refused(StatusCode::BAD_REQUEST, &why);
    }
    let Some(filters) = PanelAppQuery::new(&query) else { return missing("Invalid page.") };
    let address = filters.address(&format!("{address}/api/v1/{}/", path.trim_matches('/')));
    match answer(&book, &path, &filters, &address) {
        Some(value) => (cors(), Json(value)).into_response(),
        None => missing("Not found."),
    }
}

fn answer(book: &Book, path: &str, query: &PanelAppQuery, address: &str) -> Option<Value> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let list = |all: Vec<Value>| Page::new(all, query.page, address).and_then(|page| serde_json::to_value(page).ok());
    let listed = |all: Vec<(&Entity, Rc<Value>)>| {
        let page = Page::rendered(all, query.page, address, |(e, head)| entity(e, &head));
        page.and_then(|page| serde_json::to_value(page).ok())
    };
    match parts[..] {
        ["panels"] => {
            list(every(book, Panel::latest).map(|(p, v)| header(p, signed(v).as_deref())).filter(|p| query.takes_panel(p)).collect())
        }
        ["panels", "signedoff"] => {
            let lines = book.panels.0.values().flat_map(|panel| signed_off(panel, query.every_version));
            let headers = lines.filter_map(|v| Some(header(book.content(v)?, signed(v).as_deref())));
            list(headers.filter(|p| query.takes_panel(p)).collect())
        }
        ["panels", "signedoff", id] => {
            let panel_named = named(book, id)?;
            let version = match query.version.as_str() {
                "" => signed_off(panel_named, false).into_iter().next()?,
                number => panel_named.version(number).filter(|version| version.signed_off.is_some())?,
            };
            Some(panel(book.content(version)?, signed(version).as_deref()))
        }
        ["activities"] => list(activities(book, None).collect()),
        [kind @ ("genes" | "strs" | "regions" | "entities")] => listed(entities(book, kind, None, query)),
        [kind @ ("genes" | "strs" | "regions" | "entities"), name] => {
            let lines = entities(book, kind, Some(name), query);
            // What is on no panel is not found; what a filter leaves out is an empty list.
            let is_known = !lines.is_empty() || !entities(book, kind, Some(name), &PanelAppQuery::default()).is_empty();
            if is_known { listed(lines) } else { None }
        }
        ["panels", id, ref rest @ ..] => of_panel(book, id, rest, query, &list),
        _ => None,
    }
}

/// What is below one panel: its versions, its entities, one of them and what was said of it.
fn of_panel(book: &Book, id: &str, rest: &[&str], query: &PanelAppQuery, list: &dyn Fn(Vec<Value>) -> Option<Value>) -> Option<Value> {
    let (published, version) = one(book, id, &query.version)?;
    let head = || header(published, signed(version).as_deref());
    match rest {
        [] => Some(panel(published, signed(version).as_deref())),
        ["versions"] => {
            let versions = book.panels.0.get(&published.id)?.versions.iter().rev();
            list(versions.filter_map(|v| Some(header(book.content(v)?, signed(v).as_deref()))).collect())
        }
        ["activities"] => list(activities(book, Some(published.id.as_str())).collect()),
        [kind @ ("genes" | "strs" | "regions" | "entities")] => {
            list(of_kind(published, kind).filter(|e| query.takes_entity(e)).map(|e| entity(e, &head())).collect())
        }
        [kind @ ("genes" | "strs" | "regions" | "entities"), name] => {
            of_kind(published, kind).find(|e| query::is_named(e, name)).map(|e| entity(e, &head()))
        }
        [kind @ ("genes" | "strs" | "regions"), name, "evaluations"] => {
            let named = of_kind(published, kind).find(|e| query::is_named(e, name))?;
            let about = (named.entity_type.clone(), named.entity_name.clone());
            let reviews = &book.panels.0.get(&published.id)?.reviews;
            list(reviews.iter().filter(|r| r.entity == about).map(evaluation).collect())
        }
        _ => None,
    }
}

/// Entities of the latest version of every panel, each with its panel as lists show it.
fn entities<'b>(book: &'b Book, kind: &str, name: Option<&str>, query: &PanelAppQuery) -> Vec<(&'b Entity, Rc<Value>)> {
    let mut lines = Vec::new();
    for (published, version) in every(book, Panel::latest) {
        let head = Rc::new(header(published, signed(version).as_deref()));
        if query.takes_panel(&head) {
            let named = of_kind(published, kind).filter(|e| name.is_none_or(|name| query::is_named(e, name)) && query.takes_entity(e));
            lines.extend(named.map(|e| (e, Rc::clone(&head))));
        }
    }
    lines
}

/// What happened to panels, latest first: versions published and what was said of entities.
fn activities<'b>(book: &'b Book, panel_id: Option<&'b str>) -> impl Iterator<Item = Value> {
    let mut lines: Vec<(String, Value)> = Vec::new();
    for (id, panel) in book.panels.0.iter().filter(|(id, _)| panel_id.is_none_or(|only| only == id.as_str())) {
        let name = panel.latest().map_or("", |v| v.name.as_str());
        for version in &panel.versions {
            let by = version.by.as_ref().map_or("", |staff| staff.name.as_str());
            let text = format!("Version {}: {}", version.number, version.source);
            lines.push((version.on.to_string(), activity((id, name, &version.number), by, &text, None)));
        }
        for review in &panel.reviews {
            let rating = review.rating.map_or_else(String::new, |r| format!("{r:?}. "));
            let number = panel.latest().map_or("", |v| v.number.as_str());
            let text = format!("{rating}{}", review.comment);
            lines.push((review.on.to_string(), activity((id, name, number), &review.by.name, &text, Some(&review.entity))));
        }
    }
    lines.sort_by(|a, b| b.0.cmp(&a.0));
    lines.into_iter().map(|(on, mut line)| {
        line["created"] = on.into();
        line
    })
}

fn activity((id, name, version): (&str, &str, &str), by: &str, text: &str, entity: Option<&(String, String)>) -> Value {
    json!({
        "panel_id": id.parse::<u64>().map_or_else(|_| Value::from(id), Value::from),
        "panel_name": name,
        "panel_version": version,
        "user_name": by,
        "item_type": if entity.is_some() { "entity" } else { "panel" },
        "text": text,
        "entity_type": entity.map(|(kind, _)| kind),
        "entity_name": entity.map(|(_, name)| name),
    })
}

/// What somebody said of an entity.
fn evaluation(review: &Review) -> Value {
    json!({
        "user_name": review.by.name,
        "rating": review.rating.map(|r| format!("{r:?}").to_uppercase()),
        "moi": review.inheritance,
        "publications": review.publications,
        "comments": [{ "date": review.on.to_string(), "comment": review.comment }],
        "created": review.on.to_string(),
    })
}

/// One version of each panel.
fn every(book: &Book, pick: fn(&Panel) -> Option<&Version>) -> impl Iterator<Item = (&Published, &Version)> {
    book.panels.0.values().filter_map(move |p| pick(p)).filter_map(|v| Some((book.content(v)?, v)))
}

/// The version of a panel that is in use, if it is signed off; or every version that was, the latest first.
fn signed_off(panel: &Panel, every: bool) -> Vec<&Version> {
    let is_signed_off = |version: &&Version| version.signed_off.is_some();
    if every {
        return panel.versions.iter().rev().filter(is_signed_off).collect();
    }
    panel.in_use().filter(is_signed_off).into_iter().collect()
}

/// A panel by its number, its name, or a disorder such as R59, where that is one panel's alone.
fn named<'b>(book: &'b Book, id: &str) -> Option<&'b Panel> {
    let by_name = || book.panels.0.values().find(|p| p.latest().is_some_and(|v| v.name.eq_ignore_ascii_case(id)));
    book.panels.0.get(id).or_else(by_name).or_else(|| {
        let is_for = |p: &&Panel| {
            let content = p.latest().and_then(|version| book.content(version));
            content.is_some_and(|content| content.relevant_disorders.iter().any(|disorder| disorder.eq_ignore_ascii_case(id)))
        };
        let mut all = book.panels.0.values().filter(is_for);
        all.next().filter(|_| all.next().is_none())
    })
}

/// A panel in a version or the latest.
fn one<'b>(book: &'b Book, id: &str, version: &str) -> Option<(&'b Published, &'b Version)> {
    let panel = named(book, id)?;
    let version = if version.is_empty() { panel.latest()? } else { panel.version(version)? };
    Some((book.content(version)?, version))
}

fn of_kind<'p>(published: &'p Published, kind: &str) -> Box<dyn Iterator<Item = &'p Entity> + 'p> {
    match kind {
        "genes" => Box::new(published.genes.iter()),
        "strs" => Box::new(published.strs.iter()),
        "regions" => Box::new(published.regions.iter()),
        _ => Box::new(published.entities()),
    }
}

fn signed(version: &Version) -> Option<String> {
    version.signed_off.as_ref().map(|(_, day)| day.to_string())
}
