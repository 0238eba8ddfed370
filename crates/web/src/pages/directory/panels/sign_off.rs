//! What waits to be signed off on a panel: what it changes against the version in use, which cases that touches, votes, and signing.

use crate::{
    error::PageError,
    form::Form,
    pages::{Layout, PageResult, Problem, chosen::Chosen, refusals, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::directory::panel::{self, Difference, Version, Vote};
use serde::Deserialize;
use service::{
    Desk, ServiceError, directory,
    interpretation::touched::{self, Touched},
};

#[derive(Template)]
#[template(path = "directory/panels/sign_off.html")]
struct Page {
    layout: Layout,
    used: Version,
    latest: Version,
    differences: Vec<Difference>,
    touched: Option<Touched>,
    votes: Vec<Vote>,
    votes_min: u32,
    /// Whoever looks made what waits.
    is_own: bool,
    curator: bool,
    reason: String,
    problems: Vec<Problem>,
}

impl Page {
    /// Nothing waits.
    fn is_done(&self) -> bool {
        self.latest.signed_off.is_some()
    }
}

async fn page(desk: &Desk, id: &str, reason: String, problems: Vec<Problem>) -> PageResult {
    let touched = touched::touched(desk, id).await?;
    let book = directory::panels::book(&desk.service).await?;
    let panel = book.panels.0.get(id).ok_or(ServiceError::NotFound("panel"))?;
    let (used, latest) = panel.in_use().zip(panel.latest()).ok_or(ServiceError::NotFound("version of this panel"))?;
    let (before, after) =
        book.content(used).zip(book.content(latest)).ok_or_else(|| PageError::fault("the content of a panel is not held"))?;
    let layout = Layout::new(format!("Sign off {} version {}", latest.name, latest.number), Some(&desk.staff))
        .for_work()
        .below("Gene panels", "/panels")
        .below(latest.name.clone(), format!("/panels/{id}"));
    show(&Page {
        layout,
        differences: panel::compare(before, after),
        touched,
        votes: panel.votes_on(&latest.number).cloned().collect(),
        votes_min: panel.votes_min(),
        is_own: panel.is_made_by(desk.staff.id),
        curator: desk.may(Action::ChangePanel),
        used: used.clone(),
        latest: latest.clone(),
        reason,
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Path(id): Path<String>) -> PageResult {
    page(&desk, &id, String::new(), vec![]).await
}

/// What the page's forms send.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum SignOffAction {
    For(Voted),
    Against(Voted),
    Sign(Voted),
}

/// The version that was looked at, and why somebody votes.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Voted {
    version: String,
    reason: String,
}

pub(crate) async fn post(At(desk): At, Path(id): Path<String>, Form(Chosen(act)): Form<Chosen<SignOffAction>>) -> PageResult<Response> {
    let (done, reason, next) = match act {
        Some(SignOffAction::For(Voted { version, reason })) => {
            (directory::panels::vote(&desk, &id, &version, true, reason.clone()).await, reason, "/sign-off")
        }
        Some(SignOffAction::Against(Voted { version, reason })) => {
            (directory::panels::vote(&desk, &id, &version, false, reason.clone()).await, reason, "/sign-off")
        }
        Some(SignOffAction::Sign(Voted { version, reason })) => (directory::panels::sign_off(&desk, &id, &version).await, reason, ""),
        None => (Err(care::Refusals::one("action", "Choose what should be done").into()), String::new(), ""),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/panels/{id}{next}")).into_response()),
        Err(error) => Ok(page(&desk, &id, reason, refusals(error)?).await?.into_response()),
    }
}
