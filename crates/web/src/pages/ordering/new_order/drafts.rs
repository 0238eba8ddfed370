//! Drafts of the organisation: going on with one, discarding one, beginning another.

use super::{Draft, Orderer, PageResult};
use crate::{error::PageError, pages::id};
use axum::{Form, response::Redirect};
use care::OrderId;
use serde::Deserialize;
use service::ordering;
use tower_sessions::Session;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Act {
    action: String,
    order: String,
}

pub(crate) async fn post(Orderer(desk): Orderer, session: Session, Form(act): Form<Act>) -> PageResult<Redirect> {
    match act.action.as_str() {
        "another" => {
            Draft::forget(&session).await?;
            Ok(Redirect::to("/order-a-test"))
        }
        "discard" => {
            let order: OrderId = id(&act.order, "draft")?;
            ordering::drafts::find(&desk, order).await?;
            ordering::drafts::end(&desk, order, false).await?;
            if Draft::load(&session).await?.order == Some(order) {
                Draft::forget(&session).await?;
            }
            Ok(Redirect::to("/"))
        }
        _ => {
            let (content, saves) = ordering::drafts::find(&desk, id(&act.order, "draft")?).await?;
            let draft: Draft = serde_json::from_str(&content).map_err(PageError::fault)?;
            Draft { seen_saves: saves, ..draft }.keep(&session).await?;
            Ok(Redirect::to("/order-a-test/eligibility"))
        }
    }
}
