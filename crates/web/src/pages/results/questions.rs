//! Questions from people's own pages, for their clinic to answer.

use crate::{
    flash,
    form::Form,
    pages::{Layout, PageResult, Problem, chosen::Chosen, id, layout::nhs_number, refusals, show},
    session::At,
    when,
};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::{OrderId, QuestionId, results::question::Command};
use serde::Deserialize;
use service::{
    Desk,
    results::questions::{self, QUESTIONS_MAX, Waiting},
};
use tower_sessions::Session;

/// A question as the page shows it.
struct Row {
    id: QuestionId,
    order: OrderId,
    since: String,
    /// What it says, and who wants to know; nothing where the record is restricted to others.
    content: Option<Content>,
}

/// What a question says.
struct Content {
    name: String,
    born: String,
    nhs_number: String,
    text: String,
    seen: u64,
}

#[derive(Template)]
#[template(path = "results/questions.html")]
struct Page {
    layout: Layout,
    rows: Vec<Row>,
    are_more: bool,
    typed: Typed,
    done: Option<String>,
    problems: Vec<Problem>,
}

impl Page {
    /// What was typed for a question, where it was refused.
    fn typed_for<'p>(&self, row: &Row, text: &'p str) -> &'p str {
        if self.typed.question == row.id.to_string() { text } else { "" }
    }
}

fn row(waiting: Waiting) -> Row {
    let content = waiting.content.map(|content| Content {
        name: content.who.full_name(),
        born: when::day(content.who.birth_date),
        nhs_number: nhs_number(&content.who.nhs_number),
        text: content.text,
        seen: content.seen,
    });
    Row { id: waiting.id, order: waiting.order, since: when::moment(waiting.since), content }
}

async fn page(desk: &Desk, done: Option<String>, typed: Typed, problems: Vec<Problem>) -> PageResult {
    let (waiting, are_more) = questions::waiting(desk).await?;
    show(&Page {
        layout: Layout::new("Questions from patients", Some(&desk.staff)).below("Work", "/"),
        rows: waiting.into_iter().map(row).collect(),
        are_more,
        typed,
        done,
        problems,
    })
}

pub(crate) async fn get(At(desk): At, session: Session) -> PageResult {
    let done = flash::said(&session).await?;
    page(&desk, done, Typed::default(), vec![]).await
}

/// What was typed for a question.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    question: String,
    /// Events of the question that were shown.
    seen: String,
    text: String,
    note: String,
}

/// What can be done with a question.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum QuestionAction {
    Answer(Typed),
    Discuss(Typed),
}

pub(crate) async fn post(At(desk): At, session: Session, Form(Chosen(act)): Form<Chosen<QuestionAction>>) -> PageResult<Response> {
    let (typed, command, sentence) = match act {
        Some(QuestionAction::Answer(typed)) => {
            let command = Command::Answer { text: typed.text.clone() };
            (typed, command, "The answer is on the person’s own page. Call them if it cannot wait until they look.")
        }
        Some(QuestionAction::Discuss(typed)) => {
            let command = Command::Discuss { note: typed.note.clone() };
            (typed, command, "It is recorded that you talked about it.")
        }
        None => return Ok(page(&desk, None, Typed::default(), vec!["Choose what should be done".into()]).await?.into_response()),
    };
    let question = id(&typed.question, "question")?;
    match questions::end(&desk, question, typed.seen.parse().unwrap_or_default(), command).await {
        Ok(()) => {
            flash::say(&session, sentence).await?;
            Ok(Redirect::to("/questions").into_response())
        }
        Err(error) => Ok(page(&desk, None, typed, refusals(error)?).await?.into_response()),
    }
}
