//! The saved view that filters the list of a case, and what is done with views.

use super::CaseQuery;
use crate::pages::PageResult;
use care::{Refusals, interpretation::views::Command};
use serde::Deserialize;
use service::{
    Desk, ServiceResult,
    interpretation::views::{self, Usable},
};
use store::SavedView;
use uuid::Uuid;

/// Filters as the address has them, of no view.
const NONE: &str = "none";

/// The views of whoever looks, and the one in use.
pub(crate) struct Viewed {
    pub usable: Usable,
    pub in_use: Option<SavedView>,
    /// The view that the address names, or that was used last, is not there any more.
    pub is_gone: bool,
}

/// Puts the filter of a view into a query that has none of its own: of the view that it names, else of the one that was used last.
pub(crate) async fn resolve(desk: &Desk, query: &mut CaseQuery) -> PageResult<Viewed> {
    let usable = views::usable(desk).await?;
    // What is filtered in the address itself is of no view.
    if query.view == NONE || (!query.filter.is_empty() && !query.is_viewed) {
        query.view = NONE.into();
        return Ok(Viewed { usable, in_use: None, is_gone: false });
    }
    let is_named = !query.view.is_empty();
    let id = if is_named { Some(query.view.clone()) } else { usable.last.clone() };
    let in_use = id.and_then(|id| usable.view(&id).cloned());
    if let Some(view) = &in_use {
        query.filter = view.filter.clone();
        query.view.clone_from(&view.id);
        query.is_viewed = true;
    }
    let is_gone = in_use.is_none() && (is_named || usable.is_last_gone);
    Ok(Viewed { usable, in_use, is_gone })
}

/// What can be done with views.
#[derive(Deserialize)]
#[serde(tag = "action")]
pub(crate) enum ViewAction {
    #[serde(rename = "use_view")]
    Use(ViewForm),
    #[serde(rename = "save_view")]
    Save(ViewForm),
    #[serde(rename = "share_view")]
    Share(ViewForm),
    #[serde(rename = "unshare_view")]
    Unshare(ViewForm),
    #[serde(rename = "delete_view")]
    Delete(ViewForm),
}

/// Which view, or what it is called.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ViewForm {
    view: String,
    name: String,
}

impl ViewForm {
    fn id(&self) -> Result<Uuid, Refusals> {
        self.view.parse().map_err(|_| Refusals::one("view", "Choose a view of the list"))
    }
}

/// Does it; gives the view that the list is filtered by afterwards.
pub(crate) async fn act(desk: &Desk, query: &CaseQuery, action: ViewAction) -> ServiceResult<String> {
    let present = if query.view.is_empty() { NONE } else { query.view.as_str() };
    let (command, next) = match action {
        ViewAction::Use(form) if form.view.is_empty() => (Command::Use { id: None }, NONE.to_owned()),
        ViewAction::Use(form) => (Command::Use { id: Some(form.id()?) }, form.view),
        ViewAction::Save(form) => {
            let id = desk.new_id();
            (Command::Save { id, name: form.name, filter: Box::new(query.filter.clone()) }, id.to_string())
        }
        ViewAction::Share(form) => (Command::Share { id: form.id()? }, present.to_owned()),
        ViewAction::Unshare(form) => (Command::Unshare { id: form.id()? }, present.to_owned()),
        ViewAction::Delete(form) => (Command::Delete { id: form.id()? }, NONE.to_owned()),
    };
    views::change(desk, command).await?;
    Ok(next)
}
