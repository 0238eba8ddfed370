//! Step 1: which test.

use super::{Draft, PageResult};
use crate::{
    pages::{Layout, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    Form,
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use care::directory::Test;
use serde::Deserialize;
use service::{Desk, directory};
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "new_order/test.html")]
struct Page<'a> {
    layout: Layout,
    asked: String,
    found: Vec<&'a Test>,
    version: &'a str,
    problem: Option<&'static str>,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

fn page(desk: &Desk, asked: String, problem: Option<&'static str>) -> PageResult {
    let service = &desk.service;
    let found = directory::search(&service.tests, &service.panels, &asked, 20);
    show(&Page { layout: Layout::of("Which test?", Some(&desk.staff)), found, version: &service.directory_version, asked, problem })
}

pub(crate) async fn get(At(desk): At, Query(asked): Query<Asked>) -> PageResult {
    desk.permit_general(Action::PlaceOrder).await?;
    page(&desk, asked.q, None)
}

#[derive(Deserialize)]
pub(crate) struct Chosen {
    test: Option<String>,
    #[serde(default)]
    q: String,
}

pub(crate) async fn post(At(desk): At, session: Session, Form(chosen): Form<Chosen>) -> PageResult<Response> {
    let Some(test) = chosen.test.filter(|code| desk.service.tests.iter().any(|t| t.code.as_str() == code)) else {
        return Ok(page(&desk, chosen.q, Some("Choose a test"))?.into_response());
    };
    let mut draft = Draft::load(&session).await?;
    draft.order.get_or_insert_with(service::orders::new_order_id);
    draft.test = test;
    draft.save(&session).await?;
    Ok(Redirect::to("/order-a-test/eligibility").into_response())
}
