//! Many entries of a panel changed at once: a list is pasted, looked at line by line, then made into a version that waits for others.

use crate::{
    form::Form,
    pages::{Layout, PageResult, Problem, chosen::Chosen, refusals, show},
    session::At,
};
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::directory::panel::{BULK_VOTES_MIN, Version, bulk::MODES};
use serde::Deserialize;
use service::{
    Desk, ServiceError,
    directory::{
        self,
        panels::bulk::{self, Preview},
    },
};

#[derive(Template)]
#[template(path = "directory/panels/bulk.html")]
struct Page {
    layout: Layout,
    version: Version,
    typed: Typed,
    preview: Option<Preview>,
    problems: Vec<Problem>,
}

/// What the form sends: the list, why, and the version that the preview was of.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    list: String,
    reason: String,
    seen: String,
}

/// What the page's form sends.
#[derive(Deserialize)]
pub(crate) struct Sent {
    #[serde(flatten)]
    typed: Typed,
    #[serde(flatten)]
    act: Chosen<BulkAction>,
}

/// What can be done with a list.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum BulkAction {
    Preview,
    Change,
}

async fn page(desk: &Desk, id: &str, typed: Typed, preview: Option<Preview>, problems: Vec<Problem>) -> PageResult {
    directory::panels::allow_change(desk).await?;
    let book = directory::panels::book(&desk.service).await?;
    let version = book.panels.0.get(id).and_then(|panel| panel.latest()).ok_or(ServiceError::NotFound("panel"))?.clone();
    let layout = Layout::new(format!("Change many entries of {}", version.name), Some(&desk.staff))
        .for_work()
        .below("Gene panels", "/panels")
        .below(version.name.clone(), format!("/panels/{id}"));
    show(&Page { layout, version, typed, preview, problems })
}

pub(crate) async fn get(At(desk): At, Path(id): Path<String>) -> PageResult {
    page(&desk, &id, Typed::default(), None, vec![]).await
}

pub(crate) async fn post(At(desk): At, Path(id): Path<String>, Form(Sent { typed, act }): Form<Sent>) -> PageResult<Response> {
    let mut problems = Vec::new();
    if matches!(act.0, Some(BulkAction::Change)) {
        match bulk::change(&desk, &id, &typed.list, &typed.seen, &typed.reason).await {
            Ok(_) => return Ok(Redirect::to(&format!("/panels/{id}/sign-off")).into_response()),
            Err(error) => problems = refusals(error)?,
        }
    }
    // Whatever was refused is shown with the list as it now is.
    match bulk::preview(&desk, &id, &typed.list).await {
        Ok(preview) => Ok(page(&desk, &id, typed, Some(preview), problems).await?.into_response()),
        Err(error) => Ok(page(&desk, &id, typed, None, refusals(error)?).await?.into_response()),
    }
}
