//! Appending to the journal, and reading streams back.

mod entry;

pub(crate) use entry::{COLUMNS, entry};
pub use entry::{Entry, hash};

use crate::database::{Connection, Database, DatabaseError, Transaction};
use crate::{Seen, Store, TRACED, data::SeenData, happened, lease::Leased, opening, outbox::Message, projection, secret::SecretChange};
use access::{Denied, Permit};
use anyhow::Context;
use care::{
    Fold, OrderId, Staff,
    event::{PAYLOAD_VERSION, Recorded, StreamKind},
};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::{BTreeMap, BTreeSet};
use tracing::Instrument;

/// Number of the lock that whoever appends has.
pub(crate) const APPEND_LOCK: u32 = 7411;

/// An event about to be written.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Stream, as `kind/id`.
    pub stream: String,
    /// Payload as JSON.
    pub payload: String,
    /// Kind: the event's name.
    pub kind: String,
}

impl NewEvent {
    /// As it is folded.
    pub fn recorded(&self) -> Recorded<'_> {
        Recorded { stream: &self.stream, version: PAYLOAD_VERSION, payload: &self.payload }
    }

    /// The payload as an event.
    pub fn read<E: DeserializeOwned>(&self) -> anyhow::Result<E> {
        serde_json::from_str(&self.payload).with_context(|| format!("reading a new event of {}", self.stream))
    }
}

/// One intent: everything that it changes, written together or not at all.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// How many events each touched stream had when the decision was made.
    pub expected: Vec<(String, u64)>,
    /// Whose the samples of files were when the decision was made.
    pub expected_data: Vec<SeenData>,
    /// What lists said when the decision was made.
    pub seen: Vec<Seen>,
    /// New events, in order.
    pub events: Vec<NewEvent>,
    /// Streams that belong to an order.
    pub links: Vec<(OrderId, String)>,
    /// Messages to send.
    pub messages: Vec<Message>,
    /// Secrets that are kept or forgotten: the journal holds none.
    pub secrets: Vec<SecretChange>,
    /// The work that it is part of, where several programs might do it.
    pub leased: Option<Leased>,
    /// Why, where the person who acted gave a reason.
    pub reason: String,
}

/// Why a change was not written. Nothing of it is.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Somebody else changed the same thing first.
    #[error(
        "Somebody else changed this at the same time, so nothing of yours was saved. Look at the page again and repeat what is still needed"
    )]
    Conflict {
        /// Stream that had moved on.
        stream: String,
    },
    /// The permit does not open what would be changed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database failed.
    #[error("the change could not be saved: {0}")]
    Fault(#[from] anyhow::Error),
}

impl From<DatabaseError> for CommitError {
    fn from(error: DatabaseError) -> CommitError {
        CommitError::Fault(error.into())
    }
}

/// A state with the number of events behind it.
#[derive(Clone, Debug)]
pub struct Loaded<T> {
    /// Stream.
    pub stream: String,
    /// Fold of its events.
    pub state: T,
    /// Events folded.
    pub sequence: u64,
}

impl Change {
    /// Adds events decided on a loaded state.
    pub fn add<T: Fold>(&mut self, loaded: &Loaded<T>, events: &[T::Event])
    where
        T::Event: Serialize,
    {
        self.expected.push((loaded.stream.clone(), loaded.sequence));
        self.more(&loaded.stream, events);
    }

    /// Adds events to a stream that this change has already added to.
    pub fn more(&mut self, stream: &str, events: &[impl Serialize]) {
        for event in events {
            let payload = serde_json::to_value(event).expect("events are plain data and always serialise");
            let kind = match &payload {
                serde_json::Value::Object(map) => map.keys().next().cloned().unwrap_or_default(),
                serde_json::Value::String(name) => name.clone(),
                _ => String::new(),
            };
            self.events.push(NewEvent { stream: stream.to_owned(), payload: payload.to_string(), kind });
        }
    }
}

impl Store {
    /// Writes a change in one transaction. The permit says who acts; another writer's change to the same stream is a conflict.
    pub async fn commit(&self, permit: &Permit, change: Change, at: Timestamp) -> Result<(), CommitError> {
        self.commit_all(&[(permit.clone(), change, at)]).await
    }

    /// Writes several changes, in order, all or none.
    pub async fn commit_all(&self, changes: &[(Permit, Change, Timestamp)]) -> Result<(), CommitError> {
        let events: usize = changes.iter().map(|(_, change, _)| change.events.len()).sum();
        self.write_all(changes).instrument(tracing::trace_span!(target: TRACED, "transaction", events)).await
    }

    async fn write_all(&self, changes: &[(Permit, Change, Timestamp)]) -> Result<(), CommitError> {
        let mut transaction = begin(&self.database).await?;
        let mut top = top(&mut transaction).await?;
        for (permit, change, time) in changes {
            write(&mut transaction, permit, change, *time, top).await?;
            top += change.events.len() as u64;
        }
        // Once each, however often they were written to.
        let events = changes.iter().flat_map(|(_, change, _)| &change.events).map(|event| event.stream.as_str());
        let links = changes.iter().flat_map(|(_, change, _)| &change.links).map(|(_, stream)| stream.as_str());
        projection::write(&mut transaction, &events.chain(links).collect()).await.map_err(unwritten)?;
        transaction.commit().await?;
        Ok(())
    }

    /// Every event of a stream.
    pub async fn stream(&self, permit: &Permit, stream: &str) -> anyhow::Result<Vec<Entry>> {
        opening::stream(&mut self.database.clone(), permit, stream).await?;
        entries(&mut self.database.clone(), stream).await
    }

    /// How many events a stream has.
    pub async fn sequence(&self, stream: &str) -> anyhow::Result<u64> {
        let rows = self.rows("SELECT COALESCE(MAX(sequence), 0) AS top FROM event WHERE stream = $1", vec![stream.into()]).await?;
        Ok(rows.first().map_or(Ok(0), |row| row.get::<i64>("top"))? as u64)
    }

    /// The fold of a stream.
    pub async fn load<T: Fold>(&self, permit: &Permit, stream: String) -> anyhow::Result<Loaded<T>>
    where
        T::Event: DeserializeOwned,
    {
        opening::stream(&mut self.database.clone(), permit, &stream).await?;
        let happened = happened::in_stream(&mut self.database.clone(), &stream).await?;
        let mut state = T::default();
        for one in &happened {
            state = state.apply(&one.read()?);
        }
        Ok(Loaded { stream, state, sequence: happened.len() as u64 })
    }

    /// Every event of an order's streams, in journal order.
    pub async fn order_events(&self, permit: &Permit, order: OrderId) -> anyhow::Result<Vec<Entry>> {
        opening::order(&mut self.database.clone(), permit, order).await?;
        order_entries(&mut self.database.clone(), order).await
    }

    /// Streams of an order of one kind, such as `sample`, in the order in which they were made.
    pub async fn order_streams(&self, permit: &Permit, order: OrderId, kind: StreamKind) -> anyhow::Result<Vec<String>> {
        opening::order(&mut self.database.clone(), permit, order).await?;
        let sql = "SELECT s.stream FROM order_stream s JOIN event e ON e.stream = s.stream AND e.sequence = 1 WHERE s.order_id = $1 AND s.stream LIKE $2 ORDER BY e.position";
        let rows = self.rows(sql, vec![order.to_string().into(), format!("{}%", kind.prefix()).into()]).await?;
        rows.iter().map(|row| Ok(row.get::<String>("stream")?)).collect()
    }

    /// A page of the journal after a position, for verification and rebuilding.
    pub(crate) async fn page(&self, after: u64, most: u64) -> anyhow::Result<Vec<Entry>> {
        page(&mut self.database.clone(), after, most).await
    }
}

/// A page of the journal as a connection sees it.
pub(crate) async fn page(db: &mut impl Connection, after: u64, most: u64) -> anyhow::Result<Vec<Entry>> {
    let sql = format!("SELECT {COLUMNS} FROM event WHERE position > $1 ORDER BY position LIMIT $2");
    db.rows(&sql, vec![(after as i64).into(), (most as i64).into()]).await?.iter().map(entry).collect()
}

/// Why a list could not be written: two records with one NHS number, made at the same time, are a conflict like any other.
fn unwritten(fault: anyhow::Error) -> CommitError {
    let database = fault.downcast_ref::<DatabaseError>().and_then(DatabaseError::as_database_error);
    match database {
        Some(error) if error.is_unique_violation() => CommitError::Conflict { stream: error.table().unwrap_or_default().to_owned() },
        _ => CommitError::Fault(fault),
    }
}

/// Writes one change within a transaction, after so many events.
async fn write(transaction: &mut Transaction, permit: &Permit, change: &Change, at: Timestamp, top: u64) -> Result<(), CommitError> {
    let mut lasts = BTreeMap::new();
    for (stream, sequence) in &change.expected {
        let found = last(transaction, stream).await?;
        if found.0 != *sequence {
            return Err(CommitError::Conflict { stream: stream.clone() });
        }
        lasts.insert(stream.clone(), found);
    }
    for seen in &change.expected_data {
        if !seen.is_so(transaction).await? {
            return Err(CommitError::Conflict { stream: format!("data of {}", seen.sha256) });
        }
    }
    // Lists are written at the end, so that nothing of this transaction is in them yet.
    for seen in &change.seen {
        if !seen.is_so(transaction).await? {
            return Err(CommitError::Conflict { stream: seen.subject().to_owned() });
        }
    }
    if let Some(leased) = &change.leased
        && !leased.write(transaction).await?
    {
        return Err(CommitError::Conflict { stream: leased.subject().to_owned() });
    }
    opened(transaction, permit, change).await?;
    append(transaction, (change, lasts), permit.staff(), at, top).await?;
    for (order, stream) in &change.links {
        let sql = "INSERT INTO order_stream (order_id, stream) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        transaction.execute(sql, vec![order.to_string().into(), stream.clone().into()]).await?;
    }
    for message in &change.messages {
        message.write(transaction, at).await?;
    }
    for secret in &change.secrets {
        secret.write(transaction).await?;
    }
    Ok(())
}

/// Refuses a change of what its permit does not open, and links with what it does not open, as things stand before it: no change
/// opens anything for itself.
async fn opened(transaction: &mut Transaction, permit: &Permit, change: &Change) -> Result<(), CommitError> {
    let events = change.events.iter().map(|event| event.stream.clone());
    let links = change.links.iter().flat_map(|(order, stream)| [order.stream(), stream.clone()]);
    for stream in events.chain(links).collect::<BTreeSet<String>>() {
        opening::stream(transaction, permit, &stream).await.map_err(|fault| match fault.downcast::<Denied>() {
            Ok(denied) => CommitError::Denied(denied),
            Err(fault) => CommitError::Fault(fault),
        })?;
    }
    Ok(())
}

/// A transaction that writes to the journal: one at a time, so that appends are numbered without gaps; reads never wait.
pub(crate) async fn begin(database: &Database) -> Result<Transaction, DatabaseError> {
    let mut transaction = database.begin().await?;
    transaction.lock(APPEND_LOCK).await?;
    Ok(transaction)
}

/// Every event of an order's streams, in the order of the journal.
pub(crate) async fn order_entries(db: &mut impl Connection, order: OrderId) -> anyhow::Result<Vec<Entry>> {
    let sql =
        format!("SELECT {COLUMNS} FROM event WHERE stream IN (SELECT stream FROM order_stream WHERE order_id = $1) ORDER BY position");
    db.rows(&sql, vec![order.to_string().into()]).await?.iter().map(entry).collect()
}

/// Every event of a stream.
pub(crate) async fn entries(db: &mut impl Connection, stream: &str) -> anyhow::Result<Vec<Entry>> {
    let sql = format!("SELECT {COLUMNS} FROM event WHERE stream = $1 ORDER BY sequence");
    db.rows(&sql, vec![stream.into()]).await?.iter().map(entry).collect()
}

/// Every event of some streams, by stream.
pub(crate) async fn entries_of_streams(db: &mut impl Connection, streams: &[String]) -> anyhow::Result<BTreeMap<String, Vec<Entry>>> {
    let mut found: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for some in streams.chunks(happened::AT_ONCE) {
        let sql = format!("SELECT {COLUMNS} FROM event WHERE stream IN ({}) ORDER BY stream, sequence", happened::places(some.len()));
        for row in db.rows(&sql, some.iter().map(|stream| stream.clone().into()).collect()).await? {
            let entry = entry(&row)?;
            found.entry(entry.stream.clone()).or_default().push(entry);
        }
    }
    Ok(found)
}

/// Position of the last event; nought before the first.
pub(crate) async fn end(db: &mut impl Connection) -> anyhow::Result<u64> {
    let rows = db.rows("SELECT COALESCE(MAX(position), 0) AS top FROM event", vec![]).await?;
    Ok(rows.first().map_or(Ok(0), |row| row.get::<i64>("top"))? as u64)
}

async fn last(transaction: &mut Transaction, stream: &str) -> Result<(u64, String), CommitError> {
    let sql = "SELECT sequence, hash FROM event WHERE stream = $1 ORDER BY sequence DESC LIMIT 1";
    let rows = transaction.rows(sql, vec![stream.into()]).await?;
    Ok(match rows.first() {
        Some(row) => (row.get::<i64>("sequence")? as u64, row.get("hash")?),
        None => (0, String::new()),
    })
}

/// How many events there are.
async fn top(transaction: &mut Transaction) -> Result<u64, CommitError> {
    Ok(end(transaction).await?)
}

/// Appends the events of a change. Of streams that were looked at already the last event is known.
async fn append(
    transaction: &mut Transaction,
    (change, mut lasts): (&Change, BTreeMap<String, (u64, String)>),
    by: &Staff,
    at: Timestamp,
    top: u64,
) -> Result<(), CommitError> {
    for (position, event) in (top + 1..).zip(&change.events) {
        let (sequence, previous) = match lasts.remove(&event.stream) {
            Some(known) => known,
            None => last(transaction, &event.stream).await?,
        };
        let mut entry = Entry {
            position,
            stream: event.stream.clone(),
            sequence: sequence + 1,
            kind: event.kind.clone(),
            version: PAYLOAD_VERSION,
            payload: event.payload.clone(),
            actor: [by.id.to_string(), format!("{:?}", by.role), by.name.clone(), by.organisation.to_string()],
            reason: change.reason.clone(),
            at,
            previous,
            hash: String::new(),
        };
        entry.hash = hash(&entry);
        lasts.insert(entry.stream.clone(), (entry.sequence, entry.hash.clone()));
        let [actor, role, name, organisation] = entry.actor;
        let values = vec![
            (entry.position as i64).into(),
            entry.stream.into(),
            (entry.sequence as i64).into(),
            entry.kind.into(),
            entry.version.into(),
            entry.payload.into(),
            actor.into(),
            role.into(),
            name.into(),
            organisation.into(),
            entry.reason.into(),
            at.to_string().into(),
            entry.previous.into(),
            entry.hash.into(),
        ];
        let sql = format!("INSERT INTO event ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");
        transaction.execute(&sql, values).await?;
    }
    Ok(())
}
