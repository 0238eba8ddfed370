//! Saved views of candidates: a scientist's own, and those that the laboratory shares.

use crate::{Desk, ServiceResult};
use access::{Action, Permit};
use care::{
    Refusals,
    interpretation::views::{self, Command, Views},
};
use store::{Change, SavedView};

/// The views that somebody can use.
pub struct Usable {
    /// Their own first.
    pub views: Vec<SavedView>,
    /// The one that was used last, where it is still there.
    pub last: Option<String>,
    /// The one that was used last is deleted, or no longer shared.
    pub is_last_gone: bool,
}

impl Usable {
    /// A view by its identifier.
    pub fn view(&self, id: &str) -> Option<&SavedView> {
        self.views.iter().find(|view| view.id == id)
    }
}

/// The views that the person at a desk can use.
#[crate::boxed]
pub async fn usable(desk: &Desk) -> ServiceResult<Usable> {
    let permit = permit(desk).await?;
    let views = desk.service.store.saved_views(&permit).await?;
    let last = desk.service.store.last_view(&permit).await?;
    let is_there = last.as_ref().is_some_and(|last| views.iter().any(|view| view.id == *last));
    Ok(Usable { is_last_gone: last.is_some() && !is_there, last: last.filter(|_| is_there), views })
}

/// Changes the views of the person at a desk. Nobody changes a colleague's.
#[crate::boxed]
pub async fn change(desk: &Desk, command: Command) -> ServiceResult<()> {
    let permit = permit(desk).await?;
    if let Command::Use { id: Some(id) } = &command
        && usable(desk).await?.view(&id.to_string()).is_none()
    {
        return Err(Refusals::one("view", "This view is deleted, or no longer shared with your laboratory: choose another").into());
    }
    let loaded = desk.service.store.load::<Views>(&permit, views::stream(desk.staff.id)).await?;
    let events = views::decide(&loaded.state, command, &desk.staff)?;
    if events.is_empty() {
        return Ok(());
    }
    let mut change = Change::default();
    change.add(&loaded, &events);
    desk.commit(&permit, change).await
}

async fn permit(desk: &Desk) -> ServiceResult<Permit> {
    desk.permit_named(Action::ReadCase, views::stream(desk.staff.id), desk.staff.organisation.clone()).await
}
