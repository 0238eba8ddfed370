//! Orders with relatives who may share a finding.

use super::{Slice, TableRow, fold};
use crate::Entry;
use crate::database::Value;
use care::{
    event::StreamName,
    results::cascade::{Begun, Cascade},
};

struct CascadeRow {
    order: String,
    begun: Begun,
    open: i64,
}

impl TableRow for CascadeRow {
    const TABLE: &'static str = "cascade_view";
    const COLUMNS: &'static [&'static str] = &["order_id", "organisation", "number", "gene", "open"];

    fn values(&self) -> Vec<Value> {
        vec![
            self.order.clone().into(),
            self.begun.organisation.to_string().into(),
            self.begun.number.clone().into(),
            self.begun.gene.clone().into(),
            self.open.into(),
        ]
    }
}

pub(super) fn of_cascade(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let cascade = fold::<Cascade>(entries)?;
    let open = i64::try_from(cascade.relatives.iter().filter(|r| r.state.is_open()).count())?;
    let row = cascade.begun.map(|begun| CascadeRow { order: stream.id.into(), begun, open });
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}
