//! Analyses that are queued or running, so that a start of the program finds them without walking the past.

use super::{Slice, fold};
use crate::{Entry, line::line};
use care::{
    OrderId,
    event::StreamName,
    interpretation::analysis::{Analysis, State},
};

line! {
    struct QueueRow in "analysis_queue" {
        id: String = "analysis_id",
        order: OrderId = "order_id",
        queued: String = "queued",
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
