//! Giving, changing and taking back choices on one's own page. What is agreed to stays in the wording that counts: English.

use super::{answer, problem::Problem, title};
use crate::{
    error::PageError,
    language::Voice,
    pages::{
        Layout, PageResult,
        chosen::Chosen,
        id,
        ordering::choice::{ChoiceForm, parent_value, purpose, questions},
        refusals, show,
    },
    session::Me,
};
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    PatientId,
    ordering::choice::{Purpose, WORDING},
};
use serde::Deserialize;
use service::{ServiceError, results::own_page::Own};

#[derive(Template)]
#[template(path = "results/own_page/choose.html")]
struct Choose {
    layout: Layout,
    voice: Voice,
    /// The child knows about the test and agrees; empty where the choice is one's own.
    assent: String,
    /// Value of the category that the person at the page stands for.
    category: &'static str,
    form: ChoiceForm,
    questions: Vec<QuestionLine>,
    wording: &'static str,
    /// The version of the choices that is shown.
    seen: u64,
    withdrawable: Vec<(String, &'static str)>,
    problems: Vec<Problem>,
}

/// A question with the answer as it stands.
struct QuestionLine {
    field: &'static str,
    title: &'static str,
    wording: &'static str,
    now: String,
}

async fn choose_page(own: &Own, voice: Voice, patient: PatientId, form: ChoiceForm, problems: Vec<Problem>) -> PageResult {
    let page = own.page().await?;
    let person = page.people.into_iter().find(|p| p.patient == patient).ok_or(ServiceError::NotFound("choice of yours"))?;
    let (today, language) = (own.desk.today(), voice.language);
    let agreed = |p: &Purpose| if *p == Purpose::Test { person.agrees } else { person.choice.allows(*p, today) };
    let is_child = person.by.is_some();
    let whose =
        if is_child { language.fill("choose.title_child", "name", &person.name) } else { language.text("choose.title_self").to_owned() };
    let lines = questions().iter().map(|q| QuestionLine {
        field: q.field,
        title: language.text(title(q.purpose)),
        wording: q.wording,
        now: language.fill("choose.now", "answer", answer(&person, q.purpose, language, today)),
    });
    show(&Choose {
        layout: Layout::new(whose, None).in_language(language),
        voice,
        category: person.by.and_then(parent_value).unwrap_or("adult"),
        assent: if is_child { language.fill("choose.assent", "name", &person.name) } else { String::new() },
        withdrawable: Purpose::ALL.into_iter().filter(agreed).map(|p| (format!("{p:?}"), language.text(title(p)))).collect(),
        form,
        questions: lines.collect(),
        wording: WORDING,
        seen: person.choice.version,
        problems,
    })
}

pub(crate) async fn choices(Me(own): Me, voice: Voice, Path(patient): Path<String>) -> PageResult {
    choose_page(&own, voice, id(&patient, "person")?, ChoiceForm::default(), vec![]).await
}

/// What somebody can do with their own choice.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum OwnPageAction {
    Record,
    Withdraw {
        #[serde(default)]
        what: String,
        #[serde(default)]
        reason: String,
    },
}

pub(crate) async fn choose(Me(own): Me, voice: Voice, Path(patient): Path<String>, body: String) -> PageResult<Response> {
    let patient = id(&patient, "person")?;
    let fields: Vec<(String, String)> = crate::pages::form(&body)?;
    let form = ChoiceForm::read(&fields, "");
    let Chosen(act) = crate::pages::form(&body)?;
    let problems = match done(&own, voice, patient, &form, act).await? {
        problems if problems.is_empty() => return Ok(Redirect::to(&format!("/my{}", voice.query())).into_response()),
        problems => problems,
    };
    Ok(choose_page(&own, voice, patient, form, problems).await?.into_response())
}

/// Does what was chosen; nothing, or what stands against it.
async fn done(
    own: &Own,
    voice: Voice,
    patient: PatientId,
    form: &ChoiceForm,
    act: Option<OwnPageAction>,
) -> Result<Vec<Problem>, PageError> {
    let lacks = |key: &str| Ok(vec![Problem::own(voice.text(key))]);
    let done = match act {
        Some(OwnPageAction::Withdraw { what, reason }) => match purpose(what.trim()) {
            Some(what) => own.withdraw(patient, form.seen(), what, reason.trim().to_owned()).await,
            None => return lacks("choose.no_what"),
        },
        Some(OwnPageAction::Record) => match form.discussion(own.order) {
            Some(discussion) => own.choose(patient, form.seen(), discussion).await,
            None => return lacks("choose.from_start"),
        },
        None => return lacks("choose.no_action"),
    };
    match done {
        Ok(()) => Ok(vec![]),
        Err(error) => Ok(refusals(error)?.into_iter().map(|problem| Problem::english(problem.message)).collect()),
    }
}
