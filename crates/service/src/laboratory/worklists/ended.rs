//! Samples of a worklist that nobody may go on with: their order has ended, or their person does not agree to the test any more.

use crate::{Desk, ServiceResult, people::patients};
use access::Permit;
use anyhow::Context;
use care::{
    OrderId, PatientId, SampleId,
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
use std::collections::{BTreeMap, BTreeSet};
use store::{Change, Loaded};

/// What that rests on for some samples, read together however many they are.
pub(super) struct Known {
    orders: BTreeMap<String, Loaded<Order>>,
    samples: BTreeMap<String, Sample>,
    records: BTreeMap<PatientId, Vec<PatientId>>,
    choices: BTreeMap<String, Loaded<Choice>>,
}

impl Known {
    /// Reads it for samples of orders.
    pub async fn load(desk: &Desk, permit: &Permit, listed: &[(SampleId, OrderId)]) -> ServiceResult<Known> {
        let store = &desk.service.store;
        let orders = each(listed.iter().map(|(_, order)| order.stream()));
        let orders = store.load_each::<Order>(permit, &orders).await?;
        let samples = each(listed.iter().map(|(sample, _)| sample.stream()));
        let samples = store.load_all::<Sample>(permit, &samples).await?;
        let patients = samples.values().filter_map(|sample| sample.label.as_ref()).map(|label| label.patient).collect();
        let records = patients::records_of_each(desk, permit, &patients).await?;
        let choices = each(records.values().flatten().map(|record| choice::stream(*record)));
        let choices = store.load_each::<Choice>(permit, &choices).await?;
        Ok(Known { orders, samples, records, choices })
    }

    /// An order, as it was read.
    pub fn order(&self, order: OrderId) -> anyhow::Result<&Order> {
        Ok(&self.orders.get(&order.stream()).context("the order of a sample was not read")?.state)
    }

    /// Why nobody may go on with a sample, if so. What that rests on has to stay as it is for the change to be written.
    pub fn why_ended(&self, listed: &Listed, change: &mut Change) -> anyhow::Result<Option<String>> {
        let placed = self.orders.get(&listed.order.stream()).context("the order of a sample was not read")?;
        change.add::<Order>(placed, &[]);
        // An order that is closed has its report; its DNA may be worked on again.
        if placed.state.state.is_final() && placed.state.state != State::Closed {
            return Ok(Some(format!("its order is {}", placed.state.state.label().to_lowercase())));
        }
        let Some(label) = self.samples.get(&listed.sample.stream()).and_then(|sample| sample.label.as_ref()) else { return Ok(None) };
        for record in self.records.get(&label.patient).context("the records of a person were not read")? {
            let choice = self.choices.get(&choice::stream(*record)).context("the choices of a person were not read")?;
            change.add::<Choice>(choice, &[]);
            if choice.state.refuses_test(listed.order) {
                return Ok(Some("the person does not agree to the test".into()));
            }
        }
        Ok(None)
    }
}

/// Streams, each once.
fn each(streams: impl Iterator<Item = String>) -> Vec<String> {
    streams.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Why nobody may go on with a sample, if so.
pub(super) async fn why_ended(desk: &Desk, permit: &Permit, listed: &Listed, change: &mut Change) -> ServiceResult<Option<String>> {
    Ok(Known::load(desk, permit, &[(listed.sample, listed.order)]).await?.why_ended(listed, change)?)
}

/// The positions of a worklist whose samples nobody may go on with, and why.
pub(super) async fn of_worklist(
    desk: &Desk,
    permit: &Permit,
    worklist: &Worklist,
    change: &mut Change,
) -> ServiceResult<BTreeMap<Position, String>> {
    let samples: Vec<(SampleId, OrderId)> = worklist.listed.values().map(|listed| (listed.sample, listed.order)).collect();
    let known = Known::load(desk, permit, &samples).await?;
    let mut ended = BTreeMap::new();
    for (position, listed) in &worklist.listed {
        ended.extend(known.why_ended(listed, change)?.map(|why| (*position, why)));
    }
    Ok(ended)
}
