//! That nothing of the journal or of the audit was removed: their ends are signed while the service runs, and kept outside the database.
//! A service whose database does not reach what was signed does not start.

mod head;
mod key;
mod read;

use anyhow::{Context, ensure};
use head::{Body, Head, Stretch};
use jiff::Timestamp;
use key::Signing;
use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};
use store::{Link, Store};
use tokio::sync::Mutex;
use uuid::Uuid;

/// How often the ends are signed.
pub const EVERY: std::time::Duration = std::time::Duration::from_mins(5);
/// Name of the folder in which signed ends lie, in a service's own and wherever else they are kept.
pub const FOLDER: &str = "evidence";

/// What signs the ends of one program, and where it keeps them.
pub struct Keeper {
    store: Store,
    key: Signing,
    /// Name of the files of this program.
    file: String,
    places: Vec<PathBuf>,
    previous: Mutex<Previous>,
}

/// What a program signed last.
struct Previous {
    /// Digest of the line.
    line: String,
    /// Position and hash of the event that it names.
    journal: (u64, String),
}

/// How much is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Depth {
    /// That every end that was signed is still there: fast.
    Ends,
    /// Besides, that no event between them was written anew.
    Everything,
}

/// What was compared with the database.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Compared {
    /// Signed ends.
    pub heads: usize,
    /// The last event that one of them names.
    pub events: u64,
    /// Stretches of the journal of which every event was compared.
    pub stretches: usize,
    /// Chains of the audit that they name.
    pub chains: usize,
}

/// Where the signed ends of a service lie: in its folder, and in another that may belong to another machine.
pub fn places(folder: &Path, further: Option<&Path>) -> Vec<PathBuf> {
    [Some(folder.join(FOLDER)), further.map(Path::to_owned)].into_iter().flatten().collect()
}

/// Compares a database with everything that was signed. What is missing or was changed is an error, which says what to do.
#[crate::boxed]
pub async fn compare(store: &Store, places: &[PathBuf], depth: Depth) -> anyhow::Result<Compared> {
    let signed = read::all(places)?;
    let positions: Vec<u64> = signed.journal.keys().copied().collect();
    let found = store.event_hashes(&positions).await?;
    for (position, stretches) in signed.journal.iter().rev() {
        for (stretch, at) in stretches {
            let hash = found.get(position);
            ensure!(hash.is_some(), missing_events(store, *position, *at).await?);
            ensure!(
                hash == Some(&stretch.hash),
                "event {position} of the journal is not the one that was signed on {at}: the journal was changed. {REMEDY}"
            );
        }
    }
    for (chain, (number, hash, at)) in &signed.chains {
        let found = store.audit_hash(*chain, *number).await?;
        ensure!(
            found.as_ref() == Some(hash),
            "line {number} of the chain {chain} of the audit, which was signed on {at}, is missing or was changed. {REMEDY}"
        );
    }
    let stretches = if depth == Depth::Everything { compare_stretches(store, &signed).await? } else { 0 };
    let events = signed.journal.keys().next_back().copied().unwrap_or_default();
    Ok(Compared { heads: signed.heads, events, stretches, chains: signed.chains.len() })
}

async fn compare_stretches(store: &Store, signed: &read::Signed) -> anyhow::Result<usize> {
    let mut compared = 0;
    for (position, stretches) in &signed.journal {
        for (stretch, at) in stretches {
            let after = stretch.after;
            let is_same = store.digest_of_events(after, *position).await? == stretch.digest;
            ensure!(
                is_same,
                "an event after number {after} and up to {position} was written anew since {at}, when they were signed. {REMEDY}"
            );
            compared += 1;
        }
    }
    Ok(compared)
}

const REMEDY: &str = "Keep the database as it is for whoever looks into it, and restore a backup that reaches further. If what is missing is known and accepted, as after a disaster, say so with: gms admin accept-loss --reason";

async fn missing_events(store: &Store, signed: u64, at: Timestamp) -> anyhow::Result<String> {
    let end = store.journal_end().await?.map_or(0, |(position, _)| position);
    let missing = signed.saturating_sub(end);
    Ok(format!("the journal ends at event {end}, and event {signed} was signed on {at}: {missing} events are missing at its end. {REMEDY}"))
}

/// Puts what was signed out of force, for a database that is known to lack some of it; says how many files were. They are kept.
pub fn accept_loss(places: &[PathBuf], at: Timestamp) -> anyhow::Result<usize> {
    let mut moved = 0;
    for place in places.iter().filter(|place| place.is_dir()) {
        let kept = place.join(format!("accepted-{}", at.as_second()));
        for file in read::files(place)? {
            fs::create_dir_all(&kept).with_context(|| format!("making {}", kept.display()))?;
            let to = kept.join(file.file_name().context("a file has a name")?);
            fs::rename(&file, &to).with_context(|| format!("moving {}", file.display()))?;
            moved += 1;
        }
    }
    Ok(moved)
}

impl Keeper {
    /// Begins to keep the ends of what this program writes, and of the journal after what was signed already.
    pub fn begin(store: Store, folder: &Path, places: Vec<PathBuf>, program: Uuid) -> anyhow::Result<Keeper> {
        let key = Signing::of_folder(folder)?;
        for place in &places {
            fs::create_dir_all(place).with_context(|| format!("making {}", place.display()))?;
            key.publish(place)?;
        }
        let signed = read::all(&places)?;
        let last = signed.journal.last_key_value().and_then(|(position, stretches)| Some((*position, stretches.first()?.0.hash.clone())));
        let previous = Previous { line: String::new(), journal: last.unwrap_or_default() };
        Ok(Keeper { store, key, file: format!("{program}.jsonl"), places, previous: Mutex::new(previous) })
    }

    /// Signs the ends as they are, if anything was written since; says whether it was. Each goes into every place, and into the log, so
    /// that whoever collects the log has it too. A journal that no longer holds what was signed before is not signed again.
    pub async fn sign(&self, at: Timestamp) -> anyhow::Result<bool> {
        let mut previous = self.previous.lock().await;
        let stretch = self.stretch(&previous.journal).await?;
        let chains = self.store.grown_chains();
        if chains.is_empty() && stretch.is_none() {
            return Ok(false);
        }
        let signed = self.signed(at, &previous.line, stretch.as_ref(), &chains);
        let line = match signed.and_then(|line| self.keep(&line).map(|()| line)) {
            Ok(line) => line,
            Err(fault) => {
                self.store.still_grown(chains);
                return Err(fault);
            }
        };
        tracing::info!(target: "evidence", "{line}");
        previous.line = crate::secret::digest(&line);
        if let Some(stretch) = stretch {
            previous.journal = (stretch.position, stretch.hash);
        }
        Ok(true)
    }

    /// What the journal has grown by since an event was signed.
    async fn stretch(&self, (after, signed): &(u64, String)) -> anyhow::Result<Option<Stretch>> {
        if *after > 0 {
            let found = self.store.event_hashes(&[*after]).await?;
            ensure!(found.get(after) == Some(signed), "event {after} of the journal is gone or was changed since it was signed. {REMEDY}");
        }
        let Some((position, hash)) = self.store.journal_end().await?.filter(|(position, _)| position > after) else { return Ok(None) };
        let digest = self.store.digest_of_events(*after, position).await?;
        Ok(Some(Stretch { after: *after, position, hash, digest }))
    }

    fn signed(&self, at: Timestamp, previous: &str, stretch: Option<&Stretch>, chains: &[Link]) -> anyhow::Result<String> {
        let chains = chains.iter().map(|link| (link.chain, link.number, link.hash.clone())).collect();
        let body = Body { at, previous: previous.to_owned(), journal: stretch.cloned(), chains };
        Head::sign(&self.key, &body)?.line()
    }

    fn keep(&self, line: &str) -> anyhow::Result<()> {
        self.places.iter().try_for_each(|place| append(&place.join(&self.file), line))
    }
}

/// Writes a line at the end of a file, and makes it last. Half a line, as of a full disk, is taken back: the next would stand behind it and
/// not be read.
fn append(file: &Path, line: &str) -> anyhow::Result<()> {
    let context = || format!("writing {}", file.display());
    let mut writer = OpenOptions::new().create(true).append(true).open(file).with_context(context)?;
    let before = writer.metadata().with_context(context)?.len();
    if let Err(fault) = writer.write_all(format!("{line}\n").as_bytes()) {
        writer.set_len(before).with_context(|| format!("taking half a line back from {}", file.display()))?;
        return Err(fault).with_context(context);
    }
    writer.sync_all().with_context(context)
}
