//! Work in the background: what waits, what runs and where, what failed; and sending that again.

use crate::{
    background,
    form::Form,
    pages::{Layout, PageResult, Problem, refusals, show},
    session::At,
    when,
};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::Refusals;
use jiff::Timestamp;
use serde::Deserialize;
use service::{
    Desk, ServiceResult,
    work::jobs::{self, Background},
};
use store::{Depth, JobLine, JobState, Round};

#[derive(Template)]
#[template(path = "running/jobs.html")]
struct Page {
    layout: Layout,
    found: Background,
    typed: AgainForm,
    problems: Vec<Problem>,
}

/// A job that is to be sent again, or given up, as it was when somebody looked at it.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AgainForm {
    /// `again` or `give_up`.
    action: String,
    subject: String,
    /// Since when it was parked.
    parked: String,
    reason: String,
    confirmed: String,
}

impl Page {
    /// Since when the oldest of a kind waits.
    fn oldest(depth: &Depth) -> String {
        depth.oldest.map_or_else(|| "Nothing waits".into(), when::moment)
    }

    /// Since when a job waits for somebody; nothing where it does not.
    fn parked(job: &JobLine) -> Option<Timestamp> {
        match job.state {
            JobState::Parked { since } => Some(since),
            JobState::Waiting { .. } | JobState::Running { .. } => None,
        }
    }

    /// Who does a job: name and version of a program.
    fn who(job: &JobLine) -> &str {
        match &job.state {
            JobState::Running { by, .. } if by.is_empty() => "A program without a name",
            JobState::Running { by, .. } => by,
            JobState::Waiting { .. } | JobState::Parked { .. } => "Nobody",
        }
    }

    /// Where a job is, and how often it was begun, if it was.
    fn state(job: &JobLine) -> String {
        let state = background::state(job);
        if job.attempts == 0 { state } else { format!("{state}, begun {}", background::times(job.attempts)) }
    }

    /// What was typed for a job, where the form of this one was refused.
    fn typed(&self, job: &JobLine) -> &str {
        if self.typed.subject == job.subject { &self.typed.reason } else { "" }
    }

    fn is_open(&self, job: &JobLine) -> bool {
        self.typed.subject == job.subject
    }

    /// What a round does.
    fn round(round: &Round) -> &str {
        match round.subject.as_str() {
            "sweep/unread" => "Assigns unread reports to somebody to follow up",
            "sweep/sessions" => "Ends sign-ins that have expired",
            "library/kept" => "Removes people from the research library who no longer agree",
            "library/filled" => "Adds people to the research library who agreed",
            other => other,
        }
    }

    fn round_state(round: &Round) -> String {
        let due = || round.due.map_or_else(|| "when a program is free".into(), when::moment);
        match (round.is_running, round.failures) {
            (true, _) => "Is done now".into(),
            (false, 0) => format!("Next {}", due()),
            (false, 1) => format!("Failed once, next {}: {}", due(), round.reason),
            (false, failures) => format!("Failed {} in a row, next {}: {}", background::times(failures), due(), round.reason),
        }
    }
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    page(&desk, AgainForm::default(), vec![]).await
}

async fn page(desk: &Desk, typed: AgainForm, problems: Vec<Problem>) -> PageResult {
    let found = jobs::background(desk).await?;
    show(&Page { layout: Layout::new("Background work", Some(&desk.staff)).below("Work", "/").for_work(), found, typed, problems })
}

pub(crate) async fn post(At(desk): At, Form(form): Form<AgainForm>) -> PageResult<Response> {
    match act(&desk, &form).await {
        Ok(()) => Ok(Redirect::to("/background").into_response()),
        Err(error) => Ok(page(&desk, form, refusals(error)?).await?.into_response()),
    }
}

async fn act(desk: &Desk, form: &AgainForm) -> ServiceResult<()> {
    let Ok(parked) = form.parked.parse() else {
        return Err(Refusals::one("action", "The form was not complete. Choose the work that is to be sent again").into());
    };
    if form.confirmed != "yes" {
        return Err(Refusals::one("confirmed", "Confirm that you looked at why it failed").into());
    }
    match form.action.as_str() {
        "again" => jobs::send_again(desk, &form.subject, parked, &form.reason).await,
        "give_up" => jobs::give_up(desk, &form.subject, parked, &form.reason).await,
        _ => Err(Refusals::one("action", "Choose whether it is sent again or given up").into()),
    }
}
