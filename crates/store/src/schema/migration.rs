//! Bringing a database to the present version of the schema.

use super::VERSIONS;
use crate::{
    database::{Connection, Database},
    projection,
};

/// Number of the lock that whoever changes the schema has.
const MIGRATION_LOCK: u32 = 7412;

/// Brings the schema to the present version, all or nothing; a database of a later program is refused. Lists of an earlier
/// program are written anew in the same transaction, so that none is ever of another version than its table.
pub(crate) async fn migrate(database: &Database) -> anyhow::Result<()> {
    let mut transaction = database.begin().await?;
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
    for (index, statements) in VERSIONS.iter().enumerate().skip(version) {
        for sql in *statements {
            transaction.execute(sql, vec![]).await?;
        }
        transaction.execute("INSERT INTO schema_version (version) VALUES ($1)", vec![(index as i64 + 1).into()]).await?;
    }
    if (1..VERSIONS.len()).contains(&version) {
        projection::rebuild(&mut transaction).await?;
    }
    Ok(transaction.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_of_an_earlier_version_is_brought_on_and_its_lists_written_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let address = format!("sqlite://{}?mode=rwc", folder.path().join(crate::JOURNAL).display());
        let mut db = Database::connect(&address, crate::database::Lasts::AtOnce).await.expect("a database");
        for (version, statements) in (1..).zip(&VERSIONS[..4]) {
            for sql in *statements {
                db.execute(sql, vec![]).await.expect("made");
            }
            db.execute(&format!("INSERT INTO schema_version (version) VALUES ({version})"), vec![]).await.expect("noted");
        }
        let staff = care::Staff {
            id: care::StaffId(uuid::Uuid::from_u128(7)),
            name: "Leo".into(),
            role: care::Role::Administrator,
            organisation: "RP4".parse().expect("a code"),
            organisation_name: "Hospital".into(),
        };
        let stream = format!("account/{}", staff.id);
        let event = care::people::account::Event::Opened { staff, login: "leo".into(), demonstration: true };
        let payload = serde_json::to_string(&event).expect("an event");
        let sql = "INSERT INTO event VALUES (1, $1, 1, 'Opened', 1, $2, 'x', 'System', 'x', 'X', '', '2026-11-21T00:00:00Z', '', '')";
        db.execute(sql, vec![stream.into(), payload.into()]).await.expect("written");
        db.close().await;
        let store = crate::Store::open(folder.path()).await.expect("opened by this program");
        assert_eq!(store.accounts().await.expect("a list").len(), 1);
        assert_eq!(store.check_lists().await.expect("read"), Vec::<String>::new());
    }
}
