//! Drafts of the organisation: going on with one, discarding one, beginning another.

use super::{Draft, Orderer, PageResult};
use crate::{
    error::PageError,
    flash,
    form::Form,
    pages::{Layout, chosen::Chosen, id, show},
};
use askama::Template;
use axum::{
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use care::OrderId;
use serde::Deserialize;
use service::ordering;
use tower_sessions::Session;

/// Asks whether a draft is to be discarded.
#[derive(Template)]
#[template(path = "ordering/new_order/discard.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    title: String,
    /// Who saved it last.
    by: String,
    /// How often it had been saved when it was shown.
    seen: u64,
}

/// Which draft a page is about.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    order: String,
}

pub(crate) async fn get(Orderer(desk): Orderer, Query(which): Query<Which>) -> PageResult<Response> {
    if which.order.is_empty() {
        return Ok(Redirect::to("/").into_response());
    }
    let order: OrderId = id(&which.order, "draft")?;
    let (draft, seen) = ordering::drafts::find(&desk, order).await?;
    let by = draft.by.map_or_else(String::new, |staff| staff.name);
    let layout = Layout::new("Discard this draft?", Some(&desk.staff)).below("Work", "/");
    Ok(show(&Page { layout, order, title: draft.title, by, seen })?.into_response())
}

#[derive(Deserialize)]
pub(crate) struct DraftForm {
    #[serde(default)]
    order: String,
    #[serde(flatten)]
    act: Chosen<DraftAction>,
}

/// What can be done with a draft.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum DraftAction {
    Another,
    Continue,
    Discard {
        #[serde(default)]
        seen: String,
    },
}

pub(crate) async fn post(Orderer(desk): Orderer, session: Session, Form(form): Form<DraftForm>) -> PageResult<Redirect> {
    match form.act.0 {
        Some(DraftAction::Another) => {
            Draft::forget(&session).await?;
            Ok(Redirect::to("/order-a-test"))
        }
        Some(DraftAction::Discard { seen }) => {
            let order: OrderId = id(&form.order, "draft")?;
            // A page that does not say what it showed is led to one that does.
            let Ok(seen) = seen.parse::<u64>() else { return Ok(Redirect::to(&format!("/order-a-test/drafts?order={order}"))) };
            let (draft, _) = ordering::drafts::find(&desk, order).await?;
            ordering::drafts::discard(&desk, order, seen).await?;
            if Draft::load(&session).await?.order == Some(order) {
                Draft::forget(&session).await?;
            }
            flash::say(&session, &format!("The draft {} was discarded.", draft.title)).await?;
            Ok(Redirect::to("/"))
        }
        Some(DraftAction::Continue) => {
            let (kept, saves) = ordering::drafts::find(&desk, id(&form.order, "draft")?).await?;
            let draft: Draft = serde_json::from_str(&kept.content).map_err(PageError::fault)?;
            let draft = Draft { seen_saves: saves, ..draft };
            draft.keep(&session).await?;
            Ok(Redirect::to(if draft.patient_form().is_some() { "/order-a-test/eligibility" } else { "/order-a-test/family" }))
        }
        None => Ok(Redirect::to("/")),
    }
}
