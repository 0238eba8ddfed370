//! What happened to many orders, for lists that are folded and not kept.

use crate::{Store, opening};
use access::Permit;
use care::{OrderId, event::Recorded};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Orders of which the events are read in one query.
const ORDERS_AT_ONCE: usize = 500;

/// As much of an event as a fold takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// Stream.
    pub stream: String,
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
}

impl Store {
    /// Every event of the streams of some orders, by order, in journal order: in one query for many orders.
    pub async fn events_of_orders(&self, permit: &Permit, orders: &[OrderId]) -> anyhow::Result<BTreeMap<OrderId, Vec<Happened>>> {
        let mut found: BTreeMap<OrderId, Vec<Happened>> = BTreeMap::new();
        for some in orders.chunks(ORDERS_AT_ONCE) {
            for order in some {
                opening::order(&mut self.database.clone(), permit, *order).await?;
            }
            let places: Vec<String> = (1..=some.len()).map(|n| format!("${n}")).collect();
            let sql = format!(
                "SELECT s.order_id, e.stream, e.version, e.payload, e.at FROM order_stream s CROSS JOIN event e
                 WHERE s.order_id IN ({}) AND e.stream = s.stream ORDER BY e.position",
                places.join(", ")
            );
            for row in self.rows(&sql, some.iter().map(|order| order.to_string().into()).collect()).await? {
                let happened = Happened {
                    stream: row.get("stream")?,
                    version: row.get("version")?,
                    payload: row.get("payload")?,
                    at: row.get::<String>("at")?.parse()?,
                };
                found.entry(row.get::<String>("order_id")?.parse()?).or_default().push(happened);
            }
        }
        Ok(found)
    }
}
