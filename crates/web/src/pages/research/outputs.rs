//! Outputs that wait for a checker.

use super::super::{Layout, PageResult, chosen::Chosen, refusals, show};
use crate::session::At;
use askama::Template;
use axum::{
    Form,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    ProjectId, Refusals,
    research::project::{
        Project,
        airlock::{Output, Verdict},
    },
};
use serde::Deserialize;
use service::{Desk, ServiceResult, research};

#[derive(Template)]
#[template(path = "research/outputs.html")]
struct Page {
    layout: Layout,
    /// Project, output, and what it says.
    waiting: Vec<(ProjectId, Project, Output, String)>,
    problems: Vec<String>,
}

async fn page(desk: &Desk, problems: Vec<String>) -> PageResult {
    let mut waiting = Vec::new();
    for (id, project, output) in research::asking::outputs_waiting(desk).await? {
        let (_, bytes) = research::asking::output(desk, id, output.id).await?;
        waiting.push((id, project, output, String::from_utf8_lossy(&bytes).into_owned()));
    }
    show(&Page { layout: Layout::new("Outputs to check", Some(&desk.staff)), waiting, problems })
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    page(&desk, vec![]).await
}

/// What can be done with an output.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum OutputAction {
    Release(Checked),
    Change(Checked),
    Refuse(Checked),
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Checked {
    project: String,
    output: String,
    reason: String,
}

pub(crate) async fn post(At(desk): At, Form(Chosen(act)): Form<Chosen<OutputAction>>) -> PageResult<Response> {
    let done = match act {
        Some(OutputAction::Release(checked)) => check(&desk, checked, Verdict::Release).await,
        Some(OutputAction::Change(checked)) => check(&desk, checked, Verdict::Change).await,
        Some(OutputAction::Refuse(checked)) => check(&desk, checked, Verdict::Refuse).await,
        None => Err(nothing().into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/research/outputs").into_response()),
        Err(error) => Ok(page(&desk, refusals(error)?).await?.into_response()),
    }
}

async fn check(desk: &Desk, Checked { project, output, reason }: Checked, verdict: Verdict) -> ServiceResult<()> {
    let (Ok(project), Ok(output)) = (project.parse(), output.parse()) else { return Err(nothing().into()) };
    research::asking::check_output(desk, project, output, verdict, reason).await
}

fn nothing() -> Refusals {
    Refusals::one("action", "Choose what to do with which output")
}
