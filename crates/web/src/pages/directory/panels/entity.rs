//! One gene, region or repeat of a panel: what is known, what was said of it, and saying something.

use super::{Layout, PageResult, refusals, show};
use crate::{error::PageError, pages::chosen::Chosen, session::At};
use access::Action;
use askama::Template;
use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::directory::panel::{Change, Review, Version};
use ontology::panel::{Rating, published::Entity};
use serde::Deserialize;
use service::{Desk, ServiceError, directory};

/// PanelApp's modes of inheritance that a form offers.
const MODES: [&str; 7] = [
    "MONOALLELIC, autosomal or pseudoautosomal, NOT imprinted",
    "MONOALLELIC, autosomal or pseudoautosomal, imprinted status unknown",
    "BIALLELIC, autosomal or pseudoautosomal",
    "BOTH monoallelic and biallelic, autosomal or pseudoautosomal",
    "X-LINKED: hemizygous mutation in males, biallelic mutations in females",
    "X-LINKED: hemizygous mutation in males, monoallelic mutations in females may cause disease (may be less severe, later onset than males)",
    "MITOCHONDRIAL",
];

#[derive(Template)]
#[template(path = "directory/panels/entity.html")]
struct Page {
    layout: Layout,
    panel: String,
    version: Version,
    entity: Entity,
    rating: String,
    mode: String,
    reviews: Vec<Review>,
    modes: Vec<String>,
    may_review: bool,
    curator: bool,
    given: Given,
    problems: Vec<String>,
}

/// What the page's form sends.
#[derive(Deserialize)]
pub(crate) struct Sent {
    #[serde(flatten)]
    given: Given,
    #[serde(flatten)]
    act: Chosen<Act>,
}

/// What can be done with an entity.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum Act {
    Review,
    Change,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Given {
    rating: String,
    inheritance: String,
    comment: String,
    publications: String,
}

impl Given {
    fn rating(&self) -> Option<Rating> {
        match self.rating.as_str() {
            "green" => Some(Rating::Green),
            "amber" => Some(Rating::Amber),
            "red" => Some(Rating::Red),
            _ => None,
        }
    }
}

async fn page(desk: &Desk, panel: &str, kind: &str, name: &str, given: Given, problems: Vec<String>) -> PageResult {
    directory::catalogue::permit(desk, Action::ReadDirectory).await?;
    let book = directory::panels::book(&desk.service).await?;
    let held = book.panels.0.get(panel).ok_or(ServiceError::NotFound("panel"))?;
    let version = held.latest().ok_or(ServiceError::NotFound("panel"))?;
    let content = book.content(version).ok_or_else(|| PageError::fault("the content of a panel is not held"))?;
    let entity = content.entity(kind, name).ok_or(ServiceError::NotFound("entry of this panel"))?;
    let mode = entity.mode_of_inheritance.clone().unwrap_or_default();
    let mut modes: Vec<String> = MODES.map(str::to_owned).to_vec();
    if !mode.is_empty() && !modes.contains(&mode) {
        modes.insert(0, mode.clone());
    }
    show(&Page {
        layout: Layout::of(format!("{name} on {}", version.name), Some(&desk.staff)),
        panel: panel.into(),
        version: version.clone(),
        rating: format!("{:?}", entity.rating()),
        entity: entity.clone(),
        mode,
        reviews: held.reviews_of(kind, name).cloned().collect(),
        modes,
        may_review: desk.may(Action::ReviewPanel),
        curator: desk.may(Action::ChangePanel),
        given,
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Path((panel, kind, name)): Path<(String, String, String)>) -> PageResult {
    page(&desk, &panel, &kind, &name, Given::default(), vec![]).await
}

pub(crate) async fn post(
    At(desk): At,
    Path((panel, kind, name)): Path<(String, String, String)>,
    Form(Sent { given, act }): Form<Sent>,
) -> PageResult<Response> {
    let entity = (kind.clone(), name.clone());
    let done = match (act.0, given.rating()) {
        (Some(Act::Review), rating) => {
            let publications = given.publications.split([',', ' ', ';']).map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned);
            directory::panels::review(
                &desk,
                &panel,
                entity,
                rating,
                given.inheritance.clone(),
                given.comment.clone(),
                publications.collect(),
            )
            .await
        }
        (Some(Act::Change) | None, Some(rating)) => {
            let change = Change { entity, rating, inheritance: given.inheritance.clone(), reason: given.comment.clone() };
            directory::panels::change_next(&desk, &panel, change).await.map(drop)
        }
        (Some(Act::Change) | None, None) => Err(care::Refusals::one("rating", "Choose the rating that it is to have").into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/panels/{panel}")).into_response()),
        Err(error) => Ok(page(&desk, &panel, &kind, &name, given, refusals(error)?).await?.into_response()),
    }
}
