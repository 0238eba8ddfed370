//! An event as it stands in the journal: its columns, its hash, and what it says.

use crate::database::Row;
use anyhow::Context;
use care::event::{self, Event, Recorded, StreamName};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// An event as it stands in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Place in the whole journal, from 1.
    pub position: u64,
    /// Stream.
    pub stream: String,
    /// Place in its stream, from 1.
    pub sequence: u64,
    /// Kind.
    pub kind: String,
    /// Version of the payload.
    pub version: i64,
    /// Payload as JSON.
    pub payload: String,
    /// Who: identifier, role, name, organisation.
    pub actor: [String; 4],
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// Hash of the event before it in the stream; empty for the first.
    pub previous: String,
    /// Its own hash.
    pub hash: String,
}

/// Hash of an event: SHA-256 over its fields, each preceded by its length, so that no two events share a text.
pub fn hash(entry: &Entry) -> String {
    let mut sha = Sha256::new();
    let numbers = [entry.position.to_string(), entry.sequence.to_string(), entry.version.to_string()];
    let time = entry.at.to_string();
    let fields = [&entry.previous, &numbers[0], &entry.stream, &numbers[1], &entry.kind, &numbers[2], &entry.payload];
    for field in fields.into_iter().chain(&entry.actor).chain([&entry.reason, &time]) {
        sha.update((field.len() as u64).to_le_bytes());
        sha.update(field.as_bytes());
    }
    hex::encode(sha.finalize())
}

pub(crate) const COLUMNS: &str =
    "position, stream, sequence, kind, version, payload, actor, role, name, organisation, reason, at, previous, hash";

impl Entry {
    /// The payload as an event, lifted to the present version.
    pub fn read<E: DeserializeOwned>(&self) -> anyhow::Result<E> {
        let kind = StreamName::read(&self.stream)?.kind;
        let payload = event::lift(kind, self.version, &self.payload).with_context(|| self.name())?;
        serde_json::from_str(payload).with_context(|| self.name())
    }

    /// The event, whatever its kind.
    pub fn event(&self) -> anyhow::Result<Event> {
        let (_, event) = self.recorded().read().with_context(|| self.name())?;
        Ok(event)
    }

    /// As it is folded.
    pub fn recorded(&self) -> Recorded<'_> {
        Recorded { stream: &self.stream, version: self.version, payload: &self.payload }
    }

    fn name(&self) -> String {
        format!("reading event {} of {}", self.sequence, self.stream)
    }
}

/// A row of the journal.
pub(crate) fn entry(row: &Row) -> anyhow::Result<Entry> {
    let text = |column: &str| row.get::<String>(column);
    Ok(Entry {
        position: row.get::<i64>("position")? as u64,
        stream: text("stream")?,
        sequence: row.get::<i64>("sequence")? as u64,
        kind: text("kind")?,
        version: row.get("version")?,
        payload: text("payload")?,
        actor: [text("actor")?, text("role")?, text("name")?, text("organisation")?],
        reason: text("reason")?,
        at: text("at")?.parse()?,
        previous: text("previous")?,
        hash: text("hash")?,
    })
}
