//! The chains of the audit: each line follows the one before it by its hash, so that none is changed or removed unseen. Every program has
//! chains of its own, so that programs never wait for each other; within a program a few, so that its requests seldom do.

use crate::{
    Store,
    database::{Connection, Row, Value},
    line::count,
    progress::{Part, Progress, Watch},
    projection::places,
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, mem,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::sync::MutexGuard;
use uuid::Uuid;

/// How many lines of the audit a program writes at once.
const LANES: usize = 8;
/// Columns of a line, with those of its chain.
const COLUMNS: usize = 12;
/// Lines read at a time.
const PAGE: u64 = 1000;
/// Ends of chains that one statement looks for.
const LINKS_AT_ONCE: usize = 500;

/// The chains of a program.
#[derive(Default)]
pub(crate) struct Chains {
    lanes: [tokio::sync::Mutex<Link>; LANES],
    next: AtomicUsize,
    /// Ends of chains that have grown since they were last looked at.
    grown: Mutex<BTreeMap<Uuid, Link>>,
}

/// The end of a chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// Which chain.
    pub chain: Uuid,
    /// Number of its last line, from 1.
    pub number: u64,
    /// Hash of that line; empty where there is none.
    pub hash: String,
}

/// A line of the audit, by its columns but for those of its chain.
pub(crate) struct Line {
    pub id: Uuid,
    pub at: String,
    pub actor: String,
    pub organisation: String,
    pub action: String,
    pub resource: String,
    pub outcome: &'static str,
    pub reason: String,
    pub name: String,
}

/// An audit that holds.
#[derive(Debug, PartialEq, Eq)]
pub struct SoundAudit {
    /// Lines in chains.
    pub lines: u64,
    /// Chains.
    pub chains: u64,
    /// Lines from before there were chains, of which nothing proves that they are all there.
    pub unchained: u64,
}

/// The first line of the audit that does not.
#[derive(Debug, PartialEq, Eq)]
pub struct BrokenAudit {
    /// Chain.
    pub chain: String,
    /// Number of the line in its chain.
    pub number: u64,
    /// What is wrong with it.
    pub fault: &'static str,
}

impl fmt::Display for BrokenAudit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of the chain {}: {}", self.number, self.chain, self.fault)
    }
}

impl Default for Link {
    fn default() -> Link {
        Link { chain: Uuid::now_v7(), number: 0, hash: String::new() }
    }
}

impl Chains {
    /// A chain that nobody writes to at this moment, or the next that becomes free.
    async fn free(&self) -> MutexGuard<'_, Link> {
        match self.lanes.iter().find_map(|lane| lane.try_lock().ok()) {
            Some(lane) => lane,
            None => self.lanes[self.next.fetch_add(1, Ordering::Relaxed) % LANES].lock().await,
        }
    }

    fn has_grown(&self, last: Link) {
        self.grown.lock().expect("nobody panics with the lock held").insert(last.chain, last);
    }
}

/// The first of some lines that is not there or is another, as a connection sees the audit.
pub(crate) async fn missing(db: &mut impl Connection, links: &[Link]) -> anyhow::Result<Option<Link>> {
    for links in links.chunks(LINKS_AT_ONCE) {
        let mut values = Vec::with_capacity(links.len() * 2);
        for link in links {
            values.extend([Value::from(link.chain.to_string()), Value::from(link.number as i64)]);
        }
        let mut found = BTreeSet::new();
        for row in &db.rows(&ends_of_chains(links.len()), values).await? {
            found.insert((row.get::<String>("chain")?, row.get::<i64>("number")?, row.get::<String>("hash")?));
        }
        let is_there = |link: &Link| found.contains(&(link.chain.to_string(), link.number as i64, link.hash.clone()));
        if let Some(missing) = links.iter().find(|link| !is_there(link)) {
            return Ok(Some(missing.clone()));
        }
    }
    Ok(None)
}

/// Looks for so many lines by their chains and numbers, each in the index of chains, which holds those lines alone that are in one. A list
/// behind `IN` is no reason for SQLite to look there.
fn ends_of_chains(lines: usize) -> String {
    format!(
        "SELECT a.chain, a.number, a.hash FROM (VALUES {}) w CROSS JOIN audit a
         WHERE a.chain <> '' AND a.chain = w.column1 AND a.number = w.column2",
        places(lines, 2, 1)
    )
}

/// The lines of chains after one of them, a page at a time, in the order of the same index.
const AFTER: &str = "SELECT id, at, actor, organisation, action, resource, outcome, reason, name, chain, number, hash FROM audit
                     WHERE chain <> '' AND (chain, number) > ($1, $2) ORDER BY chain, number LIMIT $3";

/// Writes so many lines.
fn insert(lines: usize) -> String {
    let columns = "id, at, actor, organisation, action, resource, outcome, reason, name, chain, number, hash";
    format!("INSERT INTO audit ({columns}) VALUES {}", places(lines, COLUMNS, 1))
}

/// SHA-256 over the fields of a line, each preceded by its length, so that no two lines share a text.
fn hash<'f>(previous: &'f str, chain: &'f str, number: u64, fields: [&'f str; 9]) -> String {
    let number = number.to_string();
    let mut sha = Sha256::new();
    for field in [previous, chain, &number].into_iter().chain(fields) {
        sha.update((field.len() as u64).to_le_bytes());
        sha.update(field.as_bytes());
    }
    hex::encode(sha.finalize())
}

impl Line {
    /// Adds its columns as they stand after the end of a chain, and returns the new end.
    fn after(&self, last: &Link, values: &mut Vec<Value>) -> Link {
        let (id, chain, number) = (self.id.to_string(), last.chain.to_string(), last.number + 1);
        let fields: [&str; 9] =
            [&id, &self.at, &self.actor, &self.organisation, &self.action, &self.resource, self.outcome, &self.reason, &self.name];
        let hash = hash(&last.hash, &chain, number, fields);
        values.extend(fields.into_iter().map(Value::from));
        values.extend([chain.into(), (number as i64).into(), hash.clone().into()]);
        Link { chain: last.chain, number, hash }
    }
}

impl Store {
    /// Writes lines at the end of a chain, together. Lines of which it is not known whether they were written end their chain, and the
    /// next begin another.
    pub(crate) async fn append_to_audit(&self, lines: Vec<Line>) -> anyhow::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let mut lane = self.chains.free().await;
        // Left behind where this is broken off.
        let mut last = mem::take(&mut *lane);
        let mut values = Vec::with_capacity(lines.len() * COLUMNS);
        for line in &lines {
            last = line.after(&last, &mut values);
        }
        self.execute(&insert(lines.len()), values).await?;
        *lane = last.clone();
        self.chains.has_grown(last);
        Ok(())
    }

    /// Runs a statement that changes one row together with its line of the audit: both are written or neither. Says no, and writes
    /// nothing, where it changes none.
    pub(crate) async fn execute_with_line(&self, (sql, values): (&str, Vec<Value>), line: Line) -> anyhow::Result<bool> {
        // Before the transaction: whoever has a chain may wait for the one that SQLite lets write.
        let mut lane = self.chains.free().await;
        let mut transaction = self.database.begin().await?;
        if transaction.execute(sql, values).await? != 1 {
            transaction.rollback().await?;
            return Ok(false);
        }
        let mut values = Vec::with_capacity(COLUMNS);
        // Left behind where this is broken off.
        let last = line.after(&mem::take(&mut *lane), &mut values);
        transaction.execute(&insert(1), values).await?;
        transaction.commit().await?;
        *lane = last.clone();
        self.chains.has_grown(last);
        Ok(true)
    }

    /// Ends of the chains of this program that have grown since this was last looked at.
    pub fn grown_chains(&self) -> Vec<Link> {
        mem::take(&mut *self.chains.grown.lock().expect("nobody panics with the lock held")).into_values().collect()
    }

    /// Puts them back, where nothing was made of them.
    pub fn still_grown(&self, links: Vec<Link>) {
        let mut grown = self.chains.grown.lock().expect("nobody panics with the lock held");
        for link in links {
            grown.entry(link.chain).or_insert(link);
        }
    }

    /// The first of some ends of chains whose line is not there as it was; nothing where all of them are.
    pub async fn missing_link(&self, links: &[Link]) -> anyhow::Result<Option<Link>> {
        missing(&mut self.database.clone(), links).await
    }

    /// Checks every line of the audit that is in a chain: numbered without gaps, hash as its content and the line before it give.
    pub async fn verify_audit(&self) -> anyhow::Result<Result<SoundAudit, BrokenAudit>> {
        self.verify_audit_watched(&mut |_| {}).await
    }

    /// The same, and says how far it has come.
    pub async fn verify_audit_watched(&self, watch: Watch<'_>) -> anyhow::Result<Result<SoundAudit, BrokenAudit>> {
        walk(&mut self.database.clone(), watch).await
    }
}

/// The same, as a connection sees the audit.
pub(crate) async fn walk(db: &mut impl Connection, watch: Watch<'_>) -> anyhow::Result<Result<SoundAudit, BrokenAudit>> {
    let all = count(&db.rows("SELECT COUNT(*) AS n FROM audit WHERE chain <> ''", vec![]).await?)?;
    let unchained = db.rows("SELECT COUNT(*) AS n FROM audit WHERE chain = ''", vec![]).await?;
    let (mut sound, mut last) = (SoundAudit { lines: 0, chains: 0, unchained: count(&unchained)? }, (String::new(), 0_u64, String::new()));
    loop {
        let rows = db.rows(AFTER, vec![last.0.clone().into(), (last.1 as i64).into(), (PAGE as i64).into()]).await?;
        for row in &rows {
            match follow(row, &last)? {
                Ok(next) => {
                    sound.lines += 1;
                    sound.chains += u64::from(next.0 != last.0);
                    last = next;
                }
                Err(broken) => return Ok(Err(broken)),
            }
        }
        if (rows.len() as u64) < PAGE {
            return Ok(Ok(sound));
        }
        watch(Progress { part: Part::Audit, done: sound.lines, all });
    }
}

/// Chain, number and hash of a line.
type Place = (String, u64, String);

/// The place of a line, if it follows the one before it.
fn follow(row: &Row, last: &Place) -> anyhow::Result<Result<Place, BrokenAudit>> {
    let text = |column: &str| row.get::<String>(column);
    let (chain, number, kept) = (text("chain")?, row.get::<i64>("number")? as u64, text("hash")?);
    let (before, previous) = if chain == last.0 { (last.1, last.2.as_str()) } else { (0, "") };
    let columns = ["id", "at", "actor", "organisation", "action", "resource", "outcome", "reason", "name"];
    let mut fields: [String; 9] = Default::default();
    for (field, column) in fields.iter_mut().zip(columns) {
        *field = text(column)?;
    }
    let fault = if number != before + 1 {
        Some("the line before it is missing")
    } else if hash(previous, &chain, number, fields.each_ref().map(String::as_str)) != kept {
        Some("it, or the line before it, was changed after it was written")
    } else {
        None
    };
    Ok(match fault {
        Some(fault) => Err(BrokenAudit { chain, number, fault }),
        None => Ok((chain, number, kept)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ends_of_chains_are_found_by_their_index_however_long_the_audit_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("a store");
        let mut db = store.database.clone();
        let places = |count: i64| -> Vec<Value> { (0..count).flat_map(|n| [Value::from("chain"), Value::from(n)]).collect() };
        let after: Vec<Value> = vec!["chain".into(), 1_i64.into(), 10_i64.into()];
        for (sql, values) in [(ends_of_chains(2), places(2)), (AFTER.to_owned(), after)] {
            let plan = db.rows(&format!("EXPLAIN QUERY PLAN {sql}"), values).await.expect("a plan");
            let plan: Vec<String> = plan.iter().map(|row| row.get("detail").expect("text")).collect();
            assert!(plan.iter().any(|step| step.starts_with("SEARCH") && step.contains("audit_by_chain")), "{sql}: {plan:?}");
        }
    }

    #[tokio::test]
    async fn an_end_of_a_chain_is_missing_where_its_line_is_gone_or_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("a store");
        for _ in 0..3 {
            store.note_failed_sign_in("nia.rowe", jiff::Timestamp::UNIX_EPOCH).await.expect("written");
        }
        let ends = store.grown_chains();
        assert_eq!(store.missing_link(&ends).await.expect("read"), None);
        let other = Link { hash: "another".into(), ..ends[0].clone() };
        let later = Link { number: ends[0].number + 1, ..ends[0].clone() };
        for missing in [other, later] {
            assert_eq!(store.missing_link(&[ends[0].clone(), missing.clone()]).await.expect("read"), Some(missing));
        }
    }
}
