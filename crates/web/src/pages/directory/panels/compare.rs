//! Two panels, or two versions of one, compared: what was added, removed, rated otherwise.

use crate::{
    pages::{Layout, PageResult, Problem, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::extract::Query;
use care::directory::panel::{self, Difference, Kind, Panel, Version};
use serde::Deserialize;
use service::directory::{self, panels::Book};

#[derive(Template)]
#[template(path = "directory/panels/compare.html")]
struct Page {
    layout: Layout,
    query: CompareQuery,
    /// The two versions, where both were found.
    sides: Option<[Version; 2]>,
    differences: Vec<Difference>,
    problems: Vec<Problem>,
}

/// Two panels by number or name, each with a version; the latest where none is named.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CompareQuery {
    panel: String,
    version: String,
    other: String,
    other_version: String,
}

impl CompareQuery {
    /// The address of the same comparison in the other direction.
    fn swapped(&self) -> String {
        let fields = [("panel", &self.other), ("version", &self.other_version), ("other", &self.panel), ("other_version", &self.version)];
        format!("/panels/compare?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    }
}

impl Page {
    /// What differs, by kind.
    fn parts(&self) -> Vec<(Kind, Vec<&Difference>)> {
        let of_kind = |kind| (kind, self.differences.iter().filter(|d| d.kind == kind).collect::<Vec<_>>());
        Kind::ALL.into_iter().map(of_kind).filter(|(_, list)| !list.is_empty()).collect()
    }

    /// How many of each kind, in a sentence.
    fn counts(&self) -> String {
        let count = |kind: Kind| format!("{} {}", self.differences.iter().filter(|d| d.kind == kind).count(), kind.label().to_lowercase());
        Kind::ALL.map(count).join(", ")
    }
}

/// Panels that a name may mean and that are named.
const NAMED_MAX: usize = 5;

/// The panel that is meant: by its number, its name, or the only one whose name has the text in it.
fn meant<'b>(book: &'b Book, text: &str) -> Result<&'b Panel, String> {
    let name_part = text.trim().to_lowercase();
    if name_part.is_empty() {
        return Err("Enter two panels by number or name".into());
    }
    if let Some(panel) = book.panels.0.get(text.trim()) {
        return Ok(panel);
    }
    let name = |panel: &Panel| panel.latest().map_or_else(String::new, |v| v.name.to_lowercase());
    let found: Vec<&Panel> = book.panels.0.values().filter(|panel| name(panel).contains(&name_part)).collect();
    let same: Vec<&Panel> = found.iter().copied().filter(|panel| name(panel) == name_part).collect();
    match (same.as_slice(), found.as_slice()) {
        ([panel], _) | ([], [panel]) => Ok(panel),
        ([], []) => Err(format!("No panel has the number or name “{}”", text.trim())),
        _ => {
            let named: Vec<String> =
                found.iter().filter_map(|p| p.latest()).take(NAMED_MAX).map(|v| format!("{} ({})", v.name, v.panel)).collect();
            let more = if found.len() > NAMED_MAX { format!(" and {} more", found.len() - NAMED_MAX) } else { String::new() };
            Err(format!("“{}” may mean {}{more}; enter the number", text.trim(), named.join(", ")))
        }
    }
}

fn version(book: &Book, text: &str, number: &str) -> Result<Version, String> {
    let panel = meant(book, text)?;
    let number = number.trim();
    let found = if number.is_empty() { panel.latest() } else { panel.version(number) };
    found.cloned().ok_or_else(|| {
        let last: Vec<&str> = panel.versions.iter().rev().take(NAMED_MAX).map(|v| v.number.as_str()).collect();
        format!("“{}” has no version {number}; the latest are {}", text.trim(), last.join(", "))
    })
}

pub(crate) async fn get(At(desk): At, Query(query): Query<CompareQuery>) -> PageResult {
    directory::catalogue::permit(&desk, Action::ReadDirectory).await?;
    let book = directory::panels::book(&desk.service).await?;
    let mut page = Page {
        layout: Layout::new("Compare panels", Some(&desk.staff)).for_work(),
        query: query.clone(),
        sides: None,
        differences: vec![],
        problems: vec![],
    };
    if query.panel.is_empty() && query.other.is_empty() {
        return show(&page);
    }
    match (version(&book, &query.panel, &query.version), version(&book, &query.other, &query.other_version)) {
        (Ok(before), Ok(after)) => {
            if let Some((one, other)) = book.content(&before).zip(book.content(&after)) {
                page.differences = panel::compare(one, other);
                page.query = CompareQuery { version: before.number.clone(), other_version: after.number.clone(), ..query };
                page.sides = Some([before, after]);
            }
        }
        (before, after) => {
            page.problems = [before.err(), after.err()].into_iter().flatten().map(Problem::from).collect();
            page.problems.dedup();
        }
    }
    show(&page)
}
