//! When the conclusions of a case were signed.

use super::opened::Opened;
use crate::{Desk, ServiceResult, clock::end_of};
use care::interpretation::case::Event;
use jiff::{Timestamp, civil::Date};

/// When the conclusions were signed that a case shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SignedAt {
    /// The latest proposal.
    pub proposed: Option<Timestamp>,
    /// The two that differ, the first scientist's first.
    pub differed: [Option<Timestamp>; 2],
}

/// When the conclusions of an opened case were signed, as it stood at the end of a day.
#[crate::boxed]
pub async fn signed_at(desk: &Desk, opened: &Opened, on: Date) -> ServiceResult<SignedAt> {
    let mut signed = SignedAt::default();
    let Some((id, _)) = opened.status.interpretation() else { return Ok(signed) };
    let entries = desk.service.store.stream(&opened.permit, &id.stream()).await?;
    for entry in entries.iter().filter(|entry| entry.at < end_of(on)) {
        let event: Event = entry.read()?;
        if matches!(event, Event::Proposed { .. }) {
            signed.proposed = Some(entry.at);
        } else if matches!(event, Event::Differed { .. }) {
            signed.differed = [signed.proposed, Some(entry.at)];
        }
    }
    Ok(signed)
}
