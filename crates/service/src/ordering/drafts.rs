//! Drafts: saved with every step, found by colleagues, never written over by two people at once.

use crate::{Desk, ServiceError, ServiceResult, desk::now};
use access::Action;
use care::{
    OrderId,
    ordering::draft::{self, Draft, Event},
};
use store::{Change, DraftLine};

impl Desk {
    /// Saves the answers so far. `seen` is how often the draft had been saved when these answers were begun from; returns how
    /// often it has been now. Somebody else's later answers are never written over.
    pub async fn save_draft(&self, order: OrderId, seen: u64, title: String, content: String) -> ServiceResult<u64> {
        let permit = self.permit_general(Action::PlaceOrder).await?;
        let loaded = self.service.store.load::<Draft>(&permit, draft::stream(order)).await?;
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
        change.add(&loaded, &[Event::Saved { title, content, by: self.staff.clone() }]);
        self.service.store.commit(&permit, change, now()).await?;
        Ok(seen + 1)
    }

    /// Drafts of the organisation, latest first.
    pub async fn drafts(&self) -> ServiceResult<Vec<DraftLine>> {
        let permit = self.permit_general(Action::PlaceOrder).await?;
        Ok(self.service.store.drafts(&permit).await?)
    }

    /// A draft of the organisation, and how often it has been saved.
    pub async fn draft(&self, order: OrderId) -> ServiceResult<(String, u64)> {
        let permit = self.permit_general(Action::PlaceOrder).await?;
        if !self.service.store.is_own_draft(&permit, order).await? {
            return Err(ServiceError::NotFound("draft"));
        }
        let loaded = self.service.store.load::<Draft>(&permit, draft::stream(order)).await?;
        Ok((loaded.state.content, loaded.sequence))
    }

    /// Ends a draft that was sent or is discarded.
    pub async fn end_draft(&self, order: OrderId, sent: bool) -> ServiceResult<()> {
        let permit = self.permit_general(Action::PlaceOrder).await?;
        let loaded = self.service.store.load::<Draft>(&permit, draft::stream(order)).await?;
        if loaded.sequence == 0 || loaded.state.ended {
            return Ok(());
        }
        let mut change = Change::default();
        change.add(&loaded, &[Event::Ended { sent }]);
        Ok(self.service.store.commit(&permit, change, now()).await?)
    }
}
