//! The end of the journal, and digests of stretches of it, for whoever keeps them outside the database.

use crate::{
    Store,
    database::{Connection, Row},
};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Events read at a time.
const PAGE: u64 = 10_000;
/// Positions in one statement.
const AT_ONCE: usize = 500;

impl Store {
    /// Position and hash of the last event of the journal.
    pub async fn journal_end(&self) -> anyhow::Result<Option<(u64, String)>> {
        let rows = self.rows("SELECT position, hash FROM event ORDER BY position DESC LIMIT 1", vec![]).await?;
        rows.first().map(event).transpose()
    }

    /// Hashes of events by their positions; of those that are there.
    pub async fn event_hashes(&self, positions: &[u64]) -> anyhow::Result<BTreeMap<u64, String>> {
        hashes(&mut self.database.clone(), positions).await
    }

    /// A digest over the hashes of all events after a position and up to another, in their order.
    pub async fn digest_of_events(&self, after: u64, to: u64) -> anyhow::Result<String> {
        let (mut sha, mut last) = (Sha256::new(), after);
        loop {
            let sql = "SELECT position, hash FROM event WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3";
            let rows = self.rows(sql, vec![(last as i64).into(), (to as i64).into(), (PAGE as i64).into()]).await?;
            for row in &rows {
                let (position, hash) = event(row)?;
                sha.update(hash.as_bytes());
                last = position;
            }
            if (rows.len() as u64) < PAGE {
                return Ok(hex::encode(sha.finalize()));
            }
        }
    }
}

/// The same, as a connection sees them.
pub(crate) async fn hashes(db: &mut impl Connection, positions: &[u64]) -> anyhow::Result<BTreeMap<u64, String>> {
    let mut found = BTreeMap::new();
    for positions in positions.chunks(AT_ONCE) {
        let list = positions.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        for row in &db.rows(&format!("SELECT position, hash FROM event WHERE position IN ({list})"), vec![]).await? {
            let (position, hash) = event(row)?;
            found.insert(position, hash);
        }
    }
    Ok(found)
}

fn event(row: &Row) -> anyhow::Result<(u64, String)> {
    Ok((row.get::<i64>("position")? as u64, row.get("hash")?))
}
