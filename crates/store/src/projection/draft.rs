//! Forms that are not sent.

use super::{Slice, fold};
use crate::{DraftLine, Entry};
use care::{event::StreamName, ordering::draft::Draft};
use jiff::tz::TimeZone;

pub(super) fn of_draft(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let draft = fold::<Draft>(entries)?;
    let row = match (draft.by, entries.last()) {
        (Some(by), Some(last)) if !draft.ended => Some(DraftLine {
            order: stream.parse()?,
            organisation: by.organisation.to_string(),
            title: draft.title,
            by: by.name,
            saved: last.at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M").to_string(),
        }),
        _ => None,
    };
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}
