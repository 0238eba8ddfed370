//! Step 2: does the patient meet the criteria.

use super::{Draft, PageResult};
use crate::{
    pages::{Layout, show},
    session::At,
};
use askama::Template;
use axum::{
    Form,
    response::{IntoResponse, Redirect, Response},
};
use care::directory::Test;
use ontology::{Panel, panel::Rating};
use serde::Deserialize;
use service::Desk;
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "new_order/eligibility.html")]
struct Page<'a> {
    layout: Layout,
    test: &'a Test,
    panel: Option<&'a Panel>,
    green: usize,
    purpose: String,
    draft: Draft,
    problem: Option<&'static str>,
}

async fn page(desk: &Desk, draft: Draft, problem: Option<&'static str>) -> PageResult<Response> {
    let service = &desk.service;
    let catalogue = service.catalogue().await?;
    let Some(test) = catalogue.test(&draft.test) else {
        return Ok(Redirect::to("/order-a-test").into_response());
    };
    let panel = catalogue.panel_of(test);
    let green = panel.map_or(0, |p| p.genes.iter().filter(|g| g.rating == Rating::Green).count());
    let purpose = draft.purpose.purpose().map_or_else(|refusals| refusals.to_string(), |purpose| purpose.words());
    let layout = Layout::of("Is the patient eligible?", Some(&desk.staff));
    Ok(show(&Page { layout, test, panel, green, purpose, draft, problem })?.into_response())
}

pub(crate) async fn get(At(desk): At, session: Session) -> PageResult<Response> {
    page(&desk, Draft::load(&session).await?, None).await
}

#[derive(Deserialize)]
pub(crate) struct Given {
    #[serde(default)]
    eligibility: String,
    #[serde(default)]
    history: String,
    urgent: Option<String>,
}

pub(crate) async fn post(At(desk): At, session: Session, Form(given): Form<Given>) -> PageResult<Response> {
    let mut draft = Draft::load(&session).await?;
    draft.eligibility = given.eligibility.trim().to_owned();
    draft.history = given.history.trim().to_owned();
    draft.urgent = given.urgent.is_some();
    draft.save(&desk, &session).await?;
    if draft.eligibility.is_empty() {
        return page(&desk, draft, Some("Say how the patient meets the criteria of the test")).await;
    }
    Ok(Redirect::to("/order-a-test/family").into_response())
}
