//! Signing in to the demonstration, by role.

use super::{Layout, PageResult, show};
use crate::{error::PageError, session::STAFF};
use askama::Template;
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use care::{Staff, StaffId};
use serde::Deserialize;
use service::{Service, staff};
use std::sync::Arc;
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page {
    layout: Layout,
    people: Vec<Staff>,
    error: bool,
}

pub(crate) async fn get(State(_): State<Arc<Service>>) -> PageResult {
    show(&Page { layout: Layout::of("Sign in", None), people: staff::demo(), error: false })
}

#[derive(Deserialize)]
pub(crate) struct Chosen {
    staff: Option<String>,
}

pub(crate) async fn post(session: Session, Form(chosen): Form<Chosen>) -> PageResult<Response> {
    let id = chosen.staff.and_then(|s| s.parse::<StaffId>().ok()).filter(|id| staff::by_id(*id).is_some());
    let Some(id) = id else {
        return Ok(show(&Page { layout: Layout::of("Sign in", None), people: staff::demo(), error: true })?.into_response());
    };
    session.cycle_id().await.map_err(PageError::fault)?;
    session.insert(STAFF, id).await.map_err(PageError::fault)?;
    Ok(Redirect::to("/").into_response())
}

pub(crate) async fn out(session: Session) -> PageResult<Redirect> {
    session.flush().await.map_err(PageError::fault)?;
    Ok(Redirect::to("/sign-in"))
}
