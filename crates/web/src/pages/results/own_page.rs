//! A person's own page, opened with the link that they were sent and their date of birth.

use crate::{
    error::PageError,
    pages::{
        Layout, PageResult,
        chosen::Chosen,
        id,
        ordering::choice::{ChoiceForm, parent_value, purpose, questions},
        refusals, show,
    },
    session::{LINK, Me},
    when,
};
use access::Action;
use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    PatientId,
    ordering::choice::{Answer, Purpose, Question, WORDING},
};
use serde::Deserialize;
use service::{
    Service, ServiceError,
    results::{
        self,
        own_page::{Own, OwnPerson, OwnTest, Used},
    },
};
use std::sync::Arc;
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "results/own_page/open.html")]
struct OpenPage {
    layout: Layout,
    problems: Vec<String>,
}

pub(crate) async fn link() -> PageResult {
    show(&OpenPage { layout: Layout::new("Open your page", None), problems: vec![] })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct BirthDate {
    day: String,
    month: String,
    year: String,
}

pub(crate) async fn open(
    State(service): State<Arc<Service>>,
    Path(secret): Path<String>,
    session: Session,
    Form(form): Form<BirthDate>,
) -> PageResult<Response> {
    let again = |problems| {
        Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&OpenPage { layout: Layout::new("Open your page", None), problems })?).into_response())
    };
    let numbers = (form.year.trim().parse(), form.month.trim().parse(), form.day.trim().parse());
    let date = match numbers {
        (Ok(year), Ok(month), Ok(day)) => jiff::civil::Date::new(year, month, day).ok(),
        _ => None,
    };
    let Some(date) = date else { return again(vec!["Enter your date of birth as day, month and year, such as 27 3 1985".into()]) };
    match results::own_page::open_invitation(&service, &secret, date).await {
        Ok(link) => {
            session.clear().await;
            session.cycle_id().await.map_err(PageError::fault)?;
            session.insert(LINK, link).await.map_err(PageError::fault)?;
            Ok(Redirect::to("/my").into_response())
        }
        Err(ServiceError::NotFound(_)) => {
            again(vec!["This link is not complete. Open it again from the letter or message that you were sent".into()])
        }
        Err(error) => again(refusals(error)?),
    }
}

#[derive(Template)]
#[template(path = "results/own_page/page.html")]
struct Page {
    layout: Layout,
    name: String,
    clinic: String,
    tests: Vec<OwnTest>,
    people: Vec<Shown>,
    used: Used,
}

/// A person's choices as the page shows them.
struct Shown {
    person: OwnPerson,
    lines: Vec<(&'static str, &'static str)>,
}

pub(crate) async fn get(Me(own): Me) -> PageResult {
    let page = own.page().await?;
    let today = own.desk.today();
    let shown = |person: OwnPerson| {
        let word = |q: &Question| match q.purpose {
            other if person.choice.discussion.as_ref().is_none_or(|d| d.answer(other) == Answer::NotDiscussed) => "Not answered yet",
            Purpose::Test if person.agrees => "Yes",
            Purpose::Test => "No",
            other if person.choice.allows(other, today) => "Yes",
            _ => "No",
        };
        Shown { lines: questions().iter().map(|q| (q.title, word(q))).collect(), person }
    };
    show(&Page {
        used: own.used().await?,
        layout: Layout::new("Your tests and choices", None),
        name: own.desk.staff.name.clone(),
        clinic: own.desk.staff.organisation_name.clone(),
        tests: page.tests,
        people: page.people.into_iter().map(shown).collect(),
    })
}

#[derive(Template)]
#[template(path = "results/own_page/choose.html")]
struct Choose {
    layout: Layout,
    name: String,
    /// Value of the category that the person at the page stands for.
    category: &'static str,
    child: bool,
    form: ChoiceForm,
    questions: &'static [Question; 5],
    wording: &'static str,
    withdrawable: Vec<(String, &'static str)>,
    problems: Vec<String>,
}

async fn choose_page(own: &Own, patient: PatientId, form: ChoiceForm, problems: Vec<String>) -> PageResult {
    let page = own.page().await?;
    let person = page.people.into_iter().find(|p| p.patient == patient).ok_or(ServiceError::NotFound("choice of yours"))?;
    let today = own.desk.today();
    let agreed = |p: &Purpose| if *p == Purpose::Test { person.agrees } else { person.choice.allows(*p, today) };
    let title = |p: Purpose| questions().iter().find(|q| q.purpose == p).map_or("", |q| q.title);
    let whose = if person.by.is_some() { format!("Choices for {}", person.name) } else { "Your choices".into() };
    show(&Choose {
        layout: Layout::new(whose, None),
        category: person.by.and_then(parent_value).unwrap_or("adult"),
        child: person.by.is_some(),
        withdrawable: Purpose::ALL.into_iter().filter(agreed).map(|p| (format!("{p:?}"), title(p))).collect(),
        name: person.name,
        form,
        questions: questions(),
        wording: WORDING,
        problems,
    })
}

pub(crate) async fn choices(Me(own): Me, Path(patient): Path<String>) -> PageResult {
    choose_page(&own, id(&patient, "person")?, ChoiceForm::default(), vec![]).await
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

pub(crate) async fn choose(Me(own): Me, Path(patient): Path<String>, body: String) -> PageResult<Response> {
    let patient = id(&patient, "person")?;
    let fields: Vec<(String, String)> = crate::pages::form(&body)?;
    let form = ChoiceForm::read(&fields, "");
    let done = match crate::pages::form(&body)? {
        Chosen(Some(OwnPageAction::Withdraw { what, reason })) => match purpose(what.trim()) {
            Some(what) => own.withdraw(patient, what, reason.trim().to_owned()).await,
            None => Err(care::Refusals::one("what", "Choose what you take back").into()),
        },
        Chosen(Some(OwnPageAction::Record)) => match form.discussion(own.order) {
            Some(discussion) => own.choose(patient, discussion).await,
            None => Err(care::Refusals::one("category", "Open this page again from the start").into()),
        },
        Chosen(None) => Err(care::Refusals::one("action", "Choose what should be done").into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/my").into_response()),
        Err(error) => Ok(choose_page(&own, patient, form, refusals(error)?).await?.into_response()),
    }
}

#[derive(Template)]
#[template(path = "results/own_page/looked.html")]
struct LookedPage {
    layout: Layout,
    /// When, who, what, why; what was refused says so.
    rows: Vec<[String; 4]>,
}

pub(crate) async fn looked(Me(own): Me) -> PageResult {
    let line = |l: store::Looked| {
        let action = Action::ALL.iter().find(|action| format!("{action:?}") == l.action);
        let label = action.map_or_else(|| l.action.clone(), ToString::to_string);
        let what = if l.allowed { label } else { format!("tried to {label}, and was refused") };
        [when::moment(l.at), l.who, what, l.reason]
    };
    let rows = own.who_looked().await?.into_iter().map(line).collect();
    show(&LookedPage { layout: Layout::new("Who looked", None), rows })
}
