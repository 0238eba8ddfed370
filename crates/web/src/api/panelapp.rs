//! The panels to everybody, at the addresses and in the shape of PanelApp's API (v1). Reading only; of no person.

use crate::app;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use care::directory::panel::{Panel, Review, Version};
use interop::panelapp::{Page, entity, header, panel};
use ontology::panel::published::{Entity, Published};
use serde::Deserialize;
use serde_json::{Value, json};
use service::{
    Service,
    directory::{self, panels::Book},
};
use std::sync::Arc;

#[derive(Deserialize)]
pub(crate) struct PanelAppQuery {
    #[serde(default)]
    version: String,
    #[serde(default = "first")]
    page: usize,
}

fn first() -> usize {
    1
}

pub(crate) async fn get(
    State(service): State<Arc<Service>>,
    Path(path): Path<String>,
    Query(query): Query<PanelAppQuery>,
    headers: HeaderMap,
) -> Response {
    let book = match directory::panels::book(&service).await {
        Ok(book) => book,
        Err(fault) => {
            tracing::error!("{fault:#}");
            return (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "detail": "Server error." }))).into_response();
        }
    };
    let address = format!("{}/api/v1/{}/", app::address(&headers), path.trim_matches('/'));
    let found = answer(&book, &path, &query, &address);
    let cors = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    match found {
        Some(value) => (cors, Json(value)).into_response(),
        None => (StatusCode::NOT_FOUND, cors, Json(json!({ "detail": "Not found." }))).into_response(),
    }
}

fn answer(book: &Book, path: &str, query: &PanelAppQuery, address: &str) -> Option<Value> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let list = |all: Vec<Value>| Page::new(all, query.page, address).and_then(|page| serde_json::to_value(page).ok());
    match parts[..] {
        ["panels"] => list(every(book, Panel::latest).map(|(p, v)| header(p, signed(v).as_deref())).collect()),
        ["panels", "signedoff"] => {
            let signed_off = |p: &Panel| p.in_use().filter(|v| v.signed_off.is_some()).cloned();
            let lines =
                book.panels.0.values().filter_map(|p| signed_off(p).and_then(|v| Some(header(book.content(&v)?, signed(&v).as_deref()))));
            list(lines.collect())
        }
        ["panels", id] => one(book, id, &query.version).map(|(p, v)| panel(p, signed(v).as_deref())),
        ["panels", id, kind @ ("genes" | "strs" | "regions")] => {
            let (published, version) = one(book, id, &query.version)?;
            let head = header(published, signed(version).as_deref());
            list(of_kind(published, kind).map(|e| entity(e, &head)).collect())
        }
        ["activities"] => list(activities(book, None).collect()),
        ["panels", id, "activities"] => list(activities(book, Some(one(book, id, "")?.0.id.as_str())).collect()),
        ["panels", id, kind @ ("genes" | "strs" | "regions"), name, "evaluations"] => {
            let (published, _) = one(book, id, &query.version)?;
            let named = of_kind(published, kind).find(|e| e.entity_name.eq_ignore_ascii_case(name))?;
            let about = (named.entity_type.clone(), named.entity_name.clone());
            let reviews = &book.panels.0.get(&published.id)?.reviews;
            list(reviews.iter().filter(|r| r.entity == about).map(evaluation).collect())
        }
        [kind @ ("genes" | "strs" | "regions" | "entities"), name] => {
            let mut lines = Vec::new();
            for (published, version) in every(book, Panel::latest) {
                let named = of_kind(published, kind).filter(|e| e.entity_name.eq_ignore_ascii_case(name));
                lines.extend(named.map(|e| entity(e, &header(published, signed(version).as_deref()))));
            }
            if lines.is_empty() { None } else { list(lines) }
        }
        _ => None,
    }
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

/// A panel by its number or name, in a version or the latest.
fn one<'b>(book: &'b Book, id: &str, version: &str) -> Option<(&'b Published, &'b Version)> {
    let by_name = || book.panels.0.values().find(|p| p.latest().is_some_and(|v| v.name.eq_ignore_ascii_case(id)));
    let panel = book.panels.0.get(id).or_else(by_name)?;
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
