//! Step 2: does the patient meet the criteria.

use super::{Draft, Orderer, PageResult};
use crate::pages::{Layout, show};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::directory::{Test, eligibility::Criterion};
use ontology::{Panel, panel::Rating};
use service::{Desk, directory};
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "ordering/new_order/eligibility.html")]
struct Page<'a> {
    layout: Layout,
    test: &'a Test,
    panel: Option<&'a Panel>,
    green: usize,
    purpose: String,
    /// Criteria that whoever orders is asked about, and those that the patient's age and sex must fit.
    criteria: Vec<Criterion>,
    fixed: Vec<String>,
    draft: Draft,
    problem: Option<&'static str>,
}

async fn page(desk: &Desk, draft: Draft, problem: Option<&'static str>) -> PageResult<Response> {
    let service = &desk.service;
    let catalogue = directory::catalogue::current(service).await?;
    let Some(test) = catalogue.test(&draft.test) else {
        return Ok(Redirect::to("/order-a-test").into_response());
    };
    let panel = catalogue.panel_of(test);
    let green = panel.map_or(0, |p| p.genes.iter().filter(|g| g.rating == Rating::Green).count());
    let purpose = draft.purpose.purpose().map_or_else(|refusals| refusals.to_string(), |purpose| purpose.label());
    let layout = Layout::new("Is the patient eligible?", Some(&desk.staff));
    let (criteria, fixed): (Vec<Criterion>, Vec<Criterion>) = test.criteria.iter().cloned().partition(Criterion::is_asked);
    let fixed = fixed.iter().map(Criterion::label).collect();
    Ok(show(&Page { layout, test, panel, green, purpose, criteria, fixed, draft, problem })?.into_response())
}

pub(crate) async fn get(Orderer(desk): Orderer, session: Session) -> PageResult<Response> {
    page(&desk, Draft::load(&session).await?, None).await
}

pub(crate) async fn post(Orderer(desk): Orderer, session: Session, body: String) -> PageResult<Response> {
    let fields: Vec<(String, String)> = crate::pages::form(&body)?;
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim());
    let mut draft = Draft::load(&session).await?;
    draft.met = fields.iter().filter(|(key, _)| key == "met").map(|(_, value)| value.clone()).collect();
    draft.eligibility = field("eligibility").to_owned();
    draft.history = field("history").to_owned();
    draft.urgent = !field("urgent").is_empty();
    draft.save(&desk, &session).await?;
    if draft.eligibility_words().is_empty() {
        return page(&desk, draft, Some("Say how the patient meets the criteria of the test")).await;
    }
    Ok(Redirect::to("/order-a-test/family").into_response())
}
