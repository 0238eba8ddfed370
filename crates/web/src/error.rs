//! What a person sees when something cannot be done.

use crate::{form::Unread, pages::Layout, session};
use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use service::{ServiceError, fault::ForLog};

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum PageError {
    /// Nobody is signed in.
    SignIn,
    /// Whoever is signed in has to change their password first.
    PasswordDue,
    /// A page of an order was opened, and none is begun here.
    NoOrder,
    /// A form or an address could not be read.
    Unread(Unread),
    /// An intent failed.
    Service(ServiceError),
}

#[derive(Template)]
#[template(path = "error.html")]
struct Page {
    layout: Layout,
    messages: Vec<String>,
    /// What was typed in a form that could not be read.
    typed: Vec<(String, String)>,
    /// Where a clinician who needs this for care can open it.
    emergency: Option<String>,
}

impl PageError {
    /// A fault of the program.
    pub(crate) fn fault(error: impl std::fmt::Display) -> PageError {
        PageError::Service(ServiceError::Fault(anyhow::anyhow!("{error}")))
    }
}

impl<E: Into<ServiceError>> From<E> for PageError {
    fn from(error: E) -> PageError {
        PageError::Service(error.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let error = match self {
            PageError::SignIn => return Redirect::to("/sign-in").into_response(),
            PageError::PasswordDue => return Redirect::to(session::PASSWORD).into_response(),
            PageError::NoOrder => return Redirect::to("/order-a-test").into_response(),
            PageError::Unread(Unread { status, message, typed }) => {
                let title = "This could not be done";
                let page = Page { layout: Layout::new(title, None), messages: vec![message], typed, emergency: None };
                return (status, Html(page.render().unwrap_or_else(|_| title.into()))).into_response();
            }
            PageError::Service(error) => error,
        };
        let (status, title) = match &error {
            ServiceError::Refused(_) | ServiceError::File(_) => (StatusCode::UNPROCESSABLE_ENTITY, "This could not be done"),
            ServiceError::Denied(_) => (StatusCode::FORBIDDEN, "You may not do this"),
            ServiceError::Conflict(_) => (StatusCode::CONFLICT, "Somebody else was first"),
            ServiceError::NotFound(_) => (StatusCode::NOT_FOUND, "Page not found"),
            ServiceError::Fault(fault) => {
                tracing::error!("{}", fault.for_log());
                (StatusCode::INTERNAL_SERVER_ERROR, "Sorry, there is a problem with the service")
            }
        };
        let messages = match &error {
            ServiceError::Refused(refusals) => refusals.0.iter().map(|r| r.message.clone()).collect(),
            ServiceError::Fault(_) => {
                vec!["Nothing was half done. Try again; if it goes on, tell whoever runs the service at what time it happened.".into()]
            }
            // An order that is not there is refused like one that may not be opened.
            ServiceError::Denied(denied) if denied.resource.starts_with("order/") => {
                vec![
                    denied.to_string(),
                    "If you followed a link, check it: one that leads to no order is answered in these words too.".into(),
                ]
            }
            other => vec![other.to_string()],
        };
        let emergency = match &error {
            ServiceError::Denied(denied) => emergency(denied),
            _ => None,
        };
        let page = Page { layout: Layout::new(title, None), messages, typed: vec![], emergency };
        (status, Html(page.render().unwrap_or_else(|_| title.into()))).into_response()
    }
}

/// Address at which the glass can be broken for what was refused.
fn emergency(denied: &access::Denied) -> Option<String> {
    let (kind, id) = denied.resource.split_once('/')?;
    let page = match kind {
        "order" => "orders",
        "patient" => "patients",
        _ => return None,
    };
    denied.may_break_glass().then(|| format!("/{page}/{id}/emergency"))
}
