//! What is known of a person's families beyond one order: every order in which the person is tested, with its family as it was drawn
//! and its list of relatives.

use crate::{
    Entry, Store,
    database::Row,
    journal::{COLUMNS, entry},
    opening,
};
use access::Permit;
use care::{OrderId, PatientId, event::StreamKind};

impl Store {
    /// The events of each order of a record, of its drawing and of its relatives, in one query. The permit has to open the record; of the
    /// orders nothing is to be shown but what is asked of the person.
    pub async fn families_with(&self, permit: &Permit, record: PatientId) -> anyhow::Result<Vec<(OrderId, Vec<Entry>)>> {
        opening::stream(&mut self.database.clone(), permit, &record.stream()).await?;
        let kinds = [StreamKind::Order, StreamKind::Pedigree, StreamKind::Cascade].map(|kind| format!("{}%", kind.prefix()));
        let sql = format!(
            "SELECT of_order, {COLUMNS} FROM event JOIN (
                 SELECT s.stream AS of_stream, s.order_id AS of_order FROM order_stream p JOIN order_stream s ON s.order_id = p.order_id
                 WHERE p.stream = $1 AND (s.stream LIKE $2 OR s.stream LIKE $3 OR s.stream LIKE $4)
             ) linked ON linked.of_stream = event.stream ORDER BY of_order, position"
        );
        let [order, drawing, relatives] = kinds;
        by_order(&self.rows(&sql, vec![record.stream().into(), order.into(), drawing.into(), relatives.into()]).await?)
    }
}

/// Events with their order as `of_order`, those of each order together.
pub(crate) fn by_order(rows: &[Row]) -> anyhow::Result<Vec<(OrderId, Vec<Entry>)>> {
    let mut orders: Vec<(OrderId, Vec<Entry>)> = Vec::new();
    for row in rows {
        let (order, entry) = (row.get::<String>("of_order")?.parse()?, entry(row)?);
        match orders.last_mut() {
            Some((last, entries)) if *last == order => entries.push(entry),
            _ => orders.push((order, vec![entry])),
        }
    }
    Ok(orders)
}
