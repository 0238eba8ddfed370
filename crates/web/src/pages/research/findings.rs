//! Findings of research that came back to a laboratory, and unsolved cases that new knowledge touches.

use super::super::{Layout, PageResult, refusals, show};
use crate::session::At;
use askama::Template;
use axum::{
    Form,
    response::{IntoResponse, Redirect, Response},
};
use care::Refusals;
use serde::Deserialize;
use service::{
    Desk,
    research::{reanalysis::Touched, returned::Returned},
};

#[derive(Template)]
#[template(path = "research/findings.html")]
struct Page {
    layout: Layout,
    waiting: Vec<Returned>,
    /// Unsolved cases that new knowledge touches.
    again: Vec<Touched>,
    problems: Vec<String>,
}

async fn page(desk: &Desk, problems: Vec<String>) -> PageResult {
    let waiting = desk.returned().await?;
    let again = desk.to_look_again().await?;
    show(&Page { layout: Layout::of("Look again", Some(&desk.staff)), waiting, again, problems })
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    page(&desk, vec![]).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Act {
    project: String,
    finding: String,
    outcome: String,
}

pub(crate) async fn post(At(desk): At, Form(act): Form<Act>) -> PageResult<Response> {
    let done = match (act.project.parse(), act.finding.parse()) {
        (Ok(project), Ok(finding)) => desk.answer_finding(project, finding, &act.outcome).await,
        _ => Err(Refusals::one("finding", "Choose a finding").into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/findings").into_response()),
        Err(error) => Ok(page(&desk, refusals(error)?).await?.into_response()),
    }
}
