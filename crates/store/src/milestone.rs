//! When orders reached what every order has to reach, for each organisation that sees them.

use crate::{Store, line::line, order::Listed};
use access::Permit;
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

impl MilestoneLine {
    /// When it reached each, in their order.
    pub fn reached(&self) -> [Option<Timestamp>; Milestone::ALL.len()] {
        [
            self.requested_at,
            self.consents_at,
            self.samples_at,
            self.data_at,
            self.analysed_at,
            self.interpreted_at,
            self.reported_at,
            self.acknowledged_at,
        ]
    }
}

/// Some orders, and how many there are in all.
pub type SomeOf = (Vec<MilestoneLine>, usize);

impl Store {
    /// Orders of the reader's own organisation that were first reported on a day or later, the latest first.
    pub async fn milestones_of_reported(&self, permit: &Permit, since: Date, most: u64) -> anyhow::Result<SomeOf> {
        let these = format!("organisation = $1 AND listed > {} AND reported >= $2", Listed::Hidden as i64);
        let values = || vec![permit.staff().organisation.to_string().into(), since.to_string().into()];
        let count = self.count_of_milestones(&these, values()).await?;
        let lines = self.lines(&format!("WHERE {these} ORDER BY reported DESC, number DESC LIMIT {most}"), values()).await?;
        Ok((lines, count))
    }

    /// Orders of the reader's own organisation that are open and were never reported, those that were requested first.
    pub async fn milestones_of_open(&self, permit: &Permit, most: u64) -> anyhow::Result<SomeOf> {
        let these = format!("organisation = $1 AND listed = {} AND reported IS NULL", Listed::Open as i64);
        let values = || vec![permit.staff().organisation.to_string().into()];
        let count = self.count_of_milestones(&these, values()).await?;
        let lines = self.lines(&format!("WHERE {these} ORDER BY requested_at, number LIMIT {most}"), values()).await?;
        Ok((lines, count))
    }

    async fn count_of_milestones(&self, these: &str, values: Vec<crate::Value>) -> anyhow::Result<usize> {
        let rows = self.rows(&format!("SELECT COUNT(*) AS n FROM order_milestone WHERE {these}"), values).await?;
        Ok(rows.first().map_or(Ok(0), |row| row.get::<i64>("n"))? as usize)
    }
}
