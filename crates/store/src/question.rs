//! Questions from people's own pages that nobody has answered.

use crate::{Store, line::line};
use access::Permit;
use care::{OdsCode, OrderId, QuestionId};
use jiff::Timestamp;

line! {
    /// A question that waits.
    pub struct QuestionLine in "question_view" {
        /// Which.
        pub id: QuestionId = "question_id",
        /// Organisation that is to answer it.
        pub organisation: OdsCode = "organisation",
        /// The order that it is about.
        pub order: OrderId = "order_id",
        /// Since when.
        pub since: Timestamp = "since",
    }
}

impl Store {
    /// Questions that wait for the reader's organisation, longest first.
    pub async fn waiting_questions(&self, permit: &Permit, most: u64) -> anyhow::Result<Vec<QuestionLine>> {
        let rest = format!("WHERE organisation = $1 ORDER BY since, question_id LIMIT {most}");
        self.lines(&rest, vec![permit.staff().organisation.to_string().into()]).await
    }
}
