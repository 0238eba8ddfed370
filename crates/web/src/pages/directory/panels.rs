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
    query: String,
    rows: Vec<(Version, Option<Version>)>,
    total: usize,
}

#[derive(Deserialize)]
pub(crate) struct PanelsQuery {
    #[serde(default)]
    q: String,
}

pub(crate) async fn all(At(desk): At, Query(query): Query<PanelsQuery>) -> PageResult {
    directory::catalogue::permit(&desk, Action::ReadDirectory).await?;
    let book = directory::panels::book(&desk.service).await?;
    let text = query.q.trim().to_lowercase();
    let fits = |v: &Version| {
        let Some(content) = book.content(v) else { return false };
        text.is_empty()
            || v.name.to_lowercase().contains(&text)
            || v.panel == text
            || content.relevant_disorders.iter().any(|d| d.to_lowercase() == text)
            || content.entities().any(|e| e.entity_name.to_lowercase() == text)
    };
    let latest = book.panels.0.values().filter_map(|p| Some((p.latest()?, p.in_use().filter(|v| v.signed_off.is_some()))));
    let mut rows: Vec<(Version, Option<Version>)> = latest.filter(|(v, _)| fits(v)).map(|(v, used)| (v.clone(), used.cloned())).collect();
    rows.sort_by_key(|(v, _)| v.name.to_lowercase());
    show(&List { layout: Layout::new("Gene panels", Some(&desk.staff)), query: query.q, rows, total: book.panels.0.len() })
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
    let panel = book.panels.0.get(id).ok_or(ServiceError::NotFound("panel"))?;
    let version = if number.is_empty() { panel.latest() } else { panel.version(number) };
    let version = version.ok_or(ServiceError::NotFound("version of this panel"))?;
    let content = book.content(version).ok_or_else(|| PageError::fault("the content of a panel is not held"))?;
    let line = |e: &Entity| Line {
        mode: e.mode_of_inheritance.clone().unwrap_or_default(),
        reviews: panel.reviews_of(&e.entity_type, &e.entity_name).count(),
        entity: e.clone(),
    };
    let by_rating = |rating: Rating| -> Vec<Line> { content.entities().filter(|e| e.rating() == rating).map(line).collect() };
    let groups = [("Green", Rating::Green), ("Amber", Rating::Amber), ("Red", Rating::Red)].map(|(word, rating)| (word, by_rating(rating)));
    show(&Page {
        layout: Layout::new(format!("{} version {}", version.name, version.number), Some(&desk.staff)),
        disorders: content.relevant_disorders.join(", "),
        groups: groups.into_iter().filter(|(_, lines)| !lines.is_empty()).collect(),
        versions: versions(&book, &panel.versions),
        is_latest: panel.latest().is_some_and(|latest| latest.number == version.number),
        curator: desk.may(Action::ChangePanel),
        version: version.clone(),
        problems,
    })
}

fn versions(book: &Book, versions: &[Version]) -> Vec<(Version, Vec<Difference>)> {
    let mut lines = Vec::new();
    for (index, version) in versions.iter().enumerate().rev().take(VERSIONS_SHOWN) {
        let before = index.checked_sub(1).and_then(|index| book.content(&versions[index]));
        let changed = match (before, book.content(version)) {
            (Some(before), Some(after)) => care::directory::panel::compare(before, after),
            _ => vec![],
        };
        lines.push((version.clone(), changed));
    }
    lines
}

#[derive(Deserialize)]
pub(crate) struct ChosenVersion {
    #[serde(default)]
    version: String,
}

pub(crate) async fn get(At(desk): At, Path(id): Path<String>, Query(chosen): Query<ChosenVersion>) -> PageResult {
    page(&desk, &id, &chosen.version, vec![]).await
}

/// Signs the latest version off.
pub(crate) async fn post(At(desk): At, Path(id): Path<String>, Form(chosen): Form<ChosenVersion>) -> PageResult<Response> {
    match directory::panels::sign_off(&desk, &id, &chosen.version).await {
        Ok(()) => Ok(Redirect::to(&format!("/panels/{id}")).into_response()),
        Err(error) => Ok(page(&desk, &id, "", refusals(error)?).await?.into_response()),
    }
}
