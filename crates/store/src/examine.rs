//! A store looked at as it is, by somebody who asks what is wrong with it: nothing of it is made, changed or brought on.

use crate::{
    Store, Trouble,
    blobs::Blobs,
    database::{Connection, Database, Lasts},
    line::count,
    projection,
    verify::{Broken, Last, broken},
};
use care::event::StreamName;
use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
    sync::Arc,
};

/// A database as somebody who looks at it finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct There {
    /// Which it is; no password is in it.
    pub place: String,
    /// Whether a service was begun in it: it has tables of ours.
    pub holds_service: bool,
    /// Whether nothing would be lost with it: no event is in it, and where it is a file, no table of others.
    pub is_empty: bool,
}

impl Store {
    /// Looks at a database that is there, before it is a service's. Nothing is made in it.
    pub async fn look_at(url: &str) -> anyhow::Result<There> {
        let mut database = Database::connect(url, Lasts::AtOnce).await?;
        let found = found(&mut database).await;
        database.close().await;
        found
    }

    /// Which database this is; no password is in it.
    pub fn database_place(&self) -> String {
        self.database.place()
    }

    /// Whether no event is in it, and no table of others.
    pub async fn is_empty(&self) -> anyhow::Result<bool> {
        Ok(found(&mut self.database.clone()).await?.is_empty)
    }

    /// Brings everything that was written into the file of the database itself, and closes it.
    pub async fn settle(&self) -> anyhow::Result<()> {
        let settled = match &self.database {
            Database::Sqlite { .. } => self.rows("PRAGMA wal_checkpoint(TRUNCATE)", vec![]).await.map(drop),
            Database::Postgres(_) => Ok(()),
        };
        self.close().await;
        settled
    }

    /// Address of the SQLite database of a folder, which has to be there.
    pub fn address_of_present(folder: &Path) -> String {
        format!("sqlite://{}?mode=rw", folder.join(crate::JOURNAL).display())
    }

    /// Connects to a database as it is: its schema may be of another version.
    pub async fn as_it_is(url: &str, blobs: Blobs) -> anyhow::Result<Store> {
        Ok(Store { database: Database::connect(url, Lasts::AtOnce).await?, blobs, chains: Arc::default() })
    }

    /// Which database this is, as it says itself.
    pub async fn database_version(&self) -> anyhow::Result<String> {
        let (name, sql) = match self.database {
            Database::Sqlite { .. } => ("SQLite", "SELECT sqlite_version() AS version"),
            Database::Postgres(_) => ("", "SELECT version() AS version"),
        };
        let rows = self.rows(sql, vec![]).await?;
        let version = rows.first().map_or(Ok(String::new()), |row| row.get::<String>("version"))?;
        Ok(format!("{name} {}", version.split(" on ").next().unwrap_or_default()).trim().to_owned())
    }

    /// What is damaged in the file of the database, as far as its own structure shows; PostgreSQL looks after its files itself.
    pub async fn damage(&self) -> anyhow::Result<Vec<String>> {
        if matches!(self.database, Database::Postgres(_)) {
            return Ok(vec![]);
        }
        let found = match self.rows("PRAGMA quick_check(20)", vec![]).await {
            Ok(rows) => rows.iter().map(|row| row.get::<String>("quick_check")).collect::<Result<Vec<_>, _>>()?,
            Err(fault) if Trouble::beneath(&fault) == Some(Trouble::Damaged) => vec![format!("{fault:#}")],
            Err(fault) => return Err(fault),
        };
        let place = self.database.place();
        Ok(found.into_iter().filter(|line| line != "ok").map(|line| format!("{place}: {}", line.replace('\n', "; "))).collect())
    }

    /// Checks the last entries of the journal as `verify` does all of them; says how many were looked at.
    pub async fn verify_last(&self, most: u64) -> anyhow::Result<Result<u64, Broken>> {
        let (top, _) = self.last_event().await?;
        self.verify_part(top.saturating_sub(most), most).await
    }

    /// Checks so many entries of the journal after a position, each as `verify` does all of them; says how many were looked at.
    pub async fn verify_part(&self, before: u64, most: u64) -> anyhow::Result<Result<u64, Broken>> {
        let (mut streams, mut checked) = (HashMap::<String, Last>::new(), 0);
        for (position, entry) in (before + 1..).zip(self.page(before, most).await?) {
            let last = match streams.remove(&entry.stream) {
                Some(last) => last,
                None => (entry.sequence.saturating_sub(1), self.hash_before(&entry.stream, entry.sequence).await?),
            };
            if let Some(broken) = broken(&entry, position, &last) {
                return Ok(Err(broken));
            }
            checked += 1;
            streams.insert(entry.stream, (entry.sequence, entry.hash));
        }
        Ok(Ok(checked))
    }

    /// Hash of the event before one of a stream; empty where that is its first.
    async fn hash_before(&self, stream: &str, sequence: u64) -> anyhow::Result<String> {
        let sql = "SELECT hash FROM event WHERE stream = $1 AND sequence = $2";
        let rows = self.rows(sql, vec![stream.into(), (sequence as i64 - 1).into()]).await?;
        Ok(rows.first().map_or(Ok(String::new()), |row| row.get("hash"))?)
    }

    /// Streams that were written to last, and some from the whole journal, as many again.
    pub async fn sample_of_streams(&self, most: u64) -> anyhow::Result<BTreeSet<String>> {
        let (top, _) = self.last_event().await?;
        let mut places: BTreeSet<u64> = (top.saturating_sub(most) + 1..=top).collect();
        places.extend((0..most).map(|part| 1 + part * top / most.max(1)).filter(|place| *place <= top));
        let mut streams = BTreeSet::new();
        for place in places {
            for row in self.rows("SELECT stream FROM event WHERE position = $1", vec![(place as i64).into()]).await? {
                streams.insert(row.get::<String>("stream")?);
            }
        }
        Ok(streams)
    }

    /// Compares the rows that follow from some streams, and from the orders that they are of, with the lists.
    pub async fn check_lists_of(&self, streams: &BTreeSet<String>) -> anyhow::Result<Vec<String>> {
        let mut transaction = self.database.snapshot().await?;
        let mut differences = Vec::new();
        for stream in streams {
            let slices = projection::slices_of(&mut transaction, &StreamName::read(stream)?).await?;
            differences.extend(projection::differences(&mut transaction, &slices).await?);
        }
        transaction.rollback().await?;
        differences.sort();
        differences.dedup();
        Ok(differences)
    }

    /// Files of the analyses that were registered last, by their digests.
    pub async fn last_files(&self, most: u64) -> anyhow::Result<BTreeSet<String>> {
        let sql = "SELECT sha256 FROM data_view ORDER BY analysis_id DESC LIMIT $1";
        let rows = self.rows(sql, vec![(most as i64).into()]).await?;
        rows.iter().map(|row| Ok(row.get::<String>("sha256")?)).collect()
    }
}

async fn found(database: &mut Database) -> anyhow::Result<There> {
    let (ours, others) = match database {
        Database::Sqlite { .. } => (
            "SELECT COUNT(*) AS n FROM sqlite_master WHERE type = 'table' AND name IN ('event', 'schema_version')",
            "SELECT COUNT(*) AS n FROM sqlite_master",
        ),
        // As the statements of a service would find them: by the search path. Tables of others stay beside them.
        Database::Postgres(_) => ("SELECT COUNT(to_regclass('event')) + COUNT(to_regclass('schema_version')) AS n", "SELECT 0 AS n"),
    };
    let holds_service = count(&database.rows(ours, vec![]).await?)? == 2;
    let anything = if holds_service { "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM event LIMIT 1) e" } else { others };
    let is_empty = count(&database.rows(anything, vec![]).await?)? == 0;
    Ok(There { place: database.place(), holds_service, is_empty })
}
