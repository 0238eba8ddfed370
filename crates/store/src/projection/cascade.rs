//! Orders with relatives who may share a finding.

use super::{Slice, fold};
use crate::{Entry, line::line};
use care::{OdsCode, event::StreamName, results::cascade::Cascade};

line! {
    struct CascadeRow in "cascade_view" {
        order: String = "order_id",
        organisation: OdsCode = "organisation",
        number: String = "number",
        gene: String = "gene",
        open: i64 = "open",
    }
}

pub(super) fn of_cascade(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let cascade = fold::<Cascade>(entries)?;
    let open = i64::try_from(cascade.relatives.iter().filter(|r| r.state.is_open()).count())?;
    let row = cascade.begun.map(|begun| CascadeRow {
        order: stream.id.into(),
        organisation: begun.organisation,
        number: begun.number,
        gene: begun.gene,
        open,
    });
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}
