//! When orders reached what every order has to reach, for each organisation that sees them.

use crate::{
    Store, Value,
    line::{count, line},
    order::Listed,
};
use access::Permit;
use anyhow::Context;
use care::{OrderId, ordering::milestones::Milestone};
use jiff::{Timestamp, civil::Date};

line! {
    /// The milestones of an order in the list of one organisation.
    pub struct MilestoneLine in "order_milestone" keys 2 of "order_id" {
        /// Organisation.
        pub(crate) organisation: String = "organisation",
        /// Order.
        pub order: OrderId = "order_id",
        /// Its number.
        pub number: String = "number",
        /// In which lists it stands.
        pub(crate) listed: i64 = "listed",
        /// Day of its first report.
        pub(crate) reported: Option<Date> = "reported",
        pub(crate) requested_at: Option<Timestamp> = "requested_at",
        pub(crate) consents_at: Option<Timestamp> = "consents_at",
        pub(crate) samples_at: Option<Timestamp> = "samples_at",
        pub(crate) data_at: Option<Timestamp> = "data_at",
        pub(crate) analysed_at: Option<Timestamp> = "analysed_at",
        pub(crate) interpreted_at: Option<Timestamp> = "interpreted_at",
        pub(crate) reported_at: Option<Timestamp> = "reported_at",
        pub(crate) acknowledged_at: Option<Timestamp> = "acknowledged_at",
    }
}

/// The columns of the milestones, in their order.
const REACHED: [&str; Milestone::ALL.len()] =
    ["requested_at", "consents_at", "samples_at", "data_at", "analysed_at", "interpreted_at", "reported_at", "acknowledged_at"];

/// When an order reached each milestone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderReached {
    /// Order.
    pub order: OrderId,
    /// Its number.
    pub number: String,
    /// When it reached each, in their order.
    pub reached: [Option<Timestamp>; Milestone::ALL.len()],
}

/// Stands for a milestone that was not reached.
const NOT_REACHED: &str = "-";

impl OrderReached {
    /// Reads a line of text, as `text_of_line` makes it.
    fn read(line: &str) -> anyhow::Result<OrderReached> {
        let mut parts = line.split(' ');
        let mut next = || parts.next().context("a line of milestones is too short");
        let (order, number) = (next()?.parse()?, next()?.to_owned());
        let mut reached = [None; Milestone::ALL.len()];
        for at in &mut reached {
            *at = Some(next()?).filter(|text| *text != NOT_REACHED).map(str::parse).transpose()?;
        }
        Ok(OrderReached { order, number, reached })
    }
}

/// A row as one text.
fn text_of_line() -> String {
    let times: Vec<String> = REACHED.iter().map(|column| format!("COALESCE({column}, '{NOT_REACHED}')")).collect();
    format!("order_id || ' ' || number || ' ' || {}", times.join(" || ' ' || "))
}

/// Some orders, in no order, and how many there are in all.
pub type SomeOf = (Vec<OrderReached>, usize);

impl Store {
    /// Orders of the reader's own organisation that were first reported on a day or later: the latest.
    pub async fn milestones_of_reported(&self, permit: &Permit, since: Date, most: u64) -> anyhow::Result<SomeOf> {
        let these = format!("organisation = $1 AND listed > {} AND reported >= $2", Listed::Hidden as i64);
        let values = vec![permit.staff().organisation.to_string().into(), since.to_string().into()];
        self.milestones(&these, "reported DESC, number DESC", most, values).await
    }

    /// Orders of the reader's own organisation that are open and were never reported: those that were requested first.
    pub async fn milestones_of_open(&self, permit: &Permit, most: u64) -> anyhow::Result<SomeOf> {
        let these = format!("organisation = $1 AND listed = {} AND reported IS NULL", Listed::Open as i64);
        self.milestones(&these, "requested_at, number", most, vec![permit.staff().organisation.to_string().into()]).await
    }

    /// The first of these rows, and how many there are. They come as one text: a thousand rows one by one take longer than all that is
    /// made of them.
    async fn milestones(&self, these: &str, order: &str, most: u64, values: Vec<Value>) -> anyhow::Result<SomeOf> {
        let separator = values.len() + 1;
        let sql = format!(
            "SELECT string_agg(line, ${separator}) AS lines
             FROM (SELECT {} AS line FROM order_milestone WHERE {these} ORDER BY {order} LIMIT {most}) l",
            text_of_line()
        );
        let rows = self.rows(&sql, values.iter().cloned().chain(["\n".into()]).collect()).await?;
        let text = rows.first().map_or(Ok(None), |row| row.get::<Option<String>>("lines"))?.unwrap_or_default();
        let some: Vec<OrderReached> = text.lines().map(OrderReached::read).collect::<anyhow::Result<_>>()?;
        let are_all = (some.len() as u64) < most;
        let sql = format!("SELECT COUNT(*) AS n FROM order_milestone WHERE {these}");
        let number = if are_all { some.len() } else { count(&self.rows(&sql, values).await?)? as usize };
        Ok((some, number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let line = "00000000-0000-7000-8000-000000000007 OG-1 2026-11-21T09:00:00.5Z - - - - - - 2026-11-30T00:00:00Z";
        let read = OrderReached::read(line).expect("a line");
        assert_eq!(read.number, "OG-1");
        let reached: Vec<usize> = (0..REACHED.len()).filter(|n| read.reached[*n].is_some()).collect();
        assert_eq!(reached, [0, 7]);
        assert_eq!(read.reached[0].map(|at| at.to_string()).as_deref(), Some("2026-11-21T09:00:00.5Z"));
        assert!(OrderReached::read("00000000-0000-7000-8000-000000000007 OG-1").is_err());
    }
}
