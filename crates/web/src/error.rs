//! What a person sees when something cannot be done.

use crate::{form::Unread, pages::Layout, session};
use askama::Template;
use axum::{
    body::{Body, HttpBody},
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use service::{ServiceError, fault::ForLog};
use std::{any::Any, fmt};
use store::Trouble;
use tower_sessions::{session::Error as SessionError, session_store::Error as KeepingError};

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
    home: Home,
}

/// Where whoever reads it goes on.
#[derive(Clone, Copy)]
enum Home {
    /// People who work here: their list.
    List,
    /// A person at their own page, who has no list and no account.
    OwnPage,
}

impl Home {
    fn href(self) -> &'static str {
        match self {
            Home::List => "/",
            Home::OwnPage => "/my",
        }
    }

    /// The words of the link.
    fn label(self) -> &'static str {
        match self {
            Home::List => "Go to your list",
            Home::OwnPage => "Go to your page",
        }
    }
}

/// What was said, kept beside the page until it is known who reads it.
#[derive(Clone)]
struct Answer {
    title: &'static str,
    messages: Vec<String>,
    typed: Vec<(String, String)>,
    emergency: Option<String>,
}

impl Answer {
    fn page(&self, home: Home) -> String {
        let Answer { title, messages, typed, emergency } = self.clone();
        let page = Page { layout: Layout::new(title, None), messages, typed, emergency, home };
        page.render().unwrap_or_else(|_| title.into())
    }

    fn respond(self, status: StatusCode) -> Response {
        let mut response = (status, Html(self.page(Home::List))).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A page that says why nothing was done, before anybody looked at what was asked.
pub(crate) fn refused(status: StatusCode, title: &'static str, message: String) -> Response {
    Answer { title, messages: vec![message], typed: vec![], emergency: None }.respond(status)
}

impl PageError {
    /// A fault of the program, or of what it rests on.
    pub(crate) fn fault(error: impl fmt::Display + Any) -> PageError {
        let text = error.to_string();
        let error: Box<dyn Any> = Box::new(error);
        let fault = match error.downcast::<anyhow::Error>() {
            Ok(fault) => return PageError::from(*fault),
            Err(other) => other,
        };
        // Of a session that could not be read its store keeps the words alone.
        let trouble = match fault.downcast_ref::<SessionError>() {
            Some(SessionError::Store(KeepingError::Backend(kept))) => Trouble::named(kept),
            _ => None,
        };
        let fault = trouble.map_or_else(|| anyhow::anyhow!("{text}"), anyhow::Error::from);
        PageError::Service(ServiceError::Fault(fault))
    }
}

/// What a fault rests on, where that is the database, a disk or the object store: everybody is told so in the same way.
pub(crate) fn trouble(error: &ServiceError) -> Option<Trouble> {
    match error {
        ServiceError::Fault(fault) => Trouble::beneath(fault),
        ServiceError::Refused(_)
        | ServiceError::Denied(_)
        | ServiceError::Conflict(_)
        | ServiceError::NotFound(_)
        | ServiceError::File(_) => None,
    }
}

/// The status of an answer that something else than the program stood in the way of.
pub(crate) fn status_of(trouble: Trouble) -> StatusCode {
    if trouble.passes_after().is_some() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR }
}

/// After how many seconds it is worth trying again, as a header says it.
pub(crate) fn retry_after(trouble: Trouble) -> Option<HeaderValue> {
    trouble.passes_after().map(|wait| HeaderValue::from(wait.as_secs()))
}

/// What a person reads of it, and what they do.
fn sentences(trouble: Trouble) -> Vec<String> {
    let (what, then) = match trouble {
        Trouble::Away => ("The database of the service cannot be reached at this moment.", AGAIN),
        Trouble::Busy => ("The service has too much to do at this moment.", AGAIN),
        Trouble::FilesAway => ("The place where the service keeps its files cannot be reached at this moment.", AGAIN),
        Trouble::NoRoom => ("There is no room left where the service keeps its data, so nothing can be saved.", CALL),
        Trouble::ReadOnly => ("The service may not write where it keeps its data, so nothing can be saved.", CALL),
        Trouble::Disk => ("The service cannot read or write its disk.", CALL),
        Trouble::Damaged => ("The database of the service is damaged.", STOP),
    };
    vec![what.into(), HALF.into(), then.into()]
}

/// What a person reads of a fault of which nothing more is known.
fn unknown() -> Vec<String> {
    vec!["Nothing was half done. Try again; if it goes on, tell whoever runs the service at what time it happened.".into()]
}

const HALF: &str = "Nothing was half done. A step may have been saved whole without its answer reaching you: look before you repeat it.";
const AGAIN: &str = "Wait a few seconds and try again. If it goes on, tell whoever runs the service.";
const CALL: &str = "Tell whoever runs the service now. A result that is needed for care comes from the laboratory by telephone until then.";
const STOP: &str = "Tell whoever runs the service now, and enter nothing more until they say so.";

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
                return Answer { title, messages: vec![message], typed, emergency: None }.respond(status);
            }
            PageError::Service(error) => error,
        };
        let trouble = trouble(&error);
        let (status, title) = match &error {
            ServiceError::Refused(_) | ServiceError::File(_) => (StatusCode::UNPROCESSABLE_ENTITY, "This could not be done"),
            ServiceError::Denied(_) => (StatusCode::FORBIDDEN, "You may not do this"),
            ServiceError::Conflict(_) => (StatusCode::CONFLICT, "Somebody else was first"),
            ServiceError::NotFound(_) => (StatusCode::NOT_FOUND, "Page not found"),
            ServiceError::Fault(fault) => {
                tracing::error!("{}", fault.for_log());
                let status = trouble.map_or(StatusCode::INTERNAL_SERVER_ERROR, status_of);
                (status, "Sorry, there is a problem with the service")
            }
        };
        let messages = match &error {
            ServiceError::Refused(refusals) => refusals.0.iter().map(|r| r.message.clone()).collect(),
            ServiceError::Fault(_) => trouble.map_or_else(unknown, sentences),
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
        let mut response = Answer { title, messages, typed: vec![], emergency }.respond(status);
        if let Some(wait) = trouble.and_then(retry_after) {
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        response
    }
}

/// Words for an answer that has none: who is signed in could not be kept after the page was made. What a person at their own page reads
/// leads back there, and not to the list of those who work here.
pub(crate) async fn said(request: Request, next: Next) -> Response {
    let is_own = is_own_page(request.uri().path());
    let mut response = next.run(request).await;
    let is_empty = response.body().size_hint().exact() == Some(0);
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR && is_empty {
        response = PageError::fault("the session could not be kept").into_response();
    }
    let Some(answer) = response.extensions_mut().remove::<Answer>().filter(|_| is_own) else { return response };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(answer.page(Home::OwnPage)))
}

/// Whether an address is one of a person's own page, or of the link that opens it.
fn is_own_page(path: &str) -> bool {
    path == "/my" || path.starts_with("/my/") || path.starts_with("/link/")
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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;

    async fn answered(error: PageError) -> (StatusCode, Option<String>, String) {
        let response = error.into_response();
        let wait = response.headers().get(header::RETRY_AFTER).map(|wait| wait.to_str().expect("text").to_owned());
        let (status, body) = (response.status(), to_bytes(response.into_body(), 1 << 20).await.expect("a page"));
        (status, wait, String::from_utf8(body.to_vec()).expect("text"))
    }

    #[test]
    fn a_person_at_their_own_page_is_led_back_there() {
        let answer = Answer { title: "Page not found", messages: vec![], typed: vec![], emergency: None };
        let own = answer.page(Home::OwnPage);
        assert!(own.contains("<a href=\"/my\">Go to your page</a>") && !own.contains("your list"), "{own}");
        assert!(answer.page(Home::List).contains("<a href=\"/\">Go to your list</a>"));
        for (path, is_own) in [("/my", true), ("/my/letters/1", true), ("/link/x", true), ("/mythology", false), ("/orders/my", false)] {
            assert_eq!(is_own_page(path), is_own, "{path}");
        }
    }

    #[tokio::test]
    async fn a_database_that_is_away_is_said_with_when_to_try_again() {
        let fault = anyhow::Error::from(Trouble::Away).context("reading a list");
        let session = SessionError::Store(KeepingError::Backend(Trouble::Away.to_string()));
        for error in [PageError::from(fault), PageError::fault(anyhow::Error::from(Trouble::Away)), PageError::fault(session)] {
            let (status, wait, page) = answered(error).await;
            assert_eq!((status, wait.as_deref()), (StatusCode::SERVICE_UNAVAILABLE, Some("15")));
            assert!(page.contains("cannot be reached at this moment") && page.contains("look before you repeat it"), "{page}");
        }
    }

    #[tokio::test]
    async fn what_does_not_pass_by_itself_is_for_somebody_and_says_no_time() {
        let (status, wait, page) = answered(PageError::from(anyhow::Error::from(Trouble::Damaged))).await;
        assert_eq!((status, wait), (StatusCode::INTERNAL_SERVER_ERROR, None));
        assert!(page.contains("enter nothing more until they say so"), "{page}");
        let (status, wait, page) = answered(PageError::fault("something unknown")).await;
        assert_eq!((status, wait), (StatusCode::INTERNAL_SERVER_ERROR, None));
        assert!(page.contains("at what time it happened") && !page.contains("something unknown"), "{page}");
    }
}
