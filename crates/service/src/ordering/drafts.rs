//! Drafts: saved with every step, found by colleagues, never written over by two people at once.

use crate::{Desk, ServiceError, ServiceResult};
use access::Action;
use care::{
    OrderId,
    ordering::draft::{self, Draft, Event},
};
use store::{Change, DraftLine, Paged};

/// Saves the answers so far. `seen` is how often the draft had been saved when these answers were begun from; returns how
/// often it has been now. Somebody else's later answers are never written over.
#[crate::boxed]
pub async fn save(desk: &Desk, order: OrderId, seen: u64, title: String, content: String) -> ServiceResult<u64> {
    let permit = desk.permit_general(Action::PlaceOrder).await?;
    let loaded = desk.service.store.load::<Draft>(&permit, draft::stream(order)).await?;
    if loaded.state.ended {
        return Err(ServiceError::Conflict("This order has been sent or discarded meanwhile. Your list shows what was sent".into()));
    }
    if loaded.sequence != seen {
        let who = loaded.state.by.map_or_else(String::new, |staff| staff.name);
        return Err(ServiceError::Conflict(format!(
            "{who} saved this draft after you opened it, so your last page was not saved. Go on from theirs: it stands among the drafts on your first page"
        )));
    }
    if loaded.state.content == content {
        return Ok(seen);
    }
    let mut change = Change::default();
    change.add(&loaded, &[Event::Saved { title, content, by: desk.staff.clone() }]);
    desk.service.store.commit(&permit, change, desk.now()).await?;
    Ok(seen + 1)
}

/// A page of the drafts of the organisation, latest first.
#[crate::boxed]
pub async fn list(desk: &Desk, page: u64) -> ServiceResult<Paged<DraftLine>> {
    let permit = desk.permit_general(Action::PlaceOrder).await?;
    Ok(desk.service.store.drafts(&permit, page).await?)
}

/// A draft of the organisation, and how often it has been saved.
#[crate::boxed]
pub async fn find(desk: &Desk, order: OrderId) -> ServiceResult<(String, u64)> {
    let permit = desk.permit_general(Action::PlaceOrder).await?;
    if !desk.service.store.is_own_draft(&permit, order).await? {
        return Err(ServiceError::NotFound("draft"));
    }
    let loaded = desk.service.store.load::<Draft>(&permit, draft::stream(order)).await?;
    Ok((loaded.state.content, loaded.sequence))
}

/// Ends a draft that was sent or is discarded.
#[crate::boxed]
pub async fn end(desk: &Desk, order: OrderId, sent: bool) -> ServiceResult<()> {
    let permit = desk.permit_general(Action::PlaceOrder).await?;
    let loaded = desk.service.store.load::<Draft>(&permit, draft::stream(order)).await?;
    if loaded.sequence == 0 || loaded.state.ended {
        return Ok(());
    }
    let mut change = Change::default();
    change.add(&loaded, &[Event::Ended { sent }]);
    Ok(desk.service.store.commit(&permit, change, desk.now()).await?)
}
