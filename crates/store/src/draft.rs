//! Drafts as lists show them.

use crate::{Store, database::Row};
use access::Permit;
use care::OrderId;

/// A draft's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftLine {
    /// Order that it will be.
    pub order: OrderId,
    /// Organisation whose people may go on with it.
    pub organisation: String,
    /// For whom and what.
    pub title: String,
    /// Who saved it last.
    pub by: String,
    /// When.
    pub saved: String,
}

/// Drafts of a list.
const MOST: u64 = 100;

impl Store {
    /// Drafts of the reader's own organisation, latest first.
    pub async fn drafts(&self, permit: &Permit) -> anyhow::Result<Vec<DraftLine>> {
        let sql = format!(
            "SELECT order_id, organisation, title, saved_by, saved FROM draft_view WHERE organisation = $1 ORDER BY saved DESC, order_id LIMIT {MOST}"
        );
        let rows = self.rows(&sql, vec![permit.staff().organisation.to_string().into()]).await?;
        let line = |row: &Row| -> anyhow::Result<DraftLine> {
            let text = |column: &str| row.get::<String>(column);
            Ok(DraftLine {
                order: text("order_id")?.parse()?,
                organisation: text("organisation")?,
                title: text("title")?,
                by: text("saved_by")?,
                saved: text("saved")?,
            })
        };
        rows.iter().map(line).collect()
    }

    /// Whether a draft is one of the reader's own organisation.
    pub async fn is_own_draft(&self, permit: &Permit, order: OrderId) -> anyhow::Result<bool> {
        let sql = "SELECT order_id FROM draft_view WHERE order_id = $1 AND organisation = $2";
        let values = vec![order.to_string().into(), permit.staff().organisation.to_string().into()];
        Ok(!self.rows(sql, values).await?.is_empty())
    }
}
