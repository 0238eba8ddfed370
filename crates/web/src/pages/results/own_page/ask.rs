//! Questions to the clinic, and its answers: in the words of whoever wrote them.

use super::problem::Problem;
use crate::{
    form::Form,
    language::{Language, Voice},
    pages::{Layout, PageResult, refusals, show},
    session::Me,
};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use service::results::own_page::{Own, OwnEnd, OwnQuestion};

#[derive(Template)]
#[template(path = "results/own_page/ask.html")]
struct Page {
    layout: Layout,
    voice: Voice,
    clinic: String,
    /// What was typed.
    text: String,
    questions: Vec<QuestionCard>,
    problems: Vec<Problem>,
}

/// A question as the page shows it.
struct QuestionCard {
    text: String,
    /// What became of it, in the language of the page.
    state: String,
    /// What the clinic wrote; empty where it wrote nothing.
    answer: String,
}

impl QuestionCard {
    fn new(question: OwnQuestion, language: Language) -> QuestionCard {
        let said = |key: &str, name: &str, day: String| language.fill_two(key, ("name", "day"), name, day);
        let (state, answer) = match question.end {
            None => (language.fill("ask.sent", "day", language.day(question.sent)), String::new()),
            Some((OwnEnd::Answered(text, name), at)) => (said("ask.answered", &name, language.day(at)), text),
            Some((OwnEnd::Discussed(name), at)) => (said("ask.discussed", &name, language.day(at)), String::new()),
        };
        QuestionCard { text: question.text, state, answer }
    }
}

async fn page(own: &Own, voice: Voice, text: String, problems: Vec<Problem>) -> PageResult {
    show(&Page {
        layout: Layout::new(voice.text("ask.title"), None).in_language(voice.language),
        voice,
        clinic: own.desk.staff.organisation_name.clone(),
        text,
        questions: own.questions().await?.into_iter().map(|question| QuestionCard::new(question, voice.language)).collect(),
        problems,
    })
}

pub(crate) async fn questions(Me(own): Me, voice: Voice) -> PageResult {
    page(&own, voice, String::new(), vec![]).await
}

/// What somebody wants to know.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    text: String,
}

pub(crate) async fn ask(Me(own): Me, voice: Voice, Form(typed): Form<Typed>) -> PageResult<Response> {
    match own.ask(typed.text.clone()).await {
        Ok(()) => Ok(Redirect::to(&format!("/my/questions{}", voice.query())).into_response()),
        Err(error) => {
            let problems = refusals(error)?.into_iter().map(|problem| Problem::english(problem.message)).collect();
            Ok(page(&own, voice, typed.text, problems).await?.into_response())
        }
    }
}
