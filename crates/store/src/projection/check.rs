//! Lists compared with the journal, a page of it at a time.

use super::{TABLES, row, source};
use crate::{
    Store,
    database::Connection,
    journal,
    progress::{Part, Progress, Watch},
};
use std::collections::BTreeMap;

impl Store {
    /// Compares every list with the journal; what differs is named by its order's number, its barcode or its stream.
    pub async fn check_lists(&self) -> anyhow::Result<Vec<String>> {
        self.check_lists_watched(&mut |_| {}).await
    }

    /// The same, and says how far it has come.
    pub async fn check_lists_watched(&self, watch: Watch<'_>) -> anyhow::Result<Vec<String>> {
        let mut transaction = self.database.snapshot().await?;
        let differences = compare(&mut transaction, watch).await?;
        transaction.rollback().await?;
        Ok(differences)
    }
}

/// The same, as a connection sees both.
async fn compare(db: &mut impl Connection, watch: Watch<'_>) -> anyhow::Result<Vec<String>> {
    let (mut differences, mut expected, mut last) = (Vec::new(), BTreeMap::<&str, i64>::new(), 0);
    let all = journal::end(db).await?;
    while let Some(sources) = source::page(db, last).await? {
        let slices = sources.slices(db).await?;
        for slice in &slices {
            *expected.entry(slice.table()).or_default() += slice.len() as i64;
        }
        differences.extend(row::differences(db, &slices).await?);
        last = sources.last;
        watch(Progress { part: Part::Lists, done: last, all });
    }
    for table in TABLES {
        let found = db.rows(&format!("SELECT COUNT(*) AS n FROM {table}"), vec![]).await?;
        let (rows, expected) = (found.first().map_or(Ok(0), |row| row.get::<i64>("n"))?, expected.get(table).copied().unwrap_or(0));
        if rows != expected {
            differences.push(format!("{table} has {rows} rows; the journal gives {expected}"));
        }
    }
    Ok(differences)
}

#[cfg(test)]
mod tests;
