//! Walking the hash chain: is the journal what was written?

use crate::{
    Entry, Store,
    database::{Connection, Value},
    journal,
    progress::{Part, Progress, Watch},
    projection::places,
};
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
        self.verify_watched(&mut |_| {}).await
    }

    /// The same, and says how far it has come.
    pub async fn verify_watched(&self, watch: Watch<'_>) -> anyhow::Result<Result<Sound, Broken>> {
        walk(&mut self.database.clone(), watch).await
    }
}

/// The same, as a connection sees the journal: a transaction that restores one is looked at before anybody else sees it. However many
/// streams there are, those of one page alone are kept in memory.
pub(crate) async fn walk(db: &mut impl Connection, watch: Watch<'_>) -> anyhow::Result<Result<Sound, Broken>> {
    let mut sound = Sound { events: 0, streams: 0 };
    let all = journal::end(db).await?;
    loop {
        let page = journal::page(db, sound.events, PAGE).await?;
        let mut lasts = lasts_before(db, sound.events, &page).await?;
        for entry in &page {
            let last = lasts.remove(&entry.stream).unwrap_or_default();
            if let Some(broken) = broken(entry, sound.events + 1, &last) {
                return Ok(Err(broken));
            }
            sound.events = entry.position;
            sound.streams += usize::from(entry.sequence == 1);
            lasts.insert(entry.stream.clone(), (entry.sequence, entry.hash.clone()));
        }
        if (page.len() as u64) < PAGE {
            return Ok(Ok(sound));
        }
        watch(Progress { part: Part::Journal, done: sound.events, all });
    }
}

/// The last event up to a position of each stream that a page goes on with. What is up to there holds, so that it is the one before the
/// first of the page, unless the page does not hold.
async fn lasts_before(db: &mut impl Connection, position: u64, page: &[Entry]) -> anyhow::Result<HashMap<String, Last>> {
    let mut firsts = HashMap::<&str, u64>::new();
    for entry in page {
        firsts.entry(&entry.stream).or_insert(entry.sequence);
    }
    firsts.retain(|_, sequence| *sequence > 1);
    let mut lasts = HashMap::new();
    if firsts.is_empty() {
        return Ok(lasts);
    }
    let before = firsts.iter().flat_map(|(stream, sequence)| [Value::from(*stream), Value::from(*sequence as i64 - 1)]);
    let values = before.chain([Value::from(position as i64)]).collect();
    for row in db.rows(&events_by_sequence(firsts.len()), values).await? {
        lasts.insert(row.get::<String>("stream")?, (row.get::<i64>("sequence")? as u64, row.get("hash")?));
    }
    for stream in firsts.into_keys().filter(|stream| !lasts.contains_key(*stream)).collect::<Vec<_>>() {
        lasts.extend(last_before(db, position, stream).await?.map(|last| (stream.to_owned(), last)));
    }
    Ok(lasts)
}

/// Looks for so many events by their streams and sequences, each in the index of both, up to a position.
fn events_by_sequence(events: usize) -> String {
    format!(
        "SELECT e.stream, e.sequence, e.hash FROM (VALUES {}) w CROSS JOIN event e
         WHERE e.stream = w.column1 AND e.sequence = w.column2 AND e.position <= ${}",
        places(events, 2, 1),
        events * 2 + 1
    )
}

/// The last event of a stream up to a position, whatever its sequence.
async fn last_before(db: &mut impl Connection, position: u64, stream: &str) -> anyhow::Result<Option<Last>> {
    let sql = "SELECT sequence, hash FROM event WHERE stream = $1 AND position <= $2 ORDER BY sequence DESC LIMIT 1";
    let rows = db.rows(sql, vec![stream.into(), (position as i64).into()]).await?;
    rows.first().map(|row| Ok((row.get::<i64>("sequence")? as u64, row.get("hash")?))).transpose()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_event_before_each_of_a_page_is_found_by_its_index_however_long_the_journal_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("a store");
        let values = vec!["a".into(), 1_i64.into(), "b".into(), 2_i64.into(), 9_i64.into()];
        let sql = format!("EXPLAIN QUERY PLAN {}", events_by_sequence(2));
        let plan = store.database.clone().rows(&sql, values).await.expect("a plan");
        let plan: Vec<String> = plan.iter().map(|row| row.get("detail").expect("text")).collect();
        assert!(plan.iter().any(|step| step.starts_with("SEARCH e ") && step.contains("stream=? AND sequence=?")), "{plan:?}");
    }
}
