//! One file per page: its typed content, how it is fetched, and what its form does.

pub(crate) mod chosen;
pub(crate) mod directory;
pub(crate) mod glossary;
pub(crate) mod home;
pub(crate) mod interpretation;
pub(crate) mod laboratory;
pub(crate) mod layout;
pub(crate) mod links;
pub(crate) mod ordering;
pub(crate) mod people;
pub(crate) mod problem;
pub(crate) mod research;
pub(crate) mod results;
pub(crate) mod running;
pub(crate) mod search;
pub(crate) mod tour;

use crate::error::PageError;
use askama::Template;
use axum::{
    Router,
    http::header,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use serde::de::DeserializeOwned;
use service::{Service, ServiceError};
use std::sync::Arc;

pub(crate) use layout::{Banner, Layout};
pub(crate) use problem::Problem;

/// Every page: each wing says its own.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/", get(home::get).post(home::ticked::post))
        .route("/inbox", post(home::inbox::post))
        .route("/work.csv", get(home::csv))
        .route("/search", get(search::get))
        .route("/glossary", get(glossary::get))
        .route("/tour", get(tour::get).post(tour::post))
        .merge(ordering::router())
        .merge(laboratory::router())
        .merge(interpretation::router())
        .merge(results::router())
        .merge(people::router())
        .merge(directory::router())
        .merge(research::router())
        .merge(running::router())
}

/// A page or why there is none.
pub(crate) type PageResult<T = Html<String>> = Result<T, PageError>;

/// Renders a page. Which one it was is told to whoever traces, so that a test can name the pages that nothing renders.
pub(crate) fn show<T: Template>(page: &T) -> PageResult {
    tracing::debug!(target: "page", page = std::any::type_name::<T>());
    Ok(Html(problem::linked(page.render().map_err(PageError::fault)?)))
}

/// Reads the form that a page was sent; what is none is answered by a page with what was typed.
pub(crate) fn form<T: DeserializeOwned>(body: &str) -> PageResult<T> {
    crate::form::read(body.as_bytes())
}

/// Reads an identifier of a path; what is none names no page.
pub(crate) fn id<T: std::str::FromStr>(text: &str, what: &'static str) -> PageResult<T> {
    text.parse().map_err(|_| PageError::Service(ServiceError::NotFound(what)))
}

/// Which page of a list an address names: the first, where it names none.
pub(crate) fn page_number(text: &str) -> u64 {
    text.parse().unwrap_or(1)
}

/// The refusals of an intent, to show above its form, each with its field; any other error is a page of its own.
pub(crate) fn refusals(error: ServiceError) -> PageResult<Vec<Problem>> {
    match error {
        ServiceError::Refused(refusals) => Ok(refusals.0.into_iter().map(Problem::from).collect()),
        ServiceError::File(error) => Ok(vec![error.to_string().into()]),
        other => Err(PageError::Service(other)),
    }
}

pub(crate) async fn missing() -> PageError {
    PageError::Service(ServiceError::NotFound("page"))
}

/// A PDF, shown in the browser, with the name that it is kept under.
pub(crate) fn document(pdf: Vec<u8>, name: &str) -> Response {
    let disposition = format!("inline; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, disposition)], pdf).into_response()
}
