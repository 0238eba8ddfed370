//! Outputs that wait for a checker.

use super::super::{Layout, PageResult, refusals, show};
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
use service::{Desk, research};

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
    show(&Page { layout: Layout::of("Outputs to check", Some(&desk.staff)), waiting, problems })
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    page(&desk, vec![]).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Act {
    project: String,
    output: String,
    action: String,
    reason: String,
}

pub(crate) async fn post(At(desk): At, Form(act): Form<Act>) -> PageResult<Response> {
    let verdict = match act.action.as_str() {
        "release" => Some(Verdict::Release),
        "change" => Some(Verdict::Change),
        "refuse" => Some(Verdict::Refuse),
        _ => None,
    };
    let done = match (act.project.parse(), act.output.parse(), verdict) {
        (Ok(project), Ok(output), Some(verdict)) => research::asking::check_output(&desk, project, output, verdict, act.reason).await,
        _ => Err(Refusals::one("action", "Choose what to do with which output").into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/research/outputs").into_response()),
        Err(error) => Ok(page(&desk, refusals(error)?).await?.into_response()),
    }
}
