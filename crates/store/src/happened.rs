//! Events as far as a fold takes them: of one stream, of an order, and of many orders in one query, for lists that are folded and not
//! kept. Who, why and the chain are read where they are shown.

use crate::{
    Loaded, Store,
    database::{Connection, Row},
    opening,
};
use access::Permit;
use anyhow::Context;
use care::{
    Fold, OrderId,
    event::{self, Recorded, StreamKind, StreamName},
};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Orders, streams or people that are asked for in one query.
pub(crate) const AT_ONCE: usize = 500;

/// As much of an event as a fold takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// Stream.
    pub stream: String,
    /// Place in its stream, from 1.
    pub sequence: u64,
    /// Version of the payload.
    pub version: i64,
    /// Payload as JSON.
    pub payload: String,
    /// When.
    pub at: Timestamp,
}

impl Happened {
    /// As it is folded.
    pub fn recorded(&self) -> Recorded<'_> {
        Recorded { stream: &self.stream, version: self.version, payload: &self.payload }
    }

    fn of_row(row: &Row) -> anyhow::Result<Happened> {
        Ok(Happened {
            stream: row.get("stream")?,
            sequence: row.get::<i64>("sequence")? as u64,
            version: row.get("version")?,
            payload: row.get("payload")?,
            at: row.get::<String>("at")?.parse()?,
        })
    }

    /// The payload as an event, lifted to the present version.
    pub(crate) fn read<E: DeserializeOwned>(&self) -> anyhow::Result<E> {
        let payload = event::lift(StreamName::read(&self.stream)?.kind, self.version, &self.payload).with_context(|| self.name())?;
        serde_json::from_str(payload).with_context(|| self.name())
    }

    /// What is said of it where it cannot be read.
    pub(crate) fn name(&self) -> String {
        format!("reading event {} of {}", self.sequence, self.stream)
    }
}

/// Every event of a stream.
pub(crate) async fn in_stream(db: &mut impl Connection, stream: &str) -> anyhow::Result<Vec<Happened>> {
    let sql = "SELECT stream, sequence, version, payload, at FROM event WHERE stream = $1 ORDER BY sequence";
    db.rows(sql, vec![stream.into()]).await?.iter().map(Happened::of_row).collect()
}

/// Every event of an order's streams, in the order of the journal.
pub(crate) async fn in_order(db: &mut impl Connection, order: OrderId) -> anyhow::Result<Vec<Happened>> {
    let sql = "SELECT stream, sequence, version, payload, at FROM event
               WHERE stream IN (SELECT stream FROM order_stream WHERE order_id = $1) ORDER BY position";
    db.rows(sql, vec![order.to_string().into()]).await?.iter().map(Happened::of_row).collect()
}

/// Every event of some streams, by stream.
pub(crate) async fn in_streams(db: &mut impl Connection, streams: &[String]) -> anyhow::Result<BTreeMap<String, Vec<Happened>>> {
    let mut found: BTreeMap<String, Vec<Happened>> = BTreeMap::new();
    for some in streams.chunks(AT_ONCE) {
        let sql = format!(
            "SELECT stream, sequence, version, payload, at FROM event WHERE stream IN ({}) ORDER BY stream, sequence",
            places(some.len())
        );
        for row in db.rows(&sql, some.iter().map(|stream| stream.clone().into()).collect()).await? {
            let happened = Happened::of_row(&row)?;
            found.entry(happened.stream.clone()).or_default().push(happened);
        }
    }
    Ok(found)
}

/// Every event of the streams of some orders, by order, in the order of the journal; of streams of some kinds alone, where any are named.
pub(crate) async fn in_orders(
    db: &mut impl Connection,
    orders: &[OrderId],
    kinds: &[StreamKind],
) -> anyhow::Result<BTreeMap<OrderId, Vec<Happened>>> {
    let of_kinds: Vec<String> = kinds.iter().map(|kind| format!("s.stream LIKE '{}%'", kind.prefix())).collect();
    let of_kinds = if of_kinds.is_empty() { String::new() } else { format!(" AND ({})", of_kinds.join(" OR ")) };
    let mut found: BTreeMap<OrderId, Vec<Happened>> = BTreeMap::new();
    for some in orders.chunks(AT_ONCE) {
        let sql = format!(
            "SELECT s.order_id, e.stream, e.sequence, e.version, e.payload, e.at FROM order_stream s CROSS JOIN event e
             WHERE s.order_id IN ({}){of_kinds} AND e.stream = s.stream ORDER BY e.position",
            places(some.len())
        );
        for row in db.rows(&sql, some.iter().map(|order| order.to_string().into()).collect()).await? {
            found.entry(row.get::<String>("order_id")?.parse()?).or_default().push(Happened::of_row(&row)?);
        }
    }
    Ok(found)
}

/// Places for so many values.
pub(crate) fn places(count: usize) -> String {
    (1..=count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

impl Store {
    /// Every event of an order's streams, in journal order.
    pub async fn order_happened(&self, permit: &Permit, order: OrderId) -> anyhow::Result<Vec<Happened>> {
        opening::order(&mut self.database.clone(), permit, order).await?;
        in_order(&mut self.database.clone(), order).await
    }

    /// Every event of the streams of some orders, by order, in journal order; of streams of some kinds alone, where any are named.
    pub async fn events_of_orders(
        &self,
        permit: &Permit,
        orders: &[OrderId],
        kinds: &[StreamKind],
    ) -> anyhow::Result<BTreeMap<OrderId, Vec<Happened>>> {
        for order in orders {
            opening::order(&mut self.database.clone(), permit, *order).await?;
        }
        in_orders(&mut self.database.clone(), orders, kinds).await
    }

    /// The folds of some streams of one kind, by stream; of one without any event there is none.
    pub async fn load_all<T: Fold>(&self, permit: &Permit, streams: &[String]) -> anyhow::Result<BTreeMap<String, T>>
    where
        T::Event: DeserializeOwned,
    {
        let loaded = self.load_each::<T>(permit, streams).await?;
        Ok(loaded.into_iter().filter(|(_, loaded)| loaded.sequence > 0).map(|(stream, loaded)| (stream, loaded.state)).collect())
    }

    /// Some streams of one kind, by stream, each as `load` gives it: one without any event is as it is before its first.
    pub async fn load_each<T: Fold>(&self, permit: &Permit, streams: &[String]) -> anyhow::Result<BTreeMap<String, Loaded<T>>>
    where
        T::Event: DeserializeOwned,
    {
        let mut found: BTreeMap<String, Loaded<T>> = BTreeMap::new();
        for some in streams.chunks(AT_ONCE) {
            for stream in some {
                opening::stream(&mut self.database.clone(), permit, stream).await?;
                found.insert(stream.clone(), Loaded { stream: stream.clone(), state: T::default(), sequence: 0 });
            }
            let sql = format!(
                "SELECT stream, sequence, version, payload, at FROM event WHERE stream IN ({}) ORDER BY position",
                places(some.len())
            );
            for row in self.rows(&sql, some.iter().map(|stream| stream.clone().into()).collect()).await? {
                let happened = Happened::of_row(&row)?;
                let event: T::Event = happened.read()?;
                let state = found.remove(&happened.stream).map(|loaded| loaded.state).unwrap_or_default().apply(&event);
                let loaded = Loaded { stream: happened.stream.clone(), state, sequence: happened.sequence };
                found.insert(happened.stream, loaded);
            }
        }
        Ok(found)
    }
}
