//! Lists compared with the journal, a page of it at a time.

use super::{Slice, TABLES, row, source};
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
    let (mut differences, mut expected, mut last) = (Vec::new(), Expected::default(), 0);
    let all = journal::end(db).await?;
    while let Some(sources) = source::page(db, last).await? {
        let slices = sources.slices(db).await?;
        expected.add(&slices);
        differences.extend(row::differences(db, &slices).await?);
        last = sources.last;
        watch(Progress { part: Part::Lists, done: last, all });
    }
    differences.extend(expected.differences(db).await?);
    Ok(differences)
}

/// How many rows each table has, as the journal gives them.
#[derive(Default)]
pub(super) struct Expected(BTreeMap<&'static str, i64>);

impl Expected {
    /// Adds slices, each of which is seen once.
    pub(super) fn add(&mut self, slices: &[Slice]) {
        for slice in slices {
            *self.0.entry(slice.table()).or_default() += slice.len() as i64;
        }
    }

    /// Tables that have more or fewer.
    pub(super) async fn differences(&self, db: &mut impl Connection) -> anyhow::Result<Vec<String>> {
        let mut differences = Vec::new();
        for table in TABLES {
            let found = db.rows(&format!("SELECT COUNT(*) AS n FROM {table}"), vec![]).await?;
            let (rows, expected) = (found.first().map_or(Ok(0), |row| row.get::<i64>("n"))?, self.0.get(table).copied().unwrap_or(0));
            if rows != expected {
                differences.push(format!("{table} has {rows} rows; the journal gives {expected}"));
            }
        }
        Ok(differences)
    }
}

#[cfg(test)]
mod tests;
