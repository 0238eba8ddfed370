//! What systems subscribed to and could not be told: why, since when, and when they are called again.

use crate::{
    form::Form,
    pages::{Layout, PageResult, Problem, chosen::Chosen, id, refusals, show},
    session::At,
    when,
};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::{Refusals, ordering::client::subscription::State};
use serde::Deserialize;
use service::{
    Desk,
    results::subscriptions::{self, Failing, NotTold},
};
use store::outbox::Waiting;

#[derive(Template)]
#[template(path = "results/subscriptions.html")]
struct Page {
    layout: Layout,
    found: NotTold,
    problems: Vec<Problem>,
}

impl Page {
    fn since(failing: &Failing) -> String {
        match (&failing.state, failing.waiting.first()) {
            (State::Requested | State::Active, Some(waiting)) => when::moment_of(&waiting.created),
            _ => when::moment(failing.since),
        }
    }

    fn written(waiting: &Waiting) -> String {
        when::moment_of(&waiting.created)
    }

    /// When it is tried again, and how often it was.
    fn next(waiting: &Waiting) -> String {
        let when = match (waiting.claimed.as_str(), waiting.due.as_str()) {
            ("", "") => "at once".to_owned(),
            ("", due) => when::moment_of(due),
            _ => "being tried now".to_owned(),
        };
        format!("{when} ({} so far)", if waiting.attempts == 1 { "1 attempt".into() } else { format!("{} attempts", waiting.attempts) })
    }
}

async fn page(desk: &Desk, problems: Vec<Problem>) -> PageResult {
    let found = subscriptions::not_told(desk).await?;
    show(&Page {
        layout: Layout::new("Notifications that failed", Some(&desk.staff)).below("Messages", "/messages").for_work(),
        found,
        problems,
    })
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    page(&desk, vec![]).await
}

/// What can be done.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum SubscriptionAction {
    Call {
        #[serde(default)]
        subscription: String,
    },
    Look {
        #[serde(default)]
        order: String,
    },
}

pub(crate) async fn post(At(desk): At, Form(Chosen(act)): Form<Chosen<SubscriptionAction>>) -> PageResult<Response> {
    let done = match act {
        Some(SubscriptionAction::Call { subscription }) => subscriptions::try_again(&desk, id(&subscription, "subscription")?).await,
        Some(SubscriptionAction::Look { order }) => subscriptions::look_again(&desk, id(&order, "order")?).await,
        None => Err(Refusals::one("action", "Choose what should be tried again").into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/subscriptions").into_response()),
        Err(error) => Ok(page(&desk, refusals(error)?).await?.into_response()),
    }
}
