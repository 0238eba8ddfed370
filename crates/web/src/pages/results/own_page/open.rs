//! Opening one's page: with the link that was sent, and the date of birth.

use super::problem::Problem;
use crate::{
    error::PageError,
    form::Form,
    language::{VOICE, Voice},
    pages::{Layout, PageResult, show},
    session,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use care::Refusals;
use jiff::civil::Date;
use serde::Deserialize;
use service::{Service, ServiceError, results};
use std::sync::Arc;
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "results/own_page/open.html")]
struct OpenPage {
    layout: Layout,
    voice: Voice,
    problems: Vec<Problem>,
}

fn page(voice: Voice, problems: Vec<Problem>) -> PageResult {
    show(&OpenPage { layout: Layout::new(voice.text("open.title"), None).in_language(voice.language), voice, problems })
}

pub(crate) async fn link(voice: Voice) -> PageResult {
    page(voice, vec![])
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct BirthDate {
    day: String,
    month: String,
    year: String,
}

impl BirthDate {
    fn read(&self) -> Option<Date> {
        let (year, month, day) = (self.year.trim().parse().ok()?, self.month.trim().parse().ok()?, self.day.trim().parse().ok()?);
        Date::new(year, month, day).ok()
    }
}

pub(crate) async fn open(
    State(service): State<Arc<Service>>,
    Path(secret): Path<String>,
    session: Session,
    voice: Voice,
    Form(form): Form<BirthDate>,
) -> PageResult<Response> {
    let again = |problems| Ok((StatusCode::UNPROCESSABLE_ENTITY, page(voice, problems)?).into_response());
    let Some(date) = form.read() else { return again(vec![Problem::own(voice.text("open.no_date"))]) };
    match results::own_page::open_invitation(&service, &secret, date).await {
        Ok(link) => {
            session::begin_link(&service, &session, link).await?;
            session.insert(VOICE, voice.kept()).await.map_err(PageError::fault)?;
            Ok(Redirect::to(&format!("/my{}", voice.query())).into_response())
        }
        Err(ServiceError::NotFound(_)) => again(vec![Problem::own(voice.text("open.no_link"))]),
        Err(ServiceError::Refused(refusals)) => again(problems(voice, refusals)),
        Err(error) => Err(PageError::Service(error)),
    }
}

/// Why a link does not open, in the language of the page.
fn problems(voice: Voice, refusals: Refusals) -> Vec<Problem> {
    let problem = |refusal: care::Refusal| match refusal.field {
        "birth_date" => Problem::own(voice.text("open.wrong")),
        "link" => Problem::own(voice.text("open.ended")),
        _ => Problem::english(refusal.message),
    };
    refusals.0.into_iter().map(problem).collect()
}
