//! Drafts as lists show them.

use crate::{Paged, Store, line::line};
use access::Permit;
use care::OrderId;

line! {
    /// A draft's line.
    pub struct DraftLine in "draft_view" {
        /// Order that it will be.
        pub order: OrderId = "order_id",
        /// Organisation whose people may go on with it.
        pub organisation: String = "organisation",
        /// For whom and what.
        pub title: String = "title",
        /// Who saved it last.
        pub by: String = "saved_by",
        /// When.
        pub saved: String = "saved",
    }
}

impl Store {
    /// A page of the drafts of the reader's own organisation, latest first.
    pub async fn drafts(&self, permit: &Permit, page: u64) -> anyhow::Result<Paged<DraftLine>> {
        let values = vec![permit.staff().organisation.to_string().into()];
        self.paged("organisation = $1", "saved DESC, order_id", values, page).await
    }

    /// Whether a draft is one of the reader's own organisation.
    pub async fn is_own_draft(&self, permit: &Permit, order: OrderId) -> anyhow::Result<bool> {
        let sql = "SELECT order_id FROM draft_view WHERE order_id = $1 AND organisation = $2";
        let values = vec![order.to_string().into(), permit.staff().organisation.to_string().into()];
        Ok(!self.rows(sql, values).await?.is_empty())
    }
}
