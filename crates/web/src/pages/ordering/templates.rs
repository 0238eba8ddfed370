//! Order templates: begun from, shared, looked at again after the Test Directory changed, deleted.

pub(crate) mod save;

use super::new_order::{Draft, Orderer, usual};
use crate::{
    error::PageError,
    flash,
    form::Form,
    pages::{Layout, PageResult, Problem, chosen::Chosen, refusals, show},
};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use care::{Refusals, ordering::template::Command};
use serde::Deserialize;
use service::{
    Desk,
    ordering::templates::{self, Usable},
};
use tower_sessions::Session;
use uuid::Uuid;

/// A template as the page shows it.
struct Row {
    usable: Usable,
    /// What it is for.
    reason: &'static str,
    /// Features that usually apply, by name.
    features: Vec<String>,
    /// What the directory has otherwise.
    changes: Vec<String>,
}

#[derive(Template)]
#[template(path = "ordering/templates/list.html")]
struct Page {
    layout: Layout,
    rows: Vec<Row>,
    /// The order that is begun in this browser, if one is.
    unfinished: Option<String>,
    done: Option<String>,
    problems: Vec<Problem>,
}

fn row(desk: &Desk, usable: Usable) -> Row {
    let terms = &usable.template.usual.features;
    let hpo = &desk.service.knowledge.hpo;
    let name = |term: &ontology::TermId| hpo.name(*term).map_or_else(|| format!("{term} (no longer in the ontology)"), str::to_owned);
    Row {
        reason: usual::label(usable.template.usual.reason),
        features: terms.iter().map(name).collect(),
        changes: usual::changes(&usable.test_now),
        usable,
    }
}

async fn page(desk: &Desk, session: &Session, problems: Vec<Problem>) -> PageResult {
    let draft = Draft::load(session).await?;
    show(&Page {
        layout: Layout::new("Order templates", Some(&desk.staff)).below("Order a test", "/order-a-test"),
        rows: templates::list(desk).await?.into_iter().map(|usable| row(desk, usable)).collect(),
        unfinished: (!draft.people.is_empty()).then(|| draft.title()),
        done: flash::said(session).await?,
        problems,
    })
}

pub(crate) async fn get(Orderer(desk): Orderer, session: Session) -> PageResult {
    page(&desk, &session, vec![]).await
}

/// What can be done with a template.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum TemplateAction {
    Start(Which),
    Share(Which),
    Unshare(Which),
    Renew(Which),
    Delete(Which),
}

/// Which template, and what somebody saw of it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    template: String,
    /// Its revision.
    seen: String,
    /// The directory that its test was compared with.
    directory: String,
    /// What names the draft that goes on with it; empty for a new order.
    draft: String,
}

impl Which {
    fn id(&self) -> Result<Uuid, Refusals> {
        self.template.parse().map_err(|_| Refusals::one("template", "Choose a template of the list"))
    }

    fn revision(&self) -> Result<u32, Refusals> {
        self.seen.parse().map_err(|_| Refusals::one("template", "This page is not complete: open it again"))
    }
}

pub(crate) async fn post(
    Orderer(desk): Orderer,
    session: Session,
    Form(Chosen(act)): Form<Chosen<TemplateAction>>,
) -> PageResult<Response> {
    let Some(act) = act else {
        return Ok(page(&desk, &session, vec!["Choose what should be done".into()]).await?.into_response());
    };
    match done(&desk, &session, act).await {
        Ok(address) => Ok(Redirect::to(address).into_response()),
        Err(PageError::Service(error)) => Ok(page(&desk, &session, refusals(error)?).await?.into_response()),
        Err(other) => Err(other),
    }
}

/// Does it; gives the address of what comes next.
async fn done(desk: &Desk, session: &Session, act: TemplateAction) -> PageResult<&'static str> {
    let (command, sentence) = match act {
        TemplateAction::Start(which) => return start(desk, session, which).await,
        TemplateAction::Renew(which) => {
            templates::renew(desk, which.id()?, which.revision()?, &which.directory).await?;
            flash::say(session, "The template has its test as the Test Directory has it now.").await?;
            return Ok("/order-templates");
        }
        TemplateAction::Share(which) => (Command::Share { id: which.id()? }, "Your colleagues can use the template now."),
        TemplateAction::Unshare(which) => (Command::Unshare { id: which.id()? }, "The template is yours alone now."),
        TemplateAction::Delete(which) => (Command::Delete { id: which.id()? }, "The template is deleted."),
    };
    templates::change(desk, command).await?;
    flash::say(session, sentence).await?;
    Ok("/order-templates")
}

/// Begins an order from a template, or goes on with one that has no test yet.
async fn start(desk: &Desk, session: &Session, which: Which) -> PageResult<&'static str> {
    let (template, test) = templates::start(desk, which.id()?, which.revision()?, &which.directory).await?;
    let blank = if which.draft.is_empty() { Draft::new(desk, test.clone()) } else { Draft::load_shown(session, &which.draft).await? };
    let mut draft = blank.begun_from(template, test);
    draft.save(desk, session).await?;
    Ok(if draft.purpose.is_complete() { "/order-a-test/family" } else { "/order-a-test/purpose" })
}
