//! A worklist as whoever works in the laboratory sees it: of an order that is not open to them, no more than the tube.

use super::{ended, loaded};
use crate::{Desk, ServiceResult, people::restriction};
use care::{
    OrderId, SampleId, WorklistId,
    laboratory::{
        container::Position,
        worklist::{Listed, Worklist},
    },
};
use std::collections::{BTreeMap, BTreeSet};
use store::{Change, SampleLine};

/// Stands for the number of an order that is not open to the reader.
const NOT_OPEN: &str = "not open to you";

/// A worklist with what is known of its samples now.
pub struct Shown {
    /// The worklist; orders that are not open to the reader have no number.
    pub worklist: Worklist,
    /// Lines of its samples.
    pub lines: Vec<SampleLine>,
    /// While it is open: samples that nobody may go on with, and why.
    pub ended: BTreeMap<Position, String>,
    /// Orders that are not open to the reader.
    pub hidden: BTreeSet<OrderId>,
}

/// A worklist of this laboratory, with the lines of its samples as they are now.
#[crate::boxed]
pub async fn worklist(desk: &Desk, id: WorklistId) -> ServiceResult<Shown> {
    let (permit, loaded) = loaded(desk, id).await?;
    let mut worklist = loaded.state;
    let samples: Vec<SampleId> = worklist.listed.values().map(|listed| listed.sample).collect();
    let lines = desk.service.store.samples_by_id(&samples).await?;
    // Nothing is written: what it rests on need not stay as it is.
    let mut nothing = Change::default();
    let is_open = worklist.state.is_open();
    let ended = if is_open { ended::of_worklist(desk, &permit, &worklist, &mut nothing).await? } else { BTreeMap::new() };
    let hidden = hide(desk, &mut worklist.listed).await?;
    Ok(Shown { worklist, lines, ended, hidden })
}

/// Takes the numbers of orders away that are not open to a desk; says which orders that are.
pub(in crate::laboratory) async fn hide(desk: &Desk, listed: &mut BTreeMap<Position, Listed>) -> ServiceResult<BTreeSet<OrderId>> {
    let orders: BTreeSet<OrderId> = listed.values().map(|listed| listed.order).collect();
    let hidden = restriction::hidden_orders(desk, &orders.into_iter().collect::<Vec<_>>()).await?;
    for listed in listed.values_mut().filter(|listed| hidden.contains(&listed.order)) {
        NOT_OPEN.clone_into(&mut listed.number);
    }
    Ok(hidden)
}
