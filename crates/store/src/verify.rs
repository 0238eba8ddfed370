//! Walking the hash chain: is the journal what was written?

use crate::{Entry, Store, database::Connection, journal};
use std::{collections::HashMap, fmt};

/// A journal that holds.
#[derive(Debug, PartialEq, Eq)]
pub struct Sound {
    /// Events.
    pub events: u64,
    /// Streams.
    pub streams: usize,
}

/// The first entry that does not.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    /// Place in the journal.
    pub position: u64,
    /// Stream, where it is known.
    pub stream: String,
    /// What is wrong with it.
    pub fault: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the first bad entry is number {} ({}): {}", self.position, self.stream, self.fault)
    }
}

/// Number and hash of the last event of a stream; nought and nothing before the first.
pub(crate) type Last = (u64, String);

/// Entries read at a time.
const PAGE: u64 = 1000;

impl Store {
    /// Checks every entry: numbered without gaps, sequence and previous hash as in its stream, hash as its content gives.
    pub async fn verify(&self) -> anyhow::Result<Result<Sound, Broken>> {
        walk(&mut self.database.clone()).await
    }
}

/// The same, as a connection sees the journal: a transaction that restores one is looked at before anybody else sees it.
pub(crate) async fn walk(db: &mut impl Connection) -> anyhow::Result<Result<Sound, Broken>> {
    let (mut position, mut streams) = (0, HashMap::<String, Last>::new());
    loop {
        let page = journal::page(db, position, PAGE).await?;
        for entry in &page {
            let last = streams.get(&entry.stream).cloned().unwrap_or_default();
            if let Some(broken) = broken(entry, position + 1, &last) {
                return Ok(Err(broken));
            }
            position = entry.position;
            streams.insert(entry.stream.clone(), (entry.sequence, entry.hash.clone()));
        }
        if (page.len() as u64) < PAGE {
            return Ok(Ok(Sound { events: position, streams: streams.len() }));
        }
    }
}

/// What is wrong with an entry that is to have a position, and to follow the last of its stream; nothing where it does.
pub(crate) fn broken(entry: &Entry, position: u64, (sequence, previous): &Last) -> Option<Broken> {
    let fault = if entry.position != position {
        format!("entry {position} is missing")
    } else if entry.sequence != sequence + 1 {
        format!("it is number {} of its stream, {} was expected", entry.sequence, sequence + 1)
    } else if entry.previous != *previous {
        "it does not follow the event before it".into()
    } else if journal::hash(entry) != entry.hash {
        "its content was changed after it was written".into()
    } else {
        return None;
    };
    Some(Broken { position: entry.position, stream: entry.stream.clone(), fault })
}
