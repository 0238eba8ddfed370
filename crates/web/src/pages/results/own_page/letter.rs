//! A result that was released to the person: in short, and the letter.

use super::test;
use crate::{
    language::Voice,
    pages::{Layout, PageResult, document, id, show},
    session::Me,
    when,
};
use askama::Template;
use axum::{extract::Path, response::Response};
use service::results::{letters, own_page::OwnResult};

#[derive(Template)]
#[template(path = "results/own_page/letter.html")]
struct LetterPage {
    layout: Layout,
    voice: Voice,
    result: OwnResult,
    /// Whose it is, where it is not simply one's own.
    whose: String,
    /// What it is for.
    indication: String,
    discussed: String,
    /// Whom to call.
    clinic: String,
}

impl LetterPage {
    /// What stands above the letter.
    fn head(&self) -> Vec<[String; 2]> {
        let head = &self.result.head;
        head.dated(when::day(head.at))
    }

    fn is_heading(paragraph: &str) -> bool {
        letters::is_heading(paragraph)
    }
}

pub(crate) async fn letter(Me(own): Me, voice: Voice, Path(report): Path<String>) -> PageResult {
    let result = own.result(id(&report, "result")?).await?;
    let language = voice.language;
    show(&LetterPage {
        layout: Layout::new(language.text("letter.title"), None).in_language(language),
        voice,
        whose: test::whose(&result.whose, language),
        indication: test::indication(&result.whose).to_owned(),
        discussed: language.fill("letter.discussed", "day", language.day(result.discussed)),
        clinic: own.desk.staff.organisation_name.clone(),
        result,
    })
}

pub(crate) async fn pdf(Me(own): Me, Path(report): Path<String>) -> PageResult<Response> {
    let (number, pdf) = own.letter(id(&report, "result")?, when::day).await?;
    Ok(document(pdf, &format!("{number}-letter.pdf")))
}
