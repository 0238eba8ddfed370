//! What rows follow from, a page of the journal at a time: however many events there are, so many statements for each page.

use super::{Slice, order, orders_of, projector};
use crate::{database::Connection, journal};
use care::{
    OrderId,
    event::{StreamKind, StreamName},
};

/// Streams and orders that are read together, with all of their events.
const PAGE: u64 = 200;

/// Streams, each of which gives rows by itself, and orders, each of which gives them with all of its streams.
pub(super) struct Sources {
    streams: Vec<String>,
    orders: Vec<OrderId>,
    /// Position of the last event that was looked at.
    pub last: u64,
}

/// Those whose first event comes next after a position; nothing after the last. Of a page none may give rows.
pub(super) async fn page(db: &mut impl Connection, after: u64) -> anyhow::Result<Option<Sources>> {
    let sql = "SELECT position, stream FROM event WHERE sequence = 1 AND position > $1 ORDER BY position LIMIT $2";
    let rows = db.rows(sql, vec![(after as i64).into(), (PAGE as i64).into()]).await?;
    let mut sources = Sources { streams: vec![], orders: vec![], last: after };
    for row in &rows {
        sources.add(&row.get::<String>("stream")?)?;
        sources.last = row.get::<i64>("position")? as u64;
    }
    Ok((!rows.is_empty()).then_some(sources))
}

/// A stream, and the orders that it is of.
pub(super) async fn around(db: &mut impl Connection, stream: &str) -> anyhow::Result<Sources> {
    Ok(Sources { streams: vec![stream.to_owned()], orders: orders_of(db, stream).await?, last: 0 })
}

impl Sources {
    pub(super) fn len(&self) -> usize {
        self.streams.len() + self.orders.len()
    }

    /// Their rows.
    pub(super) async fn slices(&self, db: &mut impl Connection) -> anyhow::Result<Vec<Slice>> {
        let mut entries = journal::entries_of_streams(db, &self.streams).await?;
        let mut slices = Vec::new();
        for stream in &self.streams {
            let name = StreamName::read(stream)?;
            if let Some(projector) = projector(name.kind) {
                slices.extend(projector(&name, &entries.remove(stream).unwrap_or_default())?);
            }
        }
        slices.extend(order::of_orders(db, &self.orders).await?);
        Ok(slices)
    }

    /// Adds a stream that rows follow from. Those of a kind that this program does not know give none.
    fn add(&mut self, stream: &str) -> anyhow::Result<()> {
        let Ok(name) = StreamName::read(stream) else { return Ok(()) };
        if name.kind == StreamKind::Order {
            self.orders.push(name.parse()?);
        } else if projector(name.kind).is_some() {
            self.streams.push(stream.to_owned());
        }
        Ok(())
    }
}
