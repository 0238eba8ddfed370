//! Backup and restore: every row of every table as a line, and every blob, in a folder that belongs to no database.
//!
//! A backup of SQLite can be restored into PostgreSQL and the other way round. Sessions are not kept.

mod named;
mod reach;

pub use reach::Reach;

use crate::database::{Connection, Row, Transaction, Value};
use crate::{
    Store, blobs, chain,
    happened::places,
    journal,
    progress::Watch,
    projection,
    schema::{self, COLUMNS},
    verify,
};
use anyhow::{Context, bail, ensure};
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File},
    io::{BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

/// What a backup says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this format.
    pub format: u32,
    /// Version of the schema that the rows are of.
    pub schema: usize,
    /// Rows of each table.
    pub rows: Vec<(String, u64)>,
    /// Blobs.
    pub blobs: u64,
    /// SHA-256 of the file of rows.
    pub rows_sha256: String,
    /// What was wrong with the database when a backup of it was made all the same, for whoever looks into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
}

/// What is done about a journal or an audit that does not hold, or that lacks what was signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Faults {
    /// Nothing is backed up or restored.
    Refused,
    /// It is said in the backup, which is made all the same; one that was made so is restored, if its chains hold.
    Noted,
}

const BROKEN: &str = "Keep the database as it is for whoever looks into it, and keep earlier backups: this one would be none. \
     Restore the last of them elsewhere. To keep what is there for an inquiry, back it up with --although-broken";

const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const ROWS: &str = "rows.jsonl";
const BLOBS: &str = "blobs";
/// The earliest schema version whose kept tables have the columns of today, or the first of them.
const OLDEST: usize = 5;
/// Tables that follow from nothing else.
const KEPT: [&str; 7] = ["event", "order_stream", "outbox", "audit", "followed", "notified", "secret"];
/// Tables that are of no use tomorrow.
const LEFT_OUT: [&str; 3] = ["lease", "session", "schema_version"];

/// Tables and their columns, in the order of the register.
fn tables() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut tables: Vec<(&str, Vec<&str>)> = Vec::new();
    for (table, column, _) in COLUMNS.iter().filter(|(table, ..)| !LEFT_OUT.contains(table)) {
        match tables.iter_mut().find(|(name, _)| name == table) {
            Some((_, columns)) => columns.push(column),
            None => tables.push((table, vec![column])),
        }
    }
    tables
}

fn cell(row: &Row, column: &str) -> anyhow::Result<serde_json::Value> {
    if let Ok(text) = row.get::<Option<String>>(column) {
        return Ok(text.into());
    }
    Ok(row.get::<Option<i64>>(column)?.into())
}

impl Store {
    /// Writes everything to a folder that is not there yet, as it stands at one moment. Nothing stands under the folder's name
    /// until it is whole.
    pub async fn backup(&self, to: &Path) -> anyhow::Result<Manifest> {
        self.backup_watched(to, Faults::Refused, vec![], &mut |_| {}).await
    }

    /// The same, with faults that are known already; says how far it has come with the chains, which are walked first.
    pub async fn backup_watched(&self, to: &Path, faults: Faults, known: Vec<String>, watch: Watch<'_>) -> anyhow::Result<Manifest> {
        ensure!(!to.exists(), "{} is there already; a backup is never written over another", to.display());
        let partial = partial(to)?;
        let written = self.write_to(&partial, (faults, known), watch).await;
        let written = written.and_then(|manifest| Ok(fs::rename(&partial, to).map(|()| manifest)?));
        if written.is_err() && partial.is_dir() {
            // What it says is why it failed; that it cannot be removed is the lesser fault.
            let _ = fs::remove_dir_all(&partial);
        }
        written
    }

    async fn write_to(&self, partial: &Path, (faults, known): (Faults, Vec<String>), watch: Watch<'_>) -> anyhow::Result<Manifest> {
        fs::create_dir_all(partial.join(BLOBS)).with_context(|| format!("making {}", partial.display()))?;
        let mut transaction = self.database.snapshot().await?;
        let faults = walked(&mut transaction, faults, known, watch).await?;
        let mut file = BufWriter::new(File::create(partial.join(ROWS))?);
        let mut sha = Sha256::new();
        let (mut rows, mut named) = (Vec::new(), named::Named::default());
        for (table, columns) in tables() {
            let mut count = 0;
            let sql = format!("SELECT {} FROM {table} ORDER BY {}", columns.join(", "), columns[..columns.len().min(2)].join(", "));
            let mut found = transaction.stream(&sql);
            while let Some(row) = found.try_next().await? {
                if table == "event" {
                    named.add(&row.get::<String>("stream")?, &row.get::<String>("payload")?);
                }
                let cells = columns.iter().map(|column| cell(&row, column)).collect::<anyhow::Result<Vec<_>>>()?;
                let line = serde_json::to_string(&(table, cells))? + "\n";
                sha.update(line.as_bytes());
                file.write_all(line.as_bytes())?;
                count += 1;
            }
            rows.push((table.to_owned(), count));
        }
        transaction.rollback().await?;
        file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        // Blobs are kept before the rows that name them, so that a copy made after the rows has all of them.
        let blobs = self.blobs().copy_all(&partial.join(BLOBS)).await?;
        if let Some((name, stream, count)) = named.missing(&blobs::names(&partial.join(BLOBS))?) {
            bail!("the kept file {name}, which {stream} names, is not there, nor are {} others: nothing was backed up", count - 1);
        }
        let rows_sha256 = hex::encode(sha.finalize());
        let manifest = Manifest { format: FORMAT, schema: schema::latest(), rows, blobs, rows_sha256, faults };
        fs::write(partial.join(MANIFEST), serde_json::to_vec_pretty(&manifest)?)?;
        Ok(manifest)
    }

    /// Puts a backup into a store that holds nothing, in one transaction. Its chains are walked before anything of it is seen or kept.
    pub async fn restore(&self, from: &Path) -> anyhow::Result<Manifest> {
        self.restore_with(from, (Faults::Refused, &Reach::default()), || Ok(())).await
    }

    /// The same into a database that need not have any table yet, and does something as the last before it lasts: where that fails,
    /// nothing is restored, nor where it does not reach what was signed.
    pub async fn restore_with(
        &self,
        from: &Path,
        (faults, reach): (Faults, &Reach),
        last: impl FnOnce() -> anyhow::Result<()> + Send,
    ) -> anyhow::Result<Manifest> {
        let manifest = manifest(from)?;
        ensure!(
            faults == Faults::Noted || manifest.faults.is_empty(),
            "this backup was made although the database was broken, for whoever looks into it, and nothing was restored: {}. Restore \
             another backup; where there is none, and it is decided to go on with what is left: --although-broken",
            manifest.faults.join("; ")
        );
        ensure!(self.is_empty().await?, "{} holds events already; a backup is restored into an empty one", self.database.place());
        checksum(&from.join(ROWS), &manifest.rows_sha256)?;
        let mut transaction = self.database.begin().await?;
        schema::bring_on(&mut transaction).await?;
        transaction.lock(journal::APPEND_LOCK).await?;
        ensure!(journal::end(&mut transaction).await? == 0, "another program began a service at the same time; nothing was restored");
        for (index, line) in BufReader::new(File::open(from.join(ROWS))?).lines().enumerate() {
            insert(&mut transaction, &line?, manifest.schema).await.with_context(|| format!("{ROWS} line {}", index + 1))?;
        }
        if let Err(broken) = verify::walk(&mut transaction, &mut |_| {}).await? {
            bail!("the journal of the backup does not hold, and nothing was restored: {broken}");
        }
        if let Err(broken) = chain::walk(&mut transaction, &mut |_| {}).await? {
            bail!("the audit of the backup does not hold, and nothing was restored: {broken}");
        }
        reach.check(&mut transaction).await?;
        projection::rebuild(&mut transaction).await?;
        transaction.wait_for_files().await?;
        // Files first: rows that name a file that is not there would be worse than files that nobody names.
        let files = self.blobs().take_all(&from.join(BLOBS)).await?;
        ensure!(files == manifest.blobs, "the backup says that it holds {} files, and holds {files}: some are missing", manifest.blobs);
        last()?;
        transaction.commit().await?;
        Ok(manifest)
    }
}

/// Walks the chains of what is backed up; what is wrong with it, where that is not refused.
async fn walked(transaction: &mut Transaction, faults: Faults, known: Vec<String>, watch: Watch<'_>) -> anyhow::Result<Vec<String>> {
    let mut wrong = known;
    if let Err(broken) = verify::walk(transaction, &mut |progress| watch(progress)).await? {
        wrong.push(format!("the journal does not hold: {broken}"));
    }
    if let Err(broken) = chain::walk(transaction, &mut |progress| watch(progress)).await? {
        wrong.push(format!("the audit does not hold: {broken}"));
    }
    ensure!(faults == Faults::Noted || wrong.is_empty(), "nothing was backed up: {}. {BROKEN}", wrong.join("; "));
    Ok(wrong)
}

/// What a backup says of itself, if this program can read it.
fn manifest(from: &Path) -> anyhow::Result<Manifest> {
    let text = fs::read(from.join(MANIFEST)).with_context(|| format!("{} holds no backup ({MANIFEST})", from.display()))?;
    let manifest: Manifest = serde_json::from_slice(&text)?;
    ensure!(manifest.format == FORMAT, "the backup has format {}, which this program cannot read", manifest.format);
    ensure!(
        (OLDEST..=schema::latest()).contains(&manifest.schema),
        "the backup was made of schema version {}; restore it with the program that made it, then start this one on it",
        manifest.schema
    );
    Ok(manifest)
}

/// Where a backup lies until it is whole: beside its name, whatever that is, and of this call alone.
fn partial(to: &Path) -> anyhow::Result<PathBuf> {
    let mut name = to.file_name().with_context(|| format!("{} names no folder", to.display()))?.to_owned();
    name.push(format!("-{}.partial", uuid::Uuid::now_v7()));
    Ok(to.with_file_name(name))
}

async fn insert(transaction: &mut Transaction, line: &str, schema: usize) -> anyhow::Result<()> {
    let (table, cells): (String, Vec<serde_json::Value>) = serde_json::from_str(line)?;
    // Lists are written anew from the journal, so that a backup of an earlier program needs no table of that time.
    let Some((table, mut columns)) =
        KEPT.iter().find(|kept| **kept == table).and_then(|_| tables().into_iter().find(|(name, _)| *name == table))
    else {
        return Ok(());
    };
    // A column that came later stands last, and is as for a row that was there when it came.
    if schema < schema::latest() {
        columns.truncate(cells.len());
    }
    ensure!(cells.len() == columns.len(), "{} values for {} columns of {table}", cells.len(), columns.len());
    let values = cells.into_iter().map(|cell| -> anyhow::Result<Value> {
        Ok(match cell {
            serde_json::Value::String(text) => text.into(),
            serde_json::Value::Number(number) => number.as_i64().context("a whole number")?.into(),
            serde_json::Value::Null => None::<String>.into(),
            other => bail!("{other} is no value of a column"),
        })
    });
    let sql = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places(columns.len()));
    transaction.execute(&sql, values.collect::<anyhow::Result<_>>()?).await?;
    Ok(())
}

fn checksum(path: &Path, expected: &str) -> anyhow::Result<()> {
    let found = blobs::digest(path).with_context(|| path.display().to_string())?;
    ensure!(found == expected, "{} was changed after the backup was made", path.display());
    Ok(())
}
