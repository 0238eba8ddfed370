//! That nothing of the journal or of the audit was removed: their ends are signed while the service runs, and kept outside the database.
//! A service whose database does not reach what was signed does not start.

mod head;
mod key;
mod read;

use anyhow::{Context, ensure};
use head::{Body, Head};
use jiff::Timestamp;
use key::Signing;
use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};
use store::Store;
use tokio::sync::Mutex;
use uuid::Uuid;

/// How often the ends are signed.
pub const EVERY: std::time::Duration = std::time::Duration::from_secs(5 * 60);
/// Name of the folder in which signed ends lie, in a service's own and wherever else they are kept.
pub const FOLDER: &str = "evidence";

/// What signs the ends of one program, and where it keeps them.
pub struct Keeper {
    store: Store,
    key: Signing,
    /// Name of the files of this program.
    file: String,
    places: Vec<PathBuf>,
    /// Digest of the last line that was signed, and the event that it names.
    previous: Mutex<(String, Option<u64>)>,
}

/// What was compared with the database.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Compared {
    /// Signed ends.
    pub heads: usize,
    /// The last event that one of them names.
    pub events: u64,
    /// Chains of the audit that they name.
    pub chains: usize,
}

/// Where the signed ends of a service lie: in its folder, and in another that may belong to another machine.
pub fn places(folder: &Path, further: Option<&Path>) -> Vec<PathBuf> {
    [Some(folder.join(FOLDER)), further.map(Path::to_owned)].into_iter().flatten().collect()
}

/// Compares a database with everything that was signed. What is missing or was changed is an error, which says what to do.
#[crate::boxed]
pub async fn compare(store: &Store, places: &[PathBuf]) -> anyhow::Result<Compared> {
    let signed = read::all(places)?;
    if let Some((position, hash, at)) = &signed.journal {
        let found = store.event_hash(*position).await?;
        ensure!(found.is_some(), missing_events(store, *position, *at).await?);
        ensure!(
            found.as_ref() == Some(hash),
            "event {position} of the journal is not the one that was signed on {at}: the journal was changed. {REMEDY}"
        );
    }
    for (chain, (number, hash, at)) in &signed.chains {
        let found = store.audit_hash(*chain, *number).await?;
        ensure!(
            found.as_ref() == Some(hash),
            "line {number} of the chain {chain} of the audit, which was signed on {at}, is missing or was changed. {REMEDY}"
        );
    }
    let events = signed.journal.as_ref().map_or(0, |(position, ..)| *position);
    Ok(Compared { heads: signed.heads, events, chains: signed.chains.len() })
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
    /// Begins to keep the ends of what this program writes.
    pub fn begin(store: Store, folder: &Path, places: Vec<PathBuf>, program: Uuid) -> anyhow::Result<Keeper> {
        let key = Signing::of_folder(folder)?;
        for place in &places {
            fs::create_dir_all(place).with_context(|| format!("making {}", place.display()))?;
            key.publish(place)?;
        }
        Ok(Keeper { store, key, file: format!("{program}.jsonl"), places, previous: Mutex::default() })
    }

    /// Signs the ends as they are, if anything was written since; says whether it was. Each goes into every place, and into the log, so
    /// that whoever collects the log has it too.
    pub async fn sign(&self, at: Timestamp) -> anyhow::Result<bool> {
        let mut previous = self.previous.lock().await;
        let chains = self.store.grown_chains();
        let journal = self.store.journal_end().await?;
        let position = journal.as_ref().map(|(position, _)| *position);
        if chains.is_empty() && position == previous.1 {
            return Ok(false);
        }
        let body = Body {
            at,
            previous: previous.0.clone(),
            journal,
            chains: chains.iter().map(|link| (link.chain, link.number, link.hash.clone())).collect(),
        };
        let line = Head::sign(&self.key, &body)?.line()?;
        for place in &self.places {
            if let Err(fault) = append(&place.join(&self.file), &line) {
                self.store.still_grown(chains);
                return Err(fault);
            }
        }
        tracing::info!(target: "evidence", "{line}");
        *previous = (crate::secret::digest(&line), position);
        Ok(true)
    }
}

/// Writes a line at the end of a file, and makes it last.
fn append(file: &Path, line: &str) -> anyhow::Result<()> {
    let context = || format!("writing {}", file.display());
    let mut writer = OpenOptions::new().create(true).append(true).open(file).with_context(context)?;
    writer.write_all(format!("{line}\n").as_bytes()).with_context(context)?;
    writer.sync_all().with_context(context)
}
