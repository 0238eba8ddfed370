//! The journal, its read models, the outbox and the blobs. The only user of SQL and of the object store.
//!
//! The journal is the truth: append-only, hash-chained, one transaction with the read models that lists use. The same
//! code runs on SQLite and on PostgreSQL.

pub mod account;
pub mod audit;
pub mod backup;
pub mod blobs;
pub mod classification;
pub mod container;
pub mod draft;
pub mod journal;
pub mod message;
mod opening;
pub mod order;
pub mod outbox;
pub mod participant;
pub mod projection;
pub mod samples;
pub mod schema;
pub mod session;
pub mod verify;
pub mod view;

use anyhow::Context;
use blobs::Blobs;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryResult, Statement, Value};
use std::{path::Path, time::Duration};

pub use account::AccountLine;
pub use audit::Looked;
pub use classification::Classified;
pub use container::ContainerLine;
pub use draft::DraftLine;
pub use journal::{Change, CommitError, Entry, Loaded, NewEvent};
pub use message::MessageLine;
pub use order::OrderView;
pub use participant::ParticipantLine;
pub use samples::SampleLine;
pub use view::Listing;

/// An open store.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: DatabaseConnection,
    blobs: Blobs,
}

/// Name of the SQLite file in a service's folder.
pub const JOURNAL: &str = "journal.sqlite";

impl Store {
    /// Opens, or makes, the store of a folder: SQLite and a folder of blobs.
    pub async fn open(folder: &Path) -> anyhow::Result<Store> {
        std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
        let file = folder.join(JOURNAL);
        Store::connect(&format!("sqlite://{}?mode=rwc", file.display()), &folder.join("blobs")).await
    }

    /// Connects to a database by URL (`sqlite://…` or `postgres://…`), with blobs in a folder.
    pub async fn connect(url: &str, blobs: &Path) -> anyhow::Result<Store> {
        let mut options = ConnectOptions::new(url);
        options.sqlx_logging(false).acquire_timeout(Duration::from_secs(30));
        // One writer at a time on SQLite: a pool of one queues them instead of failing them.
        options.max_connections(if url.starts_with("sqlite") { 1 } else { 8 });
        let db = Database::connect(options).await.context("connecting to the database")?;
        if db.get_database_backend() == DbBackend::Sqlite {
            for pragma in
                ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA busy_timeout = 10000", "PRAGMA foreign_keys = ON"]
            {
                db.execute_unprepared(pragma).await?;
            }
        }
        schema::migrate(&db).await?;
        Ok(Store { db, blobs: Blobs::open(blobs)? })
    }

    /// Large things by content.
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    pub(crate) async fn rows(&self, sql: &str, values: Vec<Value>) -> anyhow::Result<Vec<QueryResult>> {
        Ok(self.db.query_all_raw(statement(&self.db, sql, values)).await?)
    }

    pub(crate) async fn execute(&self, sql: &str, values: Vec<Value>) -> anyhow::Result<u64> {
        Ok(self.db.execute_raw(statement(&self.db, sql, values)).await?.rows_affected())
    }
}

pub(crate) fn statement(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}
