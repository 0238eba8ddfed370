//! Worklists and lots.

use super::{Slice, fold};
use crate::{Entry, LotLine, WorklistLine};
use care::{
    event::StreamName,
    laboratory::{lot::Lot, worklist::Worklist},
};
use jiff::tz::TimeZone;

pub(super) fn of_worklist(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let worklist = fold::<Worklist>(entries)?;
    let row = match (&worklist.created, entries.first()) {
        (Some(created), Some(first)) => Some(WorklistLine {
            id: stream.parse()?,
            number: created.number.clone(),
            laboratory: created.laboratory.to_string(),
            step: created.step.name().into(),
            instrument: created.instrument.clone(),
            state: worklist.state.label().into(),
            sample_count: i64::try_from(worklist.listed.len())?,
            created: first.at.to_zoned(TimeZone::UTC).date(),
        }),
        _ => None,
    };
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}

pub(super) fn of_lot(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let lot = fold::<Lot>(entries)?;
    let row = match &lot.registered {
        None => None,
        Some(registered) => Some(LotLine {
            id: stream.parse()?,
            laboratory: registered.laboratory.to_string(),
            name: registered.name.clone(),
            maker: registered.maker.clone(),
            number: registered.number.clone(),
            expires: registered.expires,
            state: lot.state.label().into(),
            used_count: i64::try_from(lot.used.len())?,
            key: registered.key(),
        }),
    };
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}
