//! Worklists and lots as lists show them, and the samples that wait for a step.

use crate::{
    Paged, SampleLine, Store,
    happened::places,
    line::{TableRow, line},
    order::Listed,
};
use access::Permit;
use care::{LotId, SampleId, WorklistId, laboratory::worklist::Step};
use jiff::civil::Date;

line! {
    /// A worklist's line.
    pub struct WorklistLine in "worklist_view" {
        /// Worklist.
        pub id: WorklistId = "worklist_id",
        /// Its number.
        pub number: String = "number",
        /// Laboratory that has it.
        pub laboratory: String = "laboratory",
        /// What is done, by its name in forms.
        pub step: String = "step",
        /// On which instrument.
        pub instrument: String = "instrument",
        /// State in words.
        pub state: String = "state",
        /// Samples on it.
        pub sample_count: i64 = "samples",
        /// Day on which it was created.
        pub created: Date = "created",
    }
}

line! {
    /// A lot's line.
    pub struct LotLine in "lot_view" {
        /// Lot.
        pub id: LotId = "lot_id",
        /// Laboratory that has it.
        pub laboratory: String = "laboratory",
        /// What it is.
        pub name: String = "name",
        /// Who made it.
        pub maker: String = "maker",
        /// Lot number of the maker.
        pub number: String = "number",
        /// The last day on which it may be used.
        pub expires: Date = "expires",
        /// State in words.
        pub state: String = "state",
        /// Worklists that it was used for.
        pub used_count: i64 = "used",
        /// Laboratory, maker and lot number as they are compared: no two lots have the same.
        pub key: String = "lot_key",
    }
}

/// A sample that waits for a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingSample {
    /// The sample.
    pub line: SampleLine,
    /// Number of its order.
    pub number: String,
    /// Test of its order.
    pub test: String,
    /// Day on which the order was sent.
    pub submitted: Date,
    /// Its order is urgent.
    pub is_urgent: bool,
    /// How the step came out for it before; empty where it was not done.
    pub before: String,
}

impl Store {
    /// Worklists of the reader's own laboratory, the latest first; those that are open, or those that are not.
    pub async fn worklists(&self, permit: &Permit, open: bool, page: u64) -> anyhow::Result<Paged<WorklistLine>> {
        let these = format!("laboratory = $1 AND state {} ('Open', 'Started')", if open { "IN" } else { "NOT IN" });
        self.paged(&these, "created DESC, number DESC", vec![permit.staff().organisation.to_string().into()], page).await
    }

    /// A worklist's line, to know whose it is before a permit is asked for.
    pub async fn worklist(&self, id: WorklistId) -> anyhow::Result<Option<WorklistLine>> {
        self.line("WHERE worklist_id = $1", vec![id.to_string().into()]).await
    }

    /// Lots of the reader's own laboratory by their last day: those that are not withdrawn, or those that are.
    pub async fn lots(&self, permit: &Permit, withdrawn: bool, page: u64) -> anyhow::Result<Paged<LotLine>> {
        let these = format!("laboratory = $1 AND state {} 'Withdrawn'", if withdrawn { "=" } else { "<>" });
        self.paged(&these, "expires, name, number", vec![permit.staff().organisation.to_string().into()], page).await
    }

    /// Lots of the reader's own laboratory that can be used on a day, the first to expire first.
    pub async fn usable_lots(&self, permit: &Permit, today: Date) -> anyhow::Result<Vec<LotLine>> {
        let rest = "WHERE laboratory = $1 AND state = 'Open' AND expires >= $2 ORDER BY expires, name, number";
        self.lines(rest, vec![permit.staff().organisation.to_string().into(), today.to_string().into()]).await
    }

    /// A lot's line, to know whose it is before a permit is asked for.
    pub async fn lot(&self, id: LotId) -> anyhow::Result<Option<LotLine>> {
        self.line("WHERE lot_id = $1", vec![id.to_string().into()]).await
    }

    /// The lot with a maker and lot number, as they are compared.
    pub async fn lot_by_key(&self, key: &str) -> anyhow::Result<Option<LotLine>> {
        self.line("WHERE lot_key = $1", vec![key.into()]).await
    }

    /// Samples in the reader's own laboratory, of open orders, that wait for a step: urgent ones first, then those of the oldest orders.
    /// Not those that are on an open worklist for it, or passed it, or that were sent on to another laboratory. One more than asked for
    /// says that there are more.
    pub async fn waiting_for(&self, permit: &Permit, step: Step, most: u64) -> anyhow::Result<Vec<WaitingSample>> {
        let states: Vec<String> = step.waits_in().iter().map(|state| format!("'{state}'")).collect();
        let sql = format!(
            "SELECT {}, o.number AS order_number, o.submitted, o.urgent, v.test, COALESCE(t.outcome, '') AS before_outcome
             FROM sample_view s CROSS JOIN order_organisation o CROSS JOIN order_view v
             LEFT JOIN sample_step t ON t.sample_id = s.sample_id AND t.step = $2
             WHERE o.organisation = $1 AND o.order_id = s.order_id AND v.order_id = s.order_id AND o.listed = {} AND s.state IN ({})
                 AND (t.outcome IS NULL OR t.outcome IN ('Failed', 'Repeat'))
                 AND (s.sent_to = $1 OR (s.sent_to = '' AND v.laboratory = $1))
             ORDER BY o.urgent DESC, o.submitted, o.number, s.barcode LIMIT {}",
            SampleLine::columns("s."),
            Listed::Open as i64,
            states.join(", "),
            most + 1
        );
        let rows = self.rows(&sql, vec![permit.staff().organisation.to_string().into(), step.name().into()]).await?;
        let waiting = rows.iter().map(|row| {
            Ok(WaitingSample {
                line: SampleLine::read(row)?,
                number: row.get("order_number")?,
                test: row.get("test")?,
                submitted: row.get::<String>("submitted")?.parse()?,
                is_urgent: row.get::<i64>("urgent")? != 0,
                before: row.get("before_outcome")?,
            })
        });
        waiting.collect()
    }

    /// Lines of samples of a worklist.
    pub async fn samples_by_id(&self, samples: &[SampleId]) -> anyhow::Result<Vec<SampleLine>> {
        if samples.is_empty() {
            return Ok(vec![]);
        }
        let rest = format!("WHERE sample_id IN ({}) ORDER BY barcode", places(samples.len()));
        self.lines(&rest, samples.iter().map(|sample| sample.to_string().into()).collect()).await
    }
}
