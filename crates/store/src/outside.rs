//! Results of other laboratories, as lists and the search for earlier ones need them.

use crate::{Paged, Store, database::Value, line::line};
use access::Permit;
use care::{OdsCode, OrderId, OutsideResultId, StaffId, results::outside::StateKind};
use jiff::Timestamp;

line! {
    /// A result of another laboratory in the list of a laboratory that looks after it.
    pub struct OutsideLine in "outside_view" keys 2 {
        /// Which.
        pub id: OutsideResultId = "result_id",
        /// The laboratory of this service that looks after it.
        pub organisation: OdsCode = "organisation",
        /// The order on which it is filed.
        pub order: Option<OrderId> = "order_id",
        /// The system that sent it.
        pub client: StaffId = "client_id",
        /// The other laboratory's own number of its work.
        pub filler: String = "filler",
        /// State.
        pub state: StateKind = "state",
        /// It may be seen outside the laboratory.
        pub is_released: bool = "is_released",
        /// When it came.
        pub received: Timestamp = "received",
    }
}

impl Store {
    /// A page of the results in some states that the reader's laboratory looks after: state by state, in each the oldest first.
    pub async fn outside_results(&self, permit: &Permit, states: &[StateKind], page: u64) -> anyhow::Result<Paged<OutsideLine>> {
        let places: Vec<String> = (2..2 + states.len()).map(|place| format!("${place}")).collect();
        let these = format!("organisation = $1 AND state IN ({})", places.join(", "));
        let organisation = Value::from(permit.staff().organisation.to_string());
        let values = [organisation].into_iter().chain(states.iter().map(|state| Value::from(state.as_str())));
        self.paged(&these, "state, received, result_id", values.collect(), page).await
    }

    /// The lines of a result, one for each laboratory that looks after it, to know whose it is before a permit is asked for.
    pub async fn outside_lines(&self, id: OutsideResultId) -> anyhow::Result<Vec<OutsideLine>> {
        self.lines("WHERE result_id = $1 ORDER BY organisation", vec![id.to_string().into()]).await
    }

    /// Results that a system sent under one number of its laboratory, oldest first.
    pub async fn outside_with_filler(&self, _permit: &Permit, client: StaffId, filler: &str) -> anyhow::Result<Vec<OutsideResultId>> {
        let rest = "WHERE client_id = $1 AND filler = $2 ORDER BY received, result_id";
        let lines: Vec<OutsideLine> = self.lines(rest, vec![client.to_string().into(), filler.into()]).await?;
        let mut found: Vec<_> = lines.into_iter().map(|line| line.id).collect();
        found.dedup();
        Ok(found)
    }
}
