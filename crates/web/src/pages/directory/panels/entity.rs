//! One gene, region or repeat of a panel: what is known, what was said of it, and saying something.

use super::{Layout, PageResult, show};
use crate::{
    error::PageError,
    form::Form,
    pages::{Problem, chosen::Chosen, refusals},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::directory::panel::{Change, Review, Version, bulk::MODES};
use ontology::panel::{Rating, published::Entity};
use serde::Deserialize;
use service::{Desk, ServiceError, directory};

#[derive(Template)]
#[template(path = "directory/panels/entity.html")]
struct Page {
    layout: Layout,
    panel: String,
    version: Version,
    entity: Entity,
    /// Its gene, where the reference pack knows it.
    gene: Option<genome::HgncId>,
    rating: String,
    mode: String,
    reviews: Vec<Review>,
    modes: Vec<String>,
    may_review: bool,
    curator: bool,
    form: ReviewForm,
    problems: Vec<Problem>,
}

/// What the page's form sends.
#[derive(Deserialize)]
pub(crate) struct Sent {
    #[serde(flatten)]
    form: ReviewForm,
    #[serde(flatten)]
    act: Chosen<EntityAction>,
}

/// What can be done with an entity.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum EntityAction {
    Review,
    Change,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReviewForm {
    rating: String,
    inheritance: String,
    comment: String,
    publications: String,
}

impl ReviewForm {
    fn rating(&self) -> Option<Rating> {
        match self.rating.as_str() {
            "green" => Some(Rating::Green),
            "amber" => Some(Rating::Amber),
            "red" => Some(Rating::Red),
            _ => None,
        }
    }
}

async fn page(desk: &Desk, panel_id: &str, kind: &str, name: &str, form: ReviewForm, problems: Vec<Problem>) -> PageResult {
    directory::catalogue::permit(desk, Action::ReadDirectory).await?;
    let book = directory::panels::book(&desk.service).await?;
    let panel = book.panels.0.get(panel_id).ok_or(ServiceError::NotFound("panel"))?;
    let version = panel.latest().ok_or(ServiceError::NotFound("panel"))?;
    let content = book.content(version).ok_or_else(|| PageError::fault("the content of a panel is not held"))?;
    let entity = content.entity(kind, name).ok_or(ServiceError::NotFound("entry of this panel"))?;
    let mode = entity.mode_of_inheritance.clone().unwrap_or_default();
    let mut modes: Vec<String> = MODES.map(|(wording, _)| wording.to_owned()).to_vec();
    if !mode.is_empty() && !modes.contains(&mode) {
        modes.insert(0, mode.clone());
    }
    show(&Page {
        layout: Layout::new(format!("{name} on {}", version.name), Some(&desk.staff)),
        panel: panel_id.into(),
        version: version.clone(),
        rating: format!("{:?}", entity.rating()),
        entity: entity.clone(),
        gene: entity.gene().filter(|id| desk.service.knowledge.gene(*id).is_some()),
        mode,
        reviews: panel.reviews_of(kind, name).cloned().collect(),
        modes,
        may_review: desk.may(Action::ReviewPanel),
        curator: desk.may(Action::ChangePanel),
        form,
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Path((panel, kind, name)): Path<(String, String, String)>) -> PageResult {
    page(&desk, &panel, &kind, &name, ReviewForm::default(), vec![]).await
}

pub(crate) async fn post(
    At(desk): At,
    Path((panel, kind, name)): Path<(String, String, String)>,
    Form(Sent { form, act }): Form<Sent>,
) -> PageResult<Response> {
    let entity = (kind.clone(), name.clone());
    let done = match (act.0, form.rating()) {
        (Some(EntityAction::Review), rating) => {
            let publications = form.publications.split([',', ' ', ';']).map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned);
            directory::panels::review(&desk, &panel, entity, rating, form.inheritance.clone(), form.comment.clone(), publications.collect())
                .await
        }
        (Some(EntityAction::Change), Some(rating)) => {
            let change = Change { entity, rating, inheritance: form.inheritance.clone(), reason: form.comment.clone() };
            directory::panels::change_next(&desk, &panel, change).await.map(drop)
        }
        (Some(EntityAction::Change), None) => Err(care::Refusals::one("rating", "Choose the rating that it is to have").into()),
        (None, _) => Err(care::Refusals::one("action", "Choose what should be done").into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/panels/{panel}")).into_response()),
        Err(error) => Ok(page(&desk, &panel, &kind, &name, form, refusals(error)?).await?.into_response()),
    }
}
