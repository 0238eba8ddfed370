//! Worklists of the laboratory: those that are open, those that are not, and a new one.

pub(crate) mod sheet;
pub(crate) mod worklist;

use crate::{
    error::PageError,
    form::Form,
    pages::{Layout, PageResult, Problem, page_number, refusals, show},
    session::At,
};
use askama::Template;
use axum::{
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use care::{Refusals, laboratory::worklist::Step};
use serde::Deserialize;
use service::{Desk, ServiceResult, laboratory};
use store::{Paged, WorklistLine};

#[derive(Template)]
#[template(path = "laboratory/worklists/list.html")]
struct List {
    layout: Layout,
    worklists: Paged<WorklistLine>,
    is_finished: bool,
    step: String,
    instrument: String,
    done: String,
    problems: Vec<Problem>,
}

impl List {
    /// What is done, in words.
    #[expect(clippy::unused_self, reason = "a template asks the page alone")]
    fn step_of(&self, line: &WorklistLine) -> String {
        Step::named(&line.step).map_or_else(|| line.step.clone(), |step| step.label().to_owned())
    }

    /// What the address of another page of this list begins with.
    fn address(&self) -> &'static str {
        if self.is_finished { "/bench/worklists?finished=1&" } else { "/bench/worklists?" }
    }

    fn is_chosen(&self, name: &str) -> bool {
        self.step == name
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    /// Those that are not open.
    finished: String,
    page: String,
    done: String,
}

pub(crate) async fn get(At(desk): At, Query(which): Query<Which>) -> PageResult {
    list(&desk, which, New::default(), vec![]).await
}

async fn list(desk: &Desk, which: Which, new: New, problems: Vec<Problem>) -> PageResult {
    let is_finished = !which.finished.is_empty();
    let worklists = laboratory::worklists::list(desk, !is_finished, page_number(&which.page)).await?;
    let layout = Layout::new("Worklists", Some(&desk.staff)).for_work();
    show(&List { layout, worklists, is_finished, step: new.step, instrument: new.instrument, done: which.done, problems })
}

/// A worklist that is to be created.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct New {
    step: String,
    instrument: String,
}

pub(crate) async fn post(At(desk): At, Form(new): Form<New>) -> PageResult<Response> {
    match create(&desk, &new).await {
        Ok(address) => Ok(Redirect::to(&address).into_response()),
        Err(error) => Ok(list(&desk, Which::default(), new, refusals(error)?).await?.into_response()),
    }
}

async fn create(desk: &Desk, new: &New) -> ServiceResult<String> {
    let step = Step::named(&new.step).ok_or_else(|| Refusals::one("step", "Choose the step"))?;
    Ok(format!("/bench/worklists/{}", laboratory::worklists::create(desk, step, new.instrument.clone()).await?))
}

/// To an address, with what was done.
pub(super) fn said(address: &str, done: &str) -> PageResult<Response> {
    let query = serde_urlencoded::to_string([("done", done)]).map_err(PageError::fault)?;
    Ok(Redirect::to(&format!("{address}?{query}")).into_response())
}
