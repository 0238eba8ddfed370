//! Gene panels: the list, one version of one with the genes that are looked for, and below it one entity with its reviews, two panels
//! compared, many entries changed at once, and signing off.

pub(crate) mod bulk;
pub(crate) mod compare;
pub(crate) mod entity;
pub(crate) mod sign_off;

use crate::{
    error::PageError,
    pages::{Layout, PageResult, page_number, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::extract::{Path, Query};
use care::directory::panel::{Difference, Panel, Version, compare::summary};
use ontology::panel::{
    Rating,
    published::{Entity, Published},
};
use serde::Deserialize;
use service::{
    Desk, ServiceError,
    directory::{self, panels::Book},
};
use std::collections::HashMap;
use store::Paged;

#[derive(Template)]
#[template(path = "directory/panels/list.html")]
struct List {
    layout: Layout,
    query: String,
    panels: Paged<Row>,
    /// Panels that there are.
    total: usize,
}

impl List {
    /// What the address of another page of this list begins with.
    fn address(&self) -> String {
        format!("/panels?{}&", serde_urlencoded::to_string([("q", &self.query)]).unwrap_or_default())
    }
}

/// A panel in the list.
struct Row {
    latest: Version,
    used: Option<Version>,
    green: usize,
}

#[derive(Deserialize)]
pub(crate) struct PanelsQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: String,
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
    let row = |panel: &Panel| {
        let latest = panel.latest().filter(|v| fits(v))?.clone();
        let green = book.content(&latest).map_or(latest.counts.0, Published::green_genes);
        Some(Row { used: panel.in_use().filter(|v| v.signed_off.is_some()).cloned(), latest, green })
    };
    let mut rows: Vec<Row> = book.panels.0.values().filter_map(row).collect();
    rows.sort_by_key(|row| row.latest.name.to_lowercase());
    let layout = Layout::new("Gene panels", Some(&desk.staff)).for_work();
    show(&List { layout, query: query.q, panels: Paged::cut(rows, page_number(&query.page)), total: book.panels.0.len() })
}

#[derive(Template)]
#[template(path = "directory/panels/panel.html")]
struct Page {
    layout: Layout,
    version: Version,
    disorders: String,
    /// Genes that are looked for, as typed.
    gene: String,
    /// Entries of the version, and those that fit.
    entries: (usize, usize),
    /// Green genes as the engine counts them, and green entries of genes that it does not know.
    green: (usize, usize),
    groups: Vec<Group>,
    /// The latest versions, latest first, with what each changed against the one before.
    versions: Vec<(Version, Vec<Difference>)>,
    /// Versions before those.
    unlisted: usize,
    is_latest: bool,
    /// The version that tests use.
    used: Option<String>,
    curator: bool,
    reviewer: bool,
}

/// Entries of one rating.
struct Group {
    label: &'static str,
    lines: Vec<Line>,
}

/// A gene as the table shows it, once, with its repeats and regions; or one of these alone.
struct Line {
    entity: Entity,
    /// Repeats and regions of the gene, each with what it is.
    others: Vec<(Entity, String)>,
    /// What further entries of the same gene say otherwise.
    also: Vec<String>,
    mode: String,
    reviews: usize,
}

impl Group {
    /// How many entries of each kind.
    fn label(&self) -> String {
        let all = || self.lines.iter().flat_map(|line| std::iter::once(&line.entity).chain(line.others.iter().map(|(other, _)| other)));
        let count = |kind: &str| all().filter(|e| e.entity_type == kind).count();
        let kinds = [("gene", "gene"), ("str", "repeat"), ("region", "region")].map(|(kind, label)| (count(kind), label));
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        let counts: Vec<String> = kinds.into_iter().filter(|(n, _)| *n > 0).map(|(n, label)| format!("{n} {label}{}", plural(n))).collect();
        format!("{}: {}", self.label, counts.join(", "))
    }
}

/// Versions whose changes are worked out for the page.
const VERSIONS_SHOWN: usize = 20;

/// Whether an entry is one that is looked for: by its name or a part of it, or by any name or identifier of its gene.
fn fits(entity: &Entity, text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let is_same = |name: &Option<String>| name.as_ref().is_some_and(|name| name.to_lowercase() == text);
    let of_gene = entity.gene_data.as_ref().is_some_and(|gene| {
        let alias = gene.alias.iter().flatten().any(|name| name.to_lowercase() == text);
        alias || [&gene.hgnc_id, &gene.hgnc_symbol, &gene.gene_symbol].into_iter().any(is_same)
    });
    entity.entity_name.to_lowercase().contains(&text) || of_gene
}

impl Line {
    fn new(panel: &Panel, entity: &Entity) -> Line {
        Line {
            mode: entity.mode_of_inheritance.clone().unwrap_or_default(),
            reviews: panel.reviews_of(&entity.entity_type, &entity.entity_name).count(),
            entity: entity.clone(),
            others: vec![],
            also: vec![],
        }
    }

    /// One more entry of the same gene.
    fn add(&mut self, entity: &Entity) {
        let said = summary(entity);
        if entity.entity_type != "gene" {
            let is_same = entity.rating() == self.entity.rating();
            let what = if is_same { entity.entity_type.clone() } else { format!("{}, {said}", entity.entity_type) };
            self.others.push((entity.clone(), what));
        } else if said != summary(&self.entity) && !self.also.contains(&said) {
            self.also.push(said);
        }
    }
}

/// The lines of a panel that fit, each gene once: its first entry counts where there are several, as it does for the engine.
fn lines(panel: &Panel, content: &Published, text: &str) -> Vec<Line> {
    let (mut lines, mut of_gene) = (Vec::<Line>::new(), HashMap::<_, usize>::new());
    for entity in content.entities().filter(|entity| fits(entity, text)) {
        if let Some(index) = entity.gene().and_then(|gene| of_gene.get(&gene).copied()) {
            lines[index].add(entity);
        } else {
            of_gene.extend(entity.gene().filter(|_| entity.entity_type == "gene").map(|gene| (gene, lines.len())));
            lines.push(Line::new(panel, entity));
        }
    }
    lines
}

/// How many entries lines have.
fn entries(lines: &[Line]) -> usize {
    lines.iter().map(|line| 1 + line.others.len()).sum()
}

async fn page(desk: &Desk, id: &str, chosen: &Chosen) -> PageResult {
    directory::catalogue::permit(desk, Action::ReadDirectory).await?;
    let book = directory::panels::book(&desk.service).await?;
    let panel = book.panels.0.get(id).ok_or(ServiceError::NotFound("panel"))?;
    let version = if chosen.version.is_empty() { panel.latest() } else { panel.version(&chosen.version) };
    let version = version.ok_or(ServiceError::NotFound("version of this panel"))?;
    let content = book.content(version).ok_or_else(|| PageError::fault("the content of a panel is not held"))?;
    let found = lines(panel, content, &chosen.gene);
    let counts = (entries(&lines(panel, content, "")), entries(&found));
    let mut groups = ["Green", "Amber", "Red"].map(|label| Group { label, lines: vec![] });
    for line in found {
        let group = match line.entity.rating() {
            Rating::Green => &mut groups[0],
            Rating::Amber => &mut groups[1],
            Rating::Red => &mut groups[2],
        };
        group.lines.push(line);
    }
    let unknown = content.genes.iter().filter(|e| e.rating() == Rating::Green && e.gene().is_none()).count();
    show(&Page {
        layout: Layout::new(format!("{} version {}", version.name, version.number), Some(&desk.staff)).for_work(),
        disorders: content.relevant_disorders.join(", "),
        entries: counts,
        green: (content.green_genes(), unknown),
        gene: chosen.gene.clone(),
        groups: groups.into_iter().filter(|group| !group.lines.is_empty()).collect(),
        versions: versions(&book, &panel.versions),
        unlisted: panel.versions.len().saturating_sub(VERSIONS_SHOWN),
        is_latest: panel.latest().is_some_and(|latest| latest.number == version.number),
        used: panel.in_use().map(|v| v.number.clone()),
        curator: desk.may(Action::ChangePanel),
        reviewer: desk.may(Action::ReviewPanel),
        version: version.clone(),
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

/// Which version is shown, and what of it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    version: String,
    gene: String,
}

pub(crate) async fn get(At(desk): At, Path(id): Path<String>, Query(chosen): Query<Chosen>) -> PageResult {
    page(&desk, &id, &chosen).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use ontology::panel::published::GeneData;

    fn entity(kind: &str, name: &str, id: &str, alias: &str) -> Entity {
        let gene = GeneData { hgnc_id: Some(id.into()), alias: Some(vec![alias.into()]), ..GeneData::default() };
        Entity { entity_type: kind.into(), entity_name: name.into(), gene_data: Some(gene), ..Entity::default() }
    }

    #[test]
    fn a_gene_is_found_by_any_of_its_names_and_shown_once() {
        let gene = entity("gene", "FXN", "HGNC:3951", "X25");
        for text in ["", "fx", "FXN", " x25 ", "hgnc:3951"] {
            assert!(fits(&gene, text), "{text}");
        }
        assert!(!fits(&gene, "ATM") && !fits(&gene, "X2"));
        let (repeat, other) = (entity("str", "FXN_GAA", "HGNC:3951", ""), entity("region", "15q11", "", ""));
        let again = Entity { confidence_level: "3".into(), ..gene.clone() };
        let content =
            Published { genes: vec![gene.clone(), gene, again], strs: vec![repeat], regions: vec![other], ..Published::default() };
        let lines = lines(&Panel::default(), &content, "");
        let shown: Vec<_> = lines.iter().map(|l| (l.entity.entity_name.as_str(), l.others.len(), l.also.join("; "))).collect();
        assert_eq!(shown, [("FXN", 1, "green".to_owned()), ("15q11", 0, String::new())]);
        assert_eq!(entries(&lines), 3);
    }
}
