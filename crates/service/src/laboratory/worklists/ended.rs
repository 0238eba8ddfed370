//! Samples of a worklist that nobody may go on with: their order has ended, or their person does not agree to the test any more.

use crate::{Desk, ServiceResult, people::patients};
use access::Permit;
use care::{
    laboratory::{
        container::Position,
        sample::Sample,
        worklist::{Listed, Worklist},
    },
    ordering::{
        choice::{self, Choice},
        order::{Order, State},
    },
};
use std::collections::BTreeMap;
use store::Change;

/// Why nobody may go on with a sample, if so. What that rests on has to stay as it is for the change to be written.
pub(super) async fn why_ended(desk: &Desk, permit: &Permit, listed: &Listed, change: &mut Change) -> ServiceResult<Option<String>> {
    let store = &desk.service.store;
    let placed = store.load::<Order>(permit, listed.order.stream()).await?;
    change.add::<Order>(&placed, &[]);
    // An order that is closed has its report; its DNA may be worked on again.
    if placed.state.state.is_final() && placed.state.state != State::Closed {
        return Ok(Some(format!("its order is {}", placed.state.state.label().to_lowercase())));
    }
    let Some(label) = store.load::<Sample>(permit, listed.sample.stream()).await?.state.label else { return Ok(None) };
    for record in patients::records(desk, permit, label.patient).await? {
        let choice = store.load::<Choice>(permit, choice::stream(record)).await?;
        change.add::<Choice>(&choice, &[]);
        if choice.state.refuses_test(listed.order) {
            return Ok(Some("the person does not agree to the test".into()));
        }
    }
    Ok(None)
}

/// The positions of a worklist whose samples nobody may go on with, and why.
pub(super) async fn of_worklist(
    desk: &Desk,
    permit: &Permit,
    worklist: &Worklist,
    change: &mut Change,
) -> ServiceResult<BTreeMap<Position, String>> {
    let mut ended = BTreeMap::new();
    for (position, listed) in &worklist.listed {
        ended.extend(why_ended(desk, permit, listed, change).await?.map(|why| (*position, why)));
    }
    Ok(ended)
}
