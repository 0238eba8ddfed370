//! Drafts as lists show them.

use crate::{Store, statement};
use access::Permit;
use care::OrderId;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use uuid::Uuid;

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

impl Default for DraftLine {
    fn default() -> DraftLine {
        let empty = String::new;
        DraftLine { order: OrderId(Uuid::nil()), organisation: empty(), title: empty(), by: empty(), saved: empty() }
    }
}

impl DraftLine {
    /// Writes the line, or takes it away once the draft has ended.
    pub(crate) async fn write(&self, transaction: &DatabaseTransaction, ended: bool) -> Result<(), DbErr> {
        let order = self.order.to_string().into();
        let (sql, values) = if ended {
            ("DELETE FROM draft_view WHERE order_id = $1", vec![order])
        } else {
            let text = |s: &String| s.clone().into();
            (
                "INSERT INTO draft_view (order_id, organisation, title, saved_by, saved) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (order_id) DO UPDATE SET title = excluded.title, saved_by = excluded.saved_by, saved = excluded.saved",
                vec![order, text(&self.organisation), text(&self.title), text(&self.by), text(&self.saved)],
            )
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
}
