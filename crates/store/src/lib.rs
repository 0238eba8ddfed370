//! The journal, its read models, the outbox and the blobs. The only user of SQL and of the object store.
//!
//! The journal is the truth: append-only, hash-chained, one transaction with the read models that lists use. The same
//! code runs on SQLite and on PostgreSQL.

pub mod account;
pub mod audit;
pub mod backup;
pub mod blobs;
pub mod chain;
pub mod classification;
pub mod container;
#[cfg(test)]
mod counted;
mod data;
mod database;
pub mod draft;
pub mod ends;
mod examine;
#[cfg(test)]
mod examples;
pub mod family;
#[cfg(test)]
mod faults;
pub mod figures;
pub mod following;
pub mod happened;
pub mod jobs;
pub mod journal;
pub mod lease;
mod line;
pub mod listing;
pub mod mention;
pub mod message;
pub mod milestone;
mod opening;
pub mod order;
pub mod outbox;
pub mod outside;
pub mod paged;
pub mod participant;
pub mod progress;
pub mod projection;
pub mod question;
pub mod samples;
pub mod saved_view;
pub mod schema;
pub mod secret;
pub mod seen;
pub mod session;
mod trouble;
pub mod verify;
pub mod view;
pub mod worklist;

use anyhow::Context;
use blobs::Blobs;
use database::{Connection, Database, Lasts, Row, Value};
use std::{path::Path, sync::Arc};

/// Under which spans and moments go into a trace: how long something took, and never whose it is.
pub const TRACED: &str = "opengms::trace";

/// Bytes of a blob, as a stream.
pub use object_store::GetResult as BlobPart;

pub use account::{AccountFilter, AccountLine};
pub use audit::Looked;
pub use chain::Link;
pub use classification::Classified;
pub use container::ContainerLine;
pub use data::{DataLine, SeenData};
pub use draft::DraftLine;
pub use examine::There;
pub use figures::{DeliveryFigure, Figures, Pool};
pub use happened::Happened;
pub use jobs::{Depth, Followed, Job, JobLine, JobState, Kind, Place, Round, Term};
pub use journal::{Change, CommitError, Entry, Loaded, NewEvent};
pub use lease::{Lease, Leased};
pub use listing::{AWAITED_MAX, Awaited, DueIn, Listing};
pub use mention::Mention;
pub use message::MessageLine;
pub use milestone::{MilestoneLine, OrderReached};
pub use order::OrderView;
pub use outside::OutsideLine;
pub use paged::Paged;
pub use participant::ParticipantLine;
pub use progress::{Part, Progress, Watch};
pub use question::QuestionLine;
pub use samples::SampleLine;
pub use saved_view::SavedView;
pub use seen::{Lookup, Seen};
pub use trouble::Trouble;
pub use worklist::{LotLine, WaitingSample, WorklistLine};

/// An open store.
#[derive(Clone)]
pub struct Store {
    pub(crate) database: Database,
    blobs: Blobs,
    pub(crate) chains: Arc<chain::Chains>,
}

/// Name of the SQLite file in a service's folder.
pub const JOURNAL: &str = "journal.sqlite";

impl Store {
    /// Opens, or makes, the store of a folder: SQLite and a folder of blobs.
    pub async fn open(folder: &Path) -> anyhow::Result<Store> {
        std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
        Store::connect(&Store::address(folder), &folder.join("blobs")).await
    }

    /// Address of the SQLite database of a folder.
    pub fn address(folder: &Path) -> String {
        format!("sqlite://{}?mode=rwc", folder.join(JOURNAL).display())
    }

    /// Refuses what is no address of a database; nobody is asked, and nothing is made.
    pub fn check_address(url: &str) -> anyhow::Result<()> {
        database::Database::check_address(url)
    }

    /// Connects to a database by URL (`sqlite://…` or `postgres://…`), with blobs in a folder.
    pub async fn connect(url: &str, blobs: &Path) -> anyhow::Result<Store> {
        Store::connect_with(url, Blobs::open(blobs)?).await
    }

    /// Connects to a database by URL, with blobs wherever they lie.
    pub async fn connect_with(url: &str, blobs: Blobs) -> anyhow::Result<Store> {
        Store::connected(Database::connect(url, Lasts::AtOnce).await?, blobs).await
    }

    /// Connects to a database that a simulation fills: of what it wrote last some may be lost if the machine loses power, so that it does
    /// not wait for the disk with each change. Never for what people do.
    pub async fn connect_for_simulation(url: &str, blobs: &Path) -> anyhow::Result<Store> {
        Store::connected(Database::connect(url, Lasts::Soon).await?, Blobs::in_folder(blobs, Lasts::Soon)?).await
    }

    async fn connected(database: Database, blobs: Blobs) -> anyhow::Result<Store> {
        schema::migrate(&database).await.with_context(|| format!("bringing {} to the present schema", database.place()))?;
        blobs.clear()?;
        Ok(Store { database, blobs, chains: Arc::default() })
    }

    /// The same store by connections of its own, which are made when they are first needed: for a thread with a runtime of its own.
    #[must_use]
    pub fn beside(&self) -> Store {
        Store { database: self.database.beside(), blobs: self.blobs.clone(), chains: Arc::clone(&self.chains) }
    }

    /// Ends every connection to the database, once what is under way has ended. Nothing can be read afterwards.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// Large things by content.
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    pub(crate) async fn rows(&self, sql: &str, values: Vec<Value>) -> anyhow::Result<Vec<Row>> {
        Ok(self.database.clone().rows(sql, values).await?)
    }

    pub(crate) async fn execute(&self, sql: &str, values: Vec<Value>) -> anyhow::Result<u64> {
        Ok(self.database.clone().execute(sql, values).await?)
    }
}
