//! One's own password.

use crate::{
    form::Form,
    pages::{Layout, PageResult, Problem, refusals, show},
    session::{self, At},
};
use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use service::{Desk, people};
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "people/password.html")]
struct Page {
    layout: Layout,
    /// Signs in by a password at all.
    has_password: bool,
    /// It has to be changed before anything else.
    due: bool,
    changed: bool,
    problems: Vec<Problem>,
}

async fn page(desk: &Desk, changed: bool, problems: Vec<Problem>) -> PageResult {
    let (has_password, due) = people::accounts::has_password(desk).await?;
    show(&Page { layout: Layout::new("Your password", Some(&desk.staff)), has_password, due, changed, problems })
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    page(&desk, false, vec![]).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    present: String,
    new: String,
}

/// Changes it: every other session of the account ends, this one goes on.
pub(crate) async fn post(At(desk): At, session: Session, Form(typed): Form<Typed>) -> PageResult<Response> {
    match people::accounts::change_own_password(&desk, typed.present, typed.new).await {
        Ok(since) => {
            session::keep(&session, desk.staff.id, since).await?;
            Ok(page(&desk, true, vec![]).await?.into_response())
        }
        Err(error) => Ok(page(&desk, false, refusals(error)?).await?.into_response()),
    }
}
