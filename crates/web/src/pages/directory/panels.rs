//! Gene panels: the list, one version of one, and one entity with its reviews.

pub(crate) mod entity;

use crate::{
    error::PageError,
    pages::{Layout, PageResult, refusals, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    Form,
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use care::directory::panel::{Difference, Version};
use ontology::panel::{Rating, published::Entity};
use serde::Deserialize;
use service::{
    Desk, ServiceError,
    directory::{self, panels::Book},
};

#[derive(Template)]
#[template(path = "directory/panels/list.html")]
struct List {
    layout: Layout,
    asked: String,
    rows: Vec<(Version, Option<Version>)>,
    total: usize,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

pub(crate) async fn all(At(desk): At, Query(asked): Query<Asked>) -> PageResult {
    directory::catalogue::permit(&desk, Action::ReadDirectory).await?;
    let book = directory::panels::book(&desk.service).await?;
    let wanted = asked.q.trim().to_lowercase();
    let fits = |v: &Version| {
        let Some(content) = book.content(v) else { return false };
        wanted.is_empty()
            || v.name.to_lowercase().contains(&wanted)
            || v.panel == wanted
            || content.relevant_disorders.iter().any(|d| d.to_lowercase() == wanted)
            || content.entities().any(|e| e.entity_name.to_lowercase() == wanted)
    };
    let latest = book.panels.0.values().filter_map(|p| Some((p.latest()?, p.in_use().filter(|v| v.signed_off.is_some()))));
    let mut rows: Vec<(Version, Option<Version>)> = latest.filter(|(v, _)| fits(v)).map(|(v, used)| (v.clone(), used.cloned())).collect();
    rows.sort_by_key(|(v, _)| v.name.to_lowercase());
    show(&List { layout: Layout::of("Gene panels", Some(&desk.staff)), asked: asked.q, rows, total: book.panels.0.len() })
}

#[derive(Template)]
#[template(path = "directory/panels/panel.html")]
struct Page {
    layout: Layout,
    version: Version,
    disorders: String,
    /// By rating, green first.
    groups: Vec<(&'static str, Vec<Line>)>,
    /// Every version, latest first, with what it changed against the one before.
    versions: Vec<(Version, Vec<Difference>)>,
    is_latest: bool,
    curator: bool,
    problems: Vec<String>,
}

/// An entity as the table shows it.
struct Line {
    entity: Entity,
    mode: String,
    reviews: usize,
}

/// Versions whose changes are worked out for the page.
const VERSIONS_SHOWN: usize = 20;

async fn page(desk: &Desk, id: &str, number: &str, problems: Vec<String>) -> PageResult {
    directory::catalogue::permit(desk, Action::ReadDirectory).await?;
    let book = directory::panels::book(&desk.service).await?;
    let held = book.panels.0.get(id).ok_or(ServiceError::NotFound("panel"))?;
    let version = if number.is_empty() { held.latest() } else { held.version(number) };
    let version = version.ok_or(ServiceError::NotFound("version of this panel"))?;
    let content = book.content(version).ok_or_else(|| PageError::fault("the content of a panel is not held"))?;
    let line = |e: &Entity| Line {
        mode: e.mode_of_inheritance.clone().unwrap_or_default(),
        reviews: held.reviews_of(&e.entity_type, &e.entity_name).count(),
        entity: e.clone(),
    };
    let of = |rating: Rating| -> Vec<Line> { content.entities().filter(|e| e.rating() == rating).map(line).collect() };
    let groups = [("Green", Rating::Green), ("Amber", Rating::Amber), ("Red", Rating::Red)].map(|(word, rating)| (word, of(rating)));
    show(&Page {
        layout: Layout::of(format!("{} version {}", version.name, version.number), Some(&desk.staff)),
        disorders: content.relevant_disorders.join(", "),
        groups: groups.into_iter().filter(|(_, lines)| !lines.is_empty()).collect(),
        versions: versions(&book, &held.versions),
        is_latest: held.latest().is_some_and(|latest| latest.number == version.number),
        curator: desk.may(Action::ChangePanel),
        version: version.clone(),
        problems,
    })
}

fn versions(book: &Book, versions: &[Version]) -> Vec<(Version, Vec<Difference>)> {
    let mut lines = Vec::new();
    for (at, version) in versions.iter().enumerate().rev().take(VERSIONS_SHOWN) {
        let before = at.checked_sub(1).and_then(|at| book.content(&versions[at]));
        let changed = match (before, book.content(version)) {
            (Some(before), Some(after)) => care::directory::panel::compare(before, after),
            _ => vec![],
        };
        lines.push((version.clone(), changed));
    }
    lines
}

#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    version: String,
}

pub(crate) async fn get(At(desk): At, Path(id): Path<String>, Query(wanted): Query<Wanted>) -> PageResult {
    page(&desk, &id, &wanted.version, vec![]).await
}

/// Signs the latest version off.
pub(crate) async fn post(At(desk): At, Path(id): Path<String>, Form(wanted): Form<Wanted>) -> PageResult<Response> {
    match directory::panels::sign_off(&desk, &id, &wanted.version).await {
        Ok(()) => Ok(Redirect::to(&format!("/panels/{id}")).into_response()),
        Err(error) => Ok(page(&desk, &id, "", refusals(error)?).await?.into_response()),
    }
}
