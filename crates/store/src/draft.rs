//! Drafts as lists show them.

use crate::{Store, statement};
use access::Permit;
use care::OrderId;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

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

/// What becomes of a draft's line.
#[derive(Clone, Debug)]
pub enum DraftChange {
    /// It stands so.
    Saved(DraftLine),
    /// It is gone: sent or discarded.
    Ended(OrderId),
}

impl DraftChange {
    pub(crate) async fn write(&self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        let text = |s: &String| s.clone().into();
        let (sql, values) = match self {
            DraftChange::Ended(order) => ("DELETE FROM draft_view WHERE order_id = $1", vec![order.to_string().into()]),
            DraftChange::Saved(line) => (
                "INSERT INTO draft_view (order_id, organisation, title, saved_by, saved) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (order_id) DO UPDATE SET title = excluded.title, saved_by = excluded.saved_by, saved = excluded.saved",
                vec![line.order.to_string().into(), text(&line.organisation), text(&line.title), text(&line.by), text(&line.saved)],
            ),
        };
        transaction.execute_raw(statement(transaction, sql, values)).await.map(drop)
    }
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
        let line = |row: &sea_orm::QueryResult| -> anyhow::Result<DraftLine> {
            let text = |column: &str| row.try_get::<String>("", column);
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
