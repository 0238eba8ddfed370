//! Laboratories and what each can do.

use crate::{
    error::PageError,
    form::Form,
    pages::{Layout, PageResult, Problem, chosen::Chosen, refusals, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::{
    OdsCode, Refusals,
    directory::laboratory::{Command, Laboratory, Readiness},
};
use serde::Deserialize;
use service::{Desk, ServiceResult, directory};

#[derive(Template)]
#[template(path = "directory/laboratories.html")]
struct Page {
    layout: Layout,
    laboratories: Vec<(OdsCode, Laboratory)>,
    /// The laboratory of which the reader says what it can do.
    mine: Option<OdsCode>,
    may_open: bool,
    typed: Typed,
    problems: Vec<Problem>,
}

/// What the page's forms send.
#[derive(Deserialize)]
pub(crate) struct LaboratoryForm {
    #[serde(flatten)]
    typed: Typed,
    #[serde(flatten)]
    act: Chosen<LaboratoryAction>,
}

/// What can be done with laboratories.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum LaboratoryAction {
    Open,
    Set,
    Contact,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    code: String,
    name: String,
    serves: String,
    test: String,
    readiness: String,
    reason: String,
    contact: String,
}

async fn page(desk: &Desk, typed: Typed, problems: Vec<Problem>) -> PageResult {
    directory::catalogue::permit(desk, Action::ReadDirectory).await?;
    let laboratories: Vec<(OdsCode, Laboratory)> =
        directory::laboratories::list(&desk.service).await.map_err(PageError::fault)?.0.into_iter().collect();
    let own = desk.staff.organisation.clone();
    let manages = desk.may(Action::SetReadiness) && laboratories.iter().any(|(code, _)| *code == own);
    show(&Page {
        layout: Layout::new("Laboratories", Some(&desk.staff)),
        laboratories,
        mine: manages.then_some(own),
        may_open: desk.may(Action::OpenLaboratory),
        typed,
        problems,
    })
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    page(&desk, Typed::default(), vec![]).await
}

pub(crate) async fn post(At(desk): At, Form(form): Form<LaboratoryForm>) -> PageResult<Response> {
    match act(&desk, &form).await {
        Ok(()) => Ok(Redirect::to("/laboratories").into_response()),
        Err(error) => Ok(page(&desk, form.typed, refusals(error)?).await?.into_response()),
    }
}

async fn act(desk: &Desk, LaboratoryForm { typed, act }: &LaboratoryForm) -> ServiceResult<()> {
    let code = |text: &str| text.trim().parse::<OdsCode>().map_err(|wrong| Refusals::one("code", wrong.to_string()));
    let Some(action) = &act.0 else { return Err(Refusals::one("action", "Choose what should be done").into()) };
    if matches!(action, LaboratoryAction::Contact) {
        let command = Command::SetContact { code: desk.staff.organisation.clone(), contact: typed.contact.clone() };
        return directory::laboratories::change(desk, command).await;
    }
    let readiness = Readiness::ALL.into_iter().find(|r| format!("{r:?}") == typed.readiness);
    let Some(readiness) = readiness else { return Err(Refusals::one("readiness", "Choose what the laboratory can do").into()) };
    let command = match action {
        LaboratoryAction::Open => {
            let serves = typed.serves.split([',', ' ']).filter(|part| !part.is_empty()).map(code).collect::<Result<_, _>>()?;
            Command::Open { code: code(&typed.code)?, name: typed.name.trim().to_owned(), serves, otherwise: readiness }
        }
        LaboratoryAction::Set | LaboratoryAction::Contact => {
            let test = typed.test.trim().to_uppercase().parse();
            let test = test.map_err(|wrong: care::directory::NotATestCode| Refusals::one("test", wrong.to_string()))?;
            Command::Set { code: desk.staff.organisation.clone(), test, readiness, reason: typed.reason.trim().to_owned() }
        }
    };
    directory::laboratories::change(desk, command).await
}
