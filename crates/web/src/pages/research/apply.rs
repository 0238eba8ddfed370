//! Applying for a research project.

use super::super::{Layout, PageResult, Problem, refusals, show};
use crate::{form::Form, session::At};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::research::project::{Application, Purpose};
use serde::Deserialize;
use service::research;

/// As typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    title: String,
    lay_summary: String,
    method: String,
    purpose: String,
    disease: String,
    ethics: String,
    months: String,
}

const PURPOSES: [(&str, &str); 4] = [
    ("health", "Health, medical or biomedical research"),
    ("disease", "Research on one disease"),
    ("methods", "Methods and software"),
    ("ancestry", "Population history and ancestry"),
];

#[derive(Template)]
#[template(path = "research/apply.html")]
struct Page {
    layout: Layout,
    t: Typed,
    problems: Vec<Problem>,
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    desk.permit_general(access::Action::ApplyForProject).await?;
    show(&Page { layout: Layout::new("Apply for a research project", Some(&desk.staff)), t: Typed::default(), problems: vec![] })
}

pub(crate) async fn post(At(desk): At, Form(t): Form<Typed>) -> PageResult<Response> {
    let text = |s: &String| s.trim().to_owned();
    let application = Application {
        title: text(&t.title),
        lay_summary: text(&t.lay_summary),
        method: text(&t.method),
        purpose: match t.purpose.as_str() {
            "disease" => Purpose::Disease(text(&t.disease)),
            "methods" => Purpose::Methods,
            "ancestry" => Purpose::Ancestry,
            _ => Purpose::Health,
        },
        ethics: text(&t.ethics),
        months: t.months.trim().parse().unwrap_or(0),
        by: desk.staff.clone(),
    };
    match research::projects::apply(&desk, application).await {
        Ok(id) => Ok(Redirect::to(&format!("/research/projects/{id}")).into_response()),
        Err(error) => {
            let problems = refusals(error)?;
            Ok(show(&Page { layout: Layout::new("Apply for a research project", Some(&desk.staff)), t, problems })?.into_response())
        }
    }
}
