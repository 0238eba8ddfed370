//! Outputs that wait for a checker.

mod waiting;

use super::super::{
    Layout, PageResult, Problem,
    chosen::{Chosen, every},
    refusals, show,
};
use crate::{form::Form, session::At};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::{
    Refusals,
    research::project::airlock::{REASON_WORDS_MIN, Verdict},
};
use serde::Deserialize;
use service::{Desk, ServiceResult, research};
use waiting::Waiting;

#[derive(Template)]
#[template(path = "research/outputs.html")]
struct Page {
    layout: Layout,
    waiting: Vec<Waiting>,
    problems: Vec<Problem>,
}

async fn page(desk: &Desk, checked: &Checked, problems: Vec<Problem>) -> PageResult {
    let mut waiting = Vec::new();
    for output in research::checking::outputs_waiting(desk).await? {
        let (_, bytes) = research::asking::output(desk, output.0, output.2.id).await?;
        let mut shown = Waiting::new(output, &bytes);
        if shown.output.id.to_string() == checked.output {
            shown.typed(&checked.reason, &checked.answers());
        }
        waiting.push(shown);
    }
    show(&Page { layout: Layout::new("Outputs to check", Some(&desk.staff)), waiting, problems })
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    page(&desk, &Checked::default(), vec![]).await
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
    /// Digest of the bytes that were shown.
    sha256: String,
    reason: String,
    /// Marks of the flags that were shown, and the answer to each, in the same order.
    #[serde(deserialize_with = "every")]
    flag: Vec<String>,
    #[serde(deserialize_with = "every")]
    answer: Vec<String>,
}

impl Checked {
    /// Each flag with its answer; a flag without one has an empty one.
    fn answers(&self) -> Vec<(String, String)> {
        let answers = self.answer.iter().cloned().chain(std::iter::repeat(String::new()));
        self.flag.iter().cloned().zip(answers).collect()
    }
}

pub(crate) async fn post(At(desk): At, Form(Chosen(act)): Form<Chosen<OutputAction>>) -> PageResult<Response> {
    let (checked, verdict) = match act {
        Some(OutputAction::Release(checked)) => (checked, Verdict::Release),
        Some(OutputAction::Change(checked)) => (checked, Verdict::Change),
        Some(OutputAction::Refuse(checked)) => (checked, Verdict::Refuse),
        None => return Ok(page(&desk, &Checked::default(), refusals(nothing().into())?).await?.into_response()),
    };
    match check(&desk, &checked, verdict).await {
        Ok(()) => Ok(Redirect::to("/research/outputs").into_response()),
        Err(error) => Ok(page(&desk, &checked, refusals(error)?).await?.into_response()),
    }
}

async fn check(desk: &Desk, checked: &Checked, verdict: Verdict) -> ServiceResult<()> {
    let (Ok(project), Ok(output)) = (checked.project.parse(), checked.output.parse()) else { return Err(nothing().into()) };
    let sent =
        research::checking::Checked { verdict, reason: checked.reason.clone(), sha256: checked.sha256.clone(), answers: checked.answers() };
    research::checking::check_output(desk, project, output, sent).await
}

fn nothing() -> Refusals {
    Refusals::one("action", "Choose what to do with which output")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_belong_to_the_flags_that_were_shown() {
        let form = "action=release&flag=a&answer=one&flag=b&answer=two";
        let Ok(Chosen(Some(OutputAction::Release(checked)))) = serde_urlencoded::from_str(form) else { panic!("a form") };
        assert_eq!(checked.answers(), [("a".into(), "one".into()), ("b".into(), "two".into())]);
        let Ok(Chosen(Some(OutputAction::Release(checked)))) = serde_urlencoded::from_str("action=release&flag=a&flag=b") else {
            panic!("a form")
        };
        assert!(checked.answers().len() == 2 && checked.answers().iter().all(|(_, reason)| reason.is_empty()));
    }
}
