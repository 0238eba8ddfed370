//! Walking the hash chain: is the journal what was written?

use crate::{Store, journal};
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

/// Entries read at a time.
const PAGE: u64 = 1000;

impl Store {
    /// Checks every entry: numbered without gaps, sequence and previous hash as in its stream, hash as its content gives.
    pub async fn verify(&self) -> anyhow::Result<Result<Sound, Broken>> {
        let (mut position, mut streams) = (0, HashMap::<String, (u64, String)>::new());
        loop {
            let page = self.page(position, PAGE).await?;
            for entry in &page {
                let (sequence, previous) = streams.get(&entry.stream).cloned().unwrap_or_default();
                let fault = if entry.position != position + 1 {
                    Some(format!("entry {} is missing", position + 1))
                } else if entry.sequence != sequence + 1 {
                    Some(format!("it is number {} of its stream, {} was expected", entry.sequence, sequence + 1))
                } else if entry.previous != previous {
                    Some("it does not follow the event before it".into())
                } else if journal::hash(entry) != entry.hash {
                    Some("its content was changed after it was written".into())
                } else {
                    None
                };
                if let Some(fault) = fault {
                    return Ok(Err(Broken { position: entry.position, stream: entry.stream.clone(), fault }));
                }
                position = entry.position;
                streams.insert(entry.stream.clone(), (entry.sequence, entry.hash.clone()));
            }
            if (page.len() as u64) < PAGE {
                return Ok(Ok(Sound { events: position, streams: streams.len() }));
            }
        }
    }
}
