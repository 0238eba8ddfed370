//! Signing in: by name and password, or in a demonstration by choosing a person.

use super::{Layout, PageResult, refusals, show};
use crate::{
    error::PageError,
    session::{LINK, STAFF},
};
use askama::Template;
use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use care::{Staff, StaffId};
use serde::Deserialize;
use service::Service;
use std::sync::Arc;
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page {
    layout: Layout,
    people: Vec<Staff>,
    login: String,
    problems: Vec<String>,
}

async fn page(service: &Service, login: String, problems: Vec<String>) -> PageResult {
    let people = service.demonstration_staff().await.map_err(PageError::fault)?;
    show(&Page { layout: Layout::of("Sign in", None), people, login, problems })
}

pub(crate) async fn get(State(service): State<Arc<Service>>) -> PageResult {
    page(&service, String::new(), vec![]).await
}

#[derive(Deserialize)]
pub(crate) struct Given {
    staff: Option<String>,
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
}

pub(crate) async fn post(State(service): State<Arc<Service>>, session: Session, Form(given): Form<Given>) -> PageResult<Response> {
    let id = match given.staff.as_deref().and_then(|s| s.parse::<StaffId>().ok()) {
        // Only people of a demonstration are chosen from a list.
        Some(id) => service.demonstration_staff().await.map_err(PageError::fault)?.into_iter().find(|s| s.id == id).map(|s| s.id),
        None if given.password.is_empty() => None,
        None => match service.sign_in(&given.login, given.password).await {
            Ok(staff) => Some(staff.id),
            Err(error) => {
                let problems = refusals(error)?;
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&service, given.login, problems).await?).into_response());
            }
        },
    };
    let Some(id) = id else {
        let problems = vec!["Say who you are".into()];
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&service, given.login, problems).await?).into_response());
    };
    session.cycle_id().await.map_err(PageError::fault)?;
    session.remove_value(LINK).await.map_err(PageError::fault)?;
    session.insert(STAFF, id).await.map_err(PageError::fault)?;
    Ok(Redirect::to("/").into_response())
}

pub(crate) async fn out(session: Session) -> PageResult<Redirect> {
    session.flush().await.map_err(PageError::fault)?;
    Ok(Redirect::to("/sign-in"))
}
