//! Drafts of the organisation: going on with one, discarding one, beginning another.

use super::{Draft, Orderer, PageResult};
use crate::{
    error::PageError,
    form::Form,
    pages::{chosen::Chosen, id},
};
use axum::response::Redirect;
use care::OrderId;
use serde::Deserialize;
use service::ordering;
use tower_sessions::Session;

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
    Discard,
}

pub(crate) async fn post(Orderer(desk): Orderer, session: Session, Form(form): Form<DraftForm>) -> PageResult<Redirect> {
    match form.act.0 {
        Some(DraftAction::Another) => {
            Draft::forget(&session).await?;
            Ok(Redirect::to("/order-a-test"))
        }
        Some(DraftAction::Discard) => {
            let order: OrderId = id(&form.order, "draft")?;
            ordering::drafts::find(&desk, order).await?;
            ordering::drafts::end(&desk, order, false).await?;
            if Draft::load(&session).await?.order == Some(order) {
                Draft::forget(&session).await?;
            }
            Ok(Redirect::to("/"))
        }
        Some(DraftAction::Continue) => {
            let (content, saves) = ordering::drafts::find(&desk, id(&form.order, "draft")?).await?;
            let draft: Draft = serde_json::from_str(&content).map_err(PageError::fault)?;
            let draft = Draft { seen_saves: saves, ..draft };
            draft.keep(&session).await?;
            Ok(Redirect::to(if draft.patient_form().is_some() { "/order-a-test/eligibility" } else { "/order-a-test/family" }))
        }
        None => Ok(Redirect::to("/")),
    }
}
