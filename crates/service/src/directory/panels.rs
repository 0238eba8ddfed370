//! Gene panels as the service offers them: those in use, their contents by version, reviewing, changing and signing them off.

pub mod bulk;

use crate::{Desk, Service, ServiceError, ServiceResult, people::staff};
use access::{Action, Permit};
use anyhow::Context;
use care::{
    Refusals,
    directory::panel::{self, Command, Panels, Review, STREAM, Version, Vote},
    ordering::order::Request,
};
use formats::Pack;
use jiff::civil::Date;
use ontology::{
    Panel,
    panel::{Rating, published::Published},
};
use std::{collections::HashMap, sync::Arc};
use store::{Change, Loaded};

/// Every panel with the contents of its versions.
pub struct Book {
    /// Versions and reviews.
    pub panels: Panels,
    /// Those that tests use, as the engine takes them.
    pub in_use: Vec<Panel>,
    contents: HashMap<String, Arc<Vec<Published>>>,
    /// Events that it was made of.
    pub(crate) sequence: u64,
}

impl Book {
    /// What stands in a version.
    pub fn content(&self, version: &Version) -> Option<&Published> {
        self.contents.get(&version.content_sha256)?.iter().find(|p| p.id == version.panel && p.version == version.number)
    }

    /// The stream as a change is decided on it.
    fn loaded(&self) -> Loaded<Panels> {
        Loaded { stream: STREAM.into(), state: self.panels.clone(), sequence: self.sequence }
    }

    /// A version as the engine takes it.
    pub fn panel(&self, id: &str, number: &str) -> Option<Panel> {
        let version = self.panels.0.get(id)?.version(number)?;
        Some(Panel { signed_off: version.signed_off.is_some(), ..Panel::from(self.content(version)?) })
    }
}

/// The panels as they stand; made anew when they have moved on.
#[crate::boxed]
pub async fn book(service: &Service) -> anyhow::Result<Arc<Book>> {
    let sequence = service.store.sequence(STREAM).await?;
    let cached = service.panels.read().expect("nobody panics with the lock held").clone();
    if let Some(cached) = cached.as_ref().filter(|book| book.sequence == sequence) {
        return Ok(Arc::clone(cached));
    }
    let loaded: Loaded<Panels> = service.store.load(&Service::directory_permit(STREAM)?, STREAM.into()).await?;
    let mut contents = cached.map(|book| book.contents.clone()).unwrap_or_default();
    for version in loaded.state.0.values().flat_map(|p| &p.versions) {
        if !contents.contains_key(&version.content_sha256) {
            let bytes = service.store.blobs().get(&version.content_sha256).await?;
            let list: Vec<Published> = serde_json::from_slice(&bytes).with_context(|| format!("reading panel {}", version.panel))?;
            contents.insert(version.content_sha256.clone(), Arc::new(list));
        }
    }
    let mut book = Book { panels: loaded.state, in_use: vec![], contents, sequence: loaded.sequence };
    let in_use = book.panels.0.values().filter_map(panel::Panel::in_use);
    book.in_use = in_use.filter_map(|v| book.panel(&v.panel, &v.number)).filter(|p| !p.genes.is_empty()).collect();
    let book = Arc::new(book);
    *service.panels.write().expect("nobody panics with the lock held") = Some(Arc::clone(&book));
    Ok(book)
}

/// Takes the panels of a reference pack that the journal has not had yet.
pub(crate) async fn seed_panels(service: &Arc<Service>, pack: &Pack) -> anyhow::Result<()> {
    let source = format!("Taken from the reference pack {}", service.reference.0);
    let is_imported = book(service).await?.panels.0.values().flat_map(|p| &p.versions).any(|v| v.source == source);
    if !is_imported {
        import(&service.desk(staff::system()), pack.published_panels()?, &source).await?;
    }
    Ok(())
}

async fn keep_panels(service: &Service, list: &[Published]) -> anyhow::Result<String> {
    service.store.blobs().put(serde_json::to_vec(list)?).await
}

/// A version that was taken as published.
fn imported(published: &Published, source: &str, content_sha256: &str, today: Date) -> Version {
    let created = published.version_created.as_ref().and_then(|text| text.get(..10)?.parse().ok());
    Version {
        panel: published.id.clone(),
        name: published.name.clone(),
        number: published.version.clone(),
        on: created.unwrap_or(today),
        source: source.into(),
        content_sha256: content_sha256.into(),
        counts: (published.green_genes(), published.entities().count()),
        by: None,
        signed_off: published.is_signed_off().then(|| ("the publisher".to_owned(), created.unwrap_or(today))),
        votes_min: 0,
    }
}

/// The panel of an order, in the version that the order names.
pub(crate) async fn panel_of(desk: &Desk, request: &Request) -> anyhow::Result<Option<Panel>> {
    let Some((id, name, version)) = &request.panel else { return Ok(None) };
    let panel = book(&desk.service).await?.panel(id, version);
    panel.map(Some).with_context(|| format!("panel {name} version {version}, which the order names, is not held"))
}

/// Takes panels as they were published; versions that are held already are left alone. Returns how many were new.
#[crate::boxed]
pub async fn import(desk: &Desk, published: Vec<Published>, source: &str) -> ServiceResult<usize> {
    let permit = permit(desk, Action::ChangePanel).await?;
    let loaded = book(&desk.service).await?.loaded();
    let is_known = |p: &Published| loaded.state.0.get(&p.id).is_some_and(|panel| panel.version(&p.version).is_some());
    let mut fresh: Vec<Published> = published.into_iter().filter(|p| !is_known(p)).collect();
    fresh.sort_by(|a, b| (&a.id, &a.version).cmp(&(&b.id, &b.version)));
    fresh.dedup_by(|a, b| (&a.id, &a.version) == (&b.id, &b.version));
    if fresh.is_empty() {
        return Ok(0);
    }
    let digest = keep_panels(&desk.service, &fresh).await?;
    let versions = fresh.iter().map(|p| imported(p, source, &digest, desk.today())).collect();
    write(desk, &permit, &loaded, Command::Publish(versions), source.to_owned()).await?;
    Ok(fresh.len())
}

/// Says something of an entity of a panel.
#[crate::boxed]
pub async fn review(
    desk: &Desk,
    panel: &str,
    entity: (String, String),
    rating: Option<Rating>,
    inheritance: String,
    comment: String,
    publications: Vec<String>,
) -> ServiceResult<()> {
    let permit = permit(desk, Action::ReviewPanel).await?;
    let book = book(&desk.service).await?;
    let content = book.panels.0.get(panel).and_then(|p| book.content(p.latest()?)).ok_or(ServiceError::NotFound("panel"))?;
    if content.entity(&entity.0, &entity.1).is_none() {
        return Err(Refusals::one("entity", format!("{} is not on this panel", entity.1)).into());
    }
    let (by, on) = (desk.staff.clone(), desk.today());
    let review = Review { panel: panel.into(), entity, by, on, rating, inheritance, comment, publications };
    write(desk, &permit, &book.loaded(), Command::Review(review), String::new()).await
}

/// Makes the next version of a panel with one entity changed; returns its number.
#[crate::boxed]
pub async fn change_next(desk: &Desk, panel: &str, change: panel::Change) -> ServiceResult<String> {
    let permit = permit(desk, Action::ChangePanel).await?;
    let book = book(&desk.service).await?;
    let current = book.panels.0.get(panel).ok_or(ServiceError::NotFound("panel"))?;
    let content = current.latest().and_then(|v| book.content(v)).ok_or(ServiceError::NotFound("panel"))?;
    let after = panel::changed(current, content, &change, &desk.staff)?;
    let version = made(desk, after, &change.reason).await?;
    let number = version.number.clone();
    write(desk, &permit, &book.loaded(), Command::Publish(vec![version]), change.reason).await?;
    Ok(number)
}

/// A version that somebody made here, with its content kept. Signed off is the version before, not this one.
async fn made(desk: &Desk, mut after: Published, reason: &str) -> anyhow::Result<Version> {
    after.version_created = Some(desk.now().to_string());
    after.types.retain(|t| t.slug != ontology::panel::published::SIGNED_OFF);
    let digest = keep_panels(&desk.service, std::slice::from_ref(&after)).await?;
    Ok(Version { by: Some(desk.staff.clone()), signed_off: None, ..imported(&after, reason, &digest, desk.today()) })
}

/// Votes for the latest version of a panel, or against it, before it is signed off.
#[crate::boxed]
pub async fn vote(desk: &Desk, panel: &str, number: &str, in_favour: bool, reason: String) -> ServiceResult<()> {
    let permit = permit(desk, Action::ReviewPanel).await?;
    let loaded = book(&desk.service).await?.loaded();
    let reason = reason.trim().to_owned();
    let vote =
        Vote { panel: panel.into(), number: number.into(), by: desk.staff.clone(), on: desk.today(), in_favour, reason: reason.clone() };
    write(desk, &permit, &loaded, Command::Vote(vote), reason).await
}

/// Signs the latest version of a panel off for use.
#[crate::boxed]
pub async fn sign_off(desk: &Desk, panel: &str, number: &str) -> ServiceResult<()> {
    let permit = permit(desk, Action::ChangePanel).await?;
    let loaded = book(&desk.service).await?.loaded();
    let command = Command::SignOff { panel: panel.into(), number: number.into(), on: desk.today() };
    write(desk, &permit, &loaded, command, String::new()).await
}

/// Whether this person may change panels; it is asked before a form is shown.
#[crate::boxed]
pub async fn allow_change(desk: &Desk) -> ServiceResult<()> {
    permit(desk, Action::ChangePanel).await.map(drop)
}

pub(crate) async fn permit(desk: &Desk, action: Action) -> ServiceResult<Permit> {
    desk.permit_named(action, STREAM, desk.staff.organisation.clone()).await
}

async fn write(desk: &Desk, permit: &Permit, loaded: &Loaded<Panels>, command: Command, reason: String) -> ServiceResult<()> {
    let mut change = Change { reason, ..Change::default() };
    change.add(loaded, &panel::decide(&loaded.state, command, &desk.staff)?);
    Ok(desk.service.store.commit(permit, change, desk.now()).await?)
}
