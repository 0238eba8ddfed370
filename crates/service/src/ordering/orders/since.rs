//! What happened to an order since somebody looked at it.

use super::change_in;
use crate::{Desk, ServiceResult, intent::Intent, shown::NOT_SAID};
use access::Action;
use care::{OrderId, Refusals, ordering::order::Command};
use store::Change;

/// What became of an order itself since somebody had seen so many of its events, so that nobody acts on what is no longer so: in
/// another browser, or by the hospital's system. Nothing where they saw all of it; a page that does not say what it showed is told so.
#[crate::boxed]
pub async fn changed_since(desk: &Desk, id: OrderId, seen: Option<u64>) -> ServiceResult<Vec<String>> {
    let permit = desk.permit(Action::ReadOrder, id).await?;
    let Some(seen) = seen else { return Ok(vec![NOT_SAID.to_owned()]) };
    let mut since = Vec::new();
    for entry in desk.service.store.order_events(&permit, id).await? {
        if entry.stream == id.stream() && entry.sequence > seen {
            let event = entry.event()?;
            since.push(format!("{} ({})", event.sentence(), entry.actor[2]));
        }
    }
    if !since.is_empty() {
        since.insert(0, "This order has changed since you opened it, and nothing was done. Look at it as it is now, and act again".into());
    }
    Ok(since)
}

/// Moves an order along as somebody saw it. Whatever comes between the look and the change stops it, in the same moment also.
#[crate::boxed]
pub async fn change_as_seen(desk: &Desk, id: OrderId, seen: Option<u64>, command: Command) -> ServiceResult<()> {
    let mut intent = Intent::default();
    let permit = desk.permit(Action::ChangeOrder, id).await?;
    let seen = seen.ok_or_else(|| Refusals::one("seen", NOT_SAID))?;
    intent.add(desk, permit, Change { expected: vec![(id.stream(), seen)], ..Change::default() });
    change_in(desk, &mut intent, id, command).await?;
    intent.commit(desk).await
}
