//! Relatives at risk; the letters; and every cascade of the organisation, counted.

use crate::{
    error::PageError,
    form::Form,
    pages::{
        Banner, Layout, PageResult, Problem,
        chosen::Chosen,
        id,
        ordering::new_order::{Draft, purpose},
        refusals, show,
    },
    session::At,
    when,
};
use access::Action;
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    OrderId,
    results::{
        cascade::{Cascade, Funnel, Relative, State, stream},
        report::Content,
    },
};
use serde::Deserialize;
use service::{
    Desk,
    results::{
        self,
        cascades::{CascadeAction, Line},
        letters::{self, Reader},
    },
};
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "results/cascade/one.html")]
struct One {
    layout: Layout,
    order: OrderId,
    /// How many events of the list of relatives are shown.
    seen: u64,
    content: Content,
    cascade: Cascade,
    can_change: bool,
    problems: Vec<Problem>,
}

impl One {
    fn degree(relative: &Relative) -> &'static str {
        match relative.degree {
            1 => "First degree",
            2 => "Second degree",
            3 => "Third degree",
            _ => "Related",
        }
    }
}

async fn page(desk: &Desk, order: OrderId, problems: Vec<Problem>) -> PageResult {
    let (_, _, content) = results::reports::report(desk, order).await?;
    let seen = service::shown::version(desk, &stream(order)).await?;
    let cascade = results::cascades::cascade(desk, order).await?;
    let can_change = desk.may(Action::RecordChoice);
    show(&One {
        layout: Layout::new("Relatives", Some(&desk.staff)).about(Banner::for_action(desk, Action::ReadReport, order).await?),
        order,
        seen,
        content,
        cascade,
        can_change,
        problems,
    })
}

pub(crate) async fn get(At(desk): At, Path(order): Path<String>) -> PageResult {
    page(&desk, id(&order, "order")?, vec![]).await
}

#[derive(Deserialize)]
pub(crate) struct CascadeForm {
    /// With whom it is done, if with one.
    #[serde(default)]
    relative: String,
    /// How many events of the list of relatives were shown.
    #[serde(default)]
    seen: String,
    #[serde(flatten)]
    action: Chosen<RelativeAction>,
}

/// What can be done with the relatives.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum RelativeAction {
    Order,
    Begin,
    Add {
        #[serde(default)]
        name: String,
        #[serde(default)]
        degree: String,
    },
    Invite(Remark),
    Decline(Remark),
    Died(Remark),
    Undo,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Remark {
    #[serde(rename = "words")]
    text: String,
}

impl Remark {
    fn trimmed(&self) -> String {
        self.text.trim().to_owned()
    }
}

pub(crate) async fn post(At(desk): At, session: Session, Path(order): Path<String>, Form(form): Form<CascadeForm>) -> PageResult<Response> {
    let order = id(&order, "order")?;
    let mark = |to| CascadeAction::Mark { id: form.relative.clone(), to };
    let act = match form.action.0 {
        Some(RelativeAction::Order) => return order_for(&desk, &session, order, &form.relative).await,
        Some(RelativeAction::Begin) => CascadeAction::Begin,
        Some(RelativeAction::Add { name, degree }) => CascadeAction::Add { name, degree: degree.parse().unwrap_or(0) },
        Some(RelativeAction::Invite(remark)) => mark(State::Invited { how: remark.trimmed() }),
        Some(RelativeAction::Decline(remark)) => mark(State::Declined { reason: remark.trimmed() }),
        Some(RelativeAction::Died(remark)) => mark(State::Deceased { note: remark.trimmed() }),
        Some(RelativeAction::Undo) => mark(State::AtRisk),
        None => return Ok(page(&desk, order, vec!["Choose what should be done".into()]).await?.into_response()),
    };
    if let CascadeAction::Mark { .. } = &act
        && let Err(error) = service::shown::check(&desk, &stream(order), "The list of relatives", form.seen.parse().ok()).await
    {
        return Ok(page(&desk, order, refusals(error)?).await?.into_response());
    }
    match results::cascades::change(&desk, order, act).await {
        Ok(()) => Ok(Redirect::to(&format!("/orders/{order}/cascade")).into_response()),
        Err(error) => Ok(page(&desk, order, refusals(error)?).await?.into_response()),
    }
}

/// Begins an order for a relative with the variant already filled in, of the test for a known variant.
async fn order_for(desk: &Desk, session: &Session, order: OrderId, relative: &str) -> PageResult<Response> {
    let begun = match results::cascades::order_for(desk, order, relative).await {
        Ok(begun) => begun,
        Err(error) => return Ok(page(desk, order, refusals(error)?).await?.into_response()),
    };
    let purpose =
        purpose::Typed { kind: "predictive".into(), variant: begun.variant, relative: begun.known_in, ..purpose::Typed::default() };
    Draft::begin(desk, session, begun.test, purpose, &begun.name).await?;
    Ok(Redirect::to("/order-a-test/purpose").into_response())
}

#[derive(Template)]
#[template(path = "results/cascade/letter.html")]
struct Letter {
    layout: Layout,
    order: OrderId,
    /// What stands above it: whose it is, from whom, and when.
    head: Vec<[String; 2]>,
    paragraphs: Vec<String>,
    age: String,
}

impl Letter {
    /// A line without a full stop is a heading.
    fn is_heading(paragraph: &str) -> bool {
        letters::is_heading(paragraph)
    }
}

pub(crate) async fn letter(At(desk): At, Path((order, reader)): Path<(String, String)>) -> PageResult {
    let order: OrderId = id(&order, "order")?;
    let reader = match reader.as_str() {
        "patient" => Reader::Patient,
        "relatives" => Reader::Relative,
        _ => return Err(PageError::Service(service::ServiceError::NotFound("letter"))),
    };
    let (_, _, content) = results::reports::report(&desk, order).await?;
    let paragraphs = letters::letter(&content, reader);
    let age = format!("{:.0}", letters::reading_age(&paragraphs));
    let head = letters::head(&content, reader);
    let head = head.dated(when::day(head.at));
    // It is printed and handed on, to relatives too: no banner, which has the patient's number. A letter to the patient says it itself.
    show(&Letter { layout: Layout::new("Letter", Some(&desk.staff)), order, head, paragraphs, age })
}

#[derive(Template)]
#[template(path = "results/cascade/all.html")]
struct All {
    layout: Layout,
    lines: Vec<Line>,
    total: Funnel,
}

pub(crate) async fn all(At(desk): At) -> PageResult {
    let lines = results::cascades::cascades(&desk).await?;
    let mut total = Funnel::default();
    for Line { funnel: f, .. } in &lines {
        total.at_risk += f.at_risk;
        total.invited += f.invited;
        total.declined += f.declined;
        total.deceased += f.deceased;
        total.ordered += f.ordered;
        total.resulted += f.resulted;
        total.carriers += f.carriers;
        total.tested += f.tested;
    }
    show(&All { layout: Layout::new("Relatives at risk", Some(&desk.staff)), lines, total })
}
