//! Results of other laboratories, as lists and the search for earlier ones need them.

use crate::{
    Store,
    database::{Row, Value},
    order::parsed,
};
use access::Permit;
use care::{OdsCode, OrderId, OutsideResultId, StaffId, results::outside::StateKind};
use jiff::Timestamp;

/// A result of another laboratory in the list of a laboratory that looks after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideLine {
    /// Which.
    pub id: OutsideResultId,
    /// The laboratory of this service that looks after it.
    pub organisation: OdsCode,
    /// The order on which it is filed.
    pub order: Option<OrderId>,
    /// The system that sent it.
    pub client: StaffId,
    /// The other laboratory's own number of its work.
    pub filler: String,
    /// State.
    pub state: StateKind,
    /// It may be seen outside the laboratory.
    pub is_released: bool,
    /// When it came.
    pub received: Timestamp,
}

const COLUMNS: &str = "result_id, organisation, order_id, client_id, filler, state, is_released, received";

fn line(row: &Row) -> anyhow::Result<OutsideLine> {
    let order: Option<String> = row.get("order_id")?;
    Ok(OutsideLine {
        id: parsed(row, "result_id")?,
        organisation: parsed(row, "organisation")?,
        order: order.map(|id| id.parse()).transpose()?,
        client: parsed(row, "client_id")?,
        filler: row.get("filler")?,
        state: parsed(row, "state")?,
        is_released: row.get::<i64>("is_released")? == 1,
        received: parsed(row, "received")?,
    })
}

impl Store {
    async fn outside_where(&self, rest: &str, values: Vec<Value>) -> anyhow::Result<Vec<OutsideLine>> {
        self.rows(&format!("SELECT {COLUMNS} FROM outside_view WHERE {rest}"), values).await?.iter().map(line).collect()
    }

    /// Results in a state that the reader's laboratory looks after, oldest first.
    pub async fn outside_results(&self, permit: &Permit, state: StateKind, most: u64) -> anyhow::Result<Vec<OutsideLine>> {
        let organisation = permit.staff().organisation.to_string();
        let rest = format!("organisation = $1 AND state = $2 ORDER BY received, result_id LIMIT {most}");
        self.outside_where(&rest, vec![organisation.into(), state.as_str().into()]).await
    }

    /// The lines of a result, one for each laboratory that looks after it, to know whose it is before a permit is asked for.
    pub async fn outside_lines(&self, id: OutsideResultId) -> anyhow::Result<Vec<OutsideLine>> {
        self.outside_where("result_id = $1 ORDER BY organisation", vec![id.to_string().into()]).await
    }

    /// Results that a system sent under one number of its laboratory, oldest first.
    pub async fn outside_with_filler(&self, _permit: &Permit, client: StaffId, filler: &str) -> anyhow::Result<Vec<OutsideResultId>> {
        let rest = "client_id = $1 AND filler = $2 ORDER BY received, result_id";
        let mut found: Vec<_> =
            self.outside_where(rest, vec![client.to_string().into(), filler.into()]).await?.into_iter().map(|line| line.id).collect();
        found.dedup();
        Ok(found)
    }
}
