//! Bringing a database to the present version of the schema.

use super::VERSIONS;
use crate::{
    database::{Connection, Database, Transaction},
    journal::APPEND_LOCK,
    projection,
};

/// Number of the lock that whoever changes the schema has.
const MIGRATION_LOCK: u32 = 7412;

/// Brings the schema to the present version, all or nothing; a database of a later program is refused. Lists of an earlier
/// program are brought on in the same transaction, so that none is ever of another version than its table.
pub(crate) async fn migrate(database: &Database) -> anyhow::Result<()> {
    let mut transaction = database.begin().await?;
    bring_on(&mut transaction).await?;
    Ok(transaction.commit().await?)
}

/// The same within a transaction, of which nothing lasts until it is committed.
pub(crate) async fn bring_on(transaction: &mut Transaction) -> anyhow::Result<()> {
    // Several programs may start at once.
    transaction.lock(MIGRATION_LOCK).await?;
    transaction.execute("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)", vec![]).await?;
    let rows = transaction.rows("SELECT COALESCE(MAX(version), 0) AS top FROM schema_version", vec![]).await?;
    let version = rows.first().map_or(Ok(0), |r| r.get::<i64>("top"))? as usize;
    anyhow::ensure!(
        version <= VERSIONS.len(),
        "the database has schema version {version}, made by a later program; this one knows {}. Use that program, or restore a backup made before it",
        VERSIONS.len()
    );
    if version < VERSIONS.len() {
        // What another program appended meanwhile would stand in no list that is written anew.
        transaction.lock(APPEND_LOCK).await?;
    }
    for (index, statements) in VERSIONS.iter().enumerate().skip(version) {
        for sql in *statements {
            transaction.execute(sql, vec![]).await?;
        }
        transaction.execute("INSERT INTO schema_version (version) VALUES ($1)", vec![(index as i64 + 1).into()]).await?;
    }
    if (1..VERSIONS.len()).contains(&version) {
        projection::mend(transaction).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
