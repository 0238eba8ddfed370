//! Analyses that are queued or running, so that a start of the program finds them without walking the past.

use super::{Slice, TableRow, fold};
use crate::Entry;
use crate::database::Value;
use care::{
    OrderId,
    event::StreamName,
    interpretation::analysis::{Analysis, State},
};

struct QueueRow {
    id: String,
    order: OrderId,
    queued: String,
}

impl TableRow for QueueRow {
    const TABLE: &'static str = "analysis_queue";
    const COLUMNS: &'static [&'static str] = &["analysis_id", "order_id", "queued"];

    fn values(&self) -> Vec<Value> {
        vec![self.id.clone().into(), self.order.to_string().into(), self.queued.clone().into()]
    }
}

pub(super) fn of_analysis(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let analysis = fold::<Analysis>(entries)?;
    let is_open = match analysis.state {
        State::Queued | State::Running => true,
        State::None | State::Done { .. } | State::Stopped { .. } | State::Failed { .. } => false,
    };
    let queued = entries.first().map_or_else(String::new, |entry| entry.at.to_string());
    let row = analysis.input.filter(|_| is_open).map(|input| QueueRow { id: stream.id.into(), order: input.order, queued });
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}
