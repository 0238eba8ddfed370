//! Findings of research that came back to a laboratory, and unsolved cases that new knowledge touches.

use super::super::{Layout, PageResult, Problem, refusals, show};
use crate::{form::Form, session::At};
use askama::Template;
use axum::{
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use care::{OrderId, Refusals};
use serde::Deserialize;
use service::{
    Desk,
    research::{self, reanalysis::Touched, returned::Returned},
};

#[derive(Template)]
#[template(path = "research/findings.html")]
struct Page {
    layout: Layout,
    waiting: Vec<Returned>,
    /// Unsolved cases that new knowledge touches, once they were asked for: every genome of the laboratory is looked at.
    again: Option<Vec<Touched>>,
    /// What was asked of the unsolved cases, and those that it counts.
    question: String,
    cases: Option<Vec<(OrderId, String)>>,
    problems: Vec<Problem>,
}

async fn page(desk: &Desk, look: Look, mut problems: Vec<Problem>) -> PageResult {
    let waiting = research::returned::returned(desk).await?;
    let again = if look.again { Some(research::reanalysis::to_look_again(desk).await?) } else { None };
    let cases = match look.question.trim() {
        "" => None,
        question => match research::reanalysis::unsolved_that(desk, question).await {
            Ok(cases) => Some(cases),
            Err(error) => {
                problems.extend(refusals(error)?);
                None
            }
        },
    };
    show(&Page { layout: Layout::new("Reanalysis", Some(&desk.staff)), waiting, again, question: look.question, cases, problems })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Look {
    again: bool,
    question: String,
}

pub(crate) async fn get(At(desk): At, Query(look): Query<Look>) -> PageResult {
    page(&desk, look, vec![]).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct FindingForm {
    project: String,
    finding: String,
    outcome: String,
}

pub(crate) async fn post(At(desk): At, Form(form): Form<FindingForm>) -> PageResult<Response> {
    let done = match (form.project.parse(), form.finding.parse()) {
        (Ok(project), Ok(finding)) => research::returned::answer_finding(&desk, project, finding, &form.outcome).await,
        _ => Err(Refusals::one("finding", "Choose a finding").into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/findings").into_response()),
        Err(error) => Ok(page(&desk, Look::default(), refusals(error)?).await?.into_response()),
    }
}
