//! Messages of the organisation's systems: those that could not be acted on, to be mended and sent again.

use crate::{
    form::Form,
    pages::{
        Layout, PageResult, Problem,
        chosen::{Chosen, Why},
        id, page_number, refusals, show,
    },
    session::At,
    when,
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use care::{
    MessageId,
    ordering::message::{Message, State},
};
use serde::Deserialize;
use service::{
    Desk,
    ordering::{self, messages::Shown},
    results::subscriptions,
};
use store::{MessageLine, Paged};

#[derive(Template)]
#[template(path = "ordering/messages/all.html")]
struct All {
    layout: Layout,
    /// Those of one state.
    messages: Paged<(MessageLine, Message)>,
    show: String,
    /// How many subscriptions and orders systems could not be told of.
    not_told: usize,
}

impl All {
    fn came(line: &MessageLine) -> String {
        came(line)
    }

    /// What the address of another page of this list begins with.
    fn address(&self) -> String {
        if self.show.is_empty() { "/messages?".into() } else { format!("/messages?show={}&", self.show) }
    }

    fn sender(message: &Message) -> &str {
        message.received.as_ref().map_or("", |r| &r.client.name)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct MessagesQuery {
    show: String,
    page: String,
}

pub(crate) async fn all(At(desk): At, Query(query): Query<MessagesQuery>) -> PageResult {
    let (show_which, states) = match query.show.as_str() {
        "done" => ("done", vec![State::Done { orders: vec![], notes: vec![] }]),
        "aside" => ("aside", vec![State::SetAside { reason: String::new() }]),
        _ => ("", vec![State::Refused { faults: vec![] }, State::Waiting]),
    };
    let messages = ordering::messages::messages(&desk, &states, page_number(&query.page)).await?;
    let not_told = subscriptions::not_told(&desk).await?.len();
    show(&All { layout: Layout::new("Messages", Some(&desk.staff)).for_work(), messages, show: show_which.into(), not_told })
}

/// When a message came, as people read it.
fn came(line: &MessageLine) -> String {
    when::moment_of(&line.received)
}

#[derive(Template)]
#[template(path = "ordering/messages/one.html")]
struct One {
    layout: Layout,
    shown: Shown,
    /// The text to mend, as it came or as last typed.
    text: String,
    problems: Vec<Problem>,
}

impl One {
    fn sender(&self) -> &str {
        self.shown.message.received.as_ref().map_or("", |r| &r.client.name)
    }

    fn came(&self) -> String {
        came(&self.shown.line)
    }

    fn can_mend(&self) -> bool {
        self.shown.message.state.is_dead()
    }
}

async fn page(desk: &Desk, id: MessageId, typed: Option<String>, problems: Vec<Problem>) -> PageResult {
    let shown = ordering::messages::message(desk, id).await?;
    let text = typed.unwrap_or_else(|| shown.text.clone());
    show(&One { layout: Layout::new("Message", Some(&desk.staff)).below("Messages", "/messages"), text, shown, problems })
}

pub(crate) async fn get(At(desk): At, Path(message): Path<String>) -> PageResult {
    page(&desk, id(&message, "message")?, None, vec![]).await
}

/// What can be done with a message.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum MessageAction {
    Send {
        #[serde(default)]
        text: String,
    },
    Aside(Why),
    Code {
        #[serde(default)]
        code: String,
        #[serde(default)]
        means: String,
    },
}

pub(crate) async fn post(
    At(desk): At,
    Path(message): Path<String>,
    Form(Chosen(act)): Form<Chosen<MessageAction>>,
) -> PageResult<Response> {
    let message = id(&message, "message")?;
    let done = match &act {
        Some(MessageAction::Send { text }) => ordering::messages::mend(&desk, message, text).await.map(|receipt| receipt.id),
        Some(MessageAction::Aside(Why { reason })) => ordering::messages::set_aside(&desk, message, reason).await.map(|()| message),
        Some(MessageAction::Code { code, means }) => ordering::messages::map_code(&desk, message, code, means).await.map(|()| message),
        None => Err(care::Refusals::one("action", "Choose what should be done").into()),
    };
    match done {
        Ok(now) => Ok(Redirect::to(&format!("/messages/{now}")).into_response()),
        Err(error) => {
            let typed = if let Some(MessageAction::Send { text }) = act { Some(text) } else { None };
            Ok(page(&desk, message, typed, refusals(error)?).await?.into_response())
        }
    }
}
