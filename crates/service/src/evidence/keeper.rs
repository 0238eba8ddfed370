//! Signing the ends while a program runs.

use super::{
    REMEDY,
    head::{Body, Head, Stretch},
    kept,
    key::Signing,
    read,
};
use anyhow::{Context, ensure};
use jiff::Timestamp;
use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};
use store::{Link, Store};
use tokio::sync::Mutex;
use uuid::Uuid;

/// What signs the ends of one program, and where it keeps them.
pub struct Keeper {
    store: Store,
    key: Signing,
    program: Uuid,
    places: Vec<PathBuf>,
    previous: Mutex<Previous>,
}

/// What a program signed last.
struct Previous {
    /// Digest of the line.
    line: String,
    /// Position and hash of the event that it names.
    journal: (u64, String),
    /// How many lines it has signed.
    number: u64,
    /// The store of files has its key.
    is_published: bool,
}

impl Keeper {
    /// Begins to keep the ends of what this program writes, and of the journal after what was signed already.
    pub fn begin(store: Store, folder: &Path, places: Vec<PathBuf>, program: Uuid) -> anyhow::Result<Keeper> {
        let key = Signing::of_folder(folder)?;
        for place in &places {
            fs::create_dir_all(place).with_context(|| format!("making {}", place.display()))?;
            key.publish(place)?;
        }
        let last = read::last_stretch(&places)?.map(|stretch| (stretch.position, stretch.hash));
        let previous = Previous { line: String::new(), journal: last.unwrap_or_default(), number: 0, is_published: false };
        Ok(Keeper { store, key, program, places, previous: Mutex::new(previous) })
    }

    /// Signs the ends as they are, if anything was written since; says whether it was. Each goes into every place and into the store of
    /// files, and into the log, so that whoever collects the log has it too. A journal that no longer holds what was signed before is not
    /// signed again.
    pub async fn sign(&self, at: Timestamp) -> anyhow::Result<bool> {
        let mut previous = self.previous.lock().await;
        let stretch = self.stretch(&previous.journal).await?;
        let chains = self.store.grown_chains();
        if chains.is_empty() && stretch.is_none() {
            return Ok(false);
        }
        let line = match self.sign_and_keep(at, &mut previous, stretch.as_ref(), &chains).await {
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

    async fn sign_and_keep(
        &self,
        at: Timestamp,
        previous: &mut Previous,
        stretch: Option<&Stretch>,
        chains: &[Link],
    ) -> anyhow::Result<String> {
        let chains = chains.iter().map(|link| (link.chain, link.number, link.hash.clone())).collect();
        let body = Body { at, previous: previous.line.clone(), journal: stretch.cloned(), chains };
        let line = Head::sign(&self.key, &body)?.line()?;
        self.keep(at, previous, &line).await?;
        Ok(line)
    }

    /// Into every place, and into the store of files. What one of them does not take, the others have; then all of it is signed again.
    async fn keep(&self, at: Timestamp, previous: &mut Previous, line: &str) -> anyhow::Result<()> {
        let file = format!("{}.jsonl", self.program);
        let mut done = Ok(());
        for place in &self.places {
            done = done.and(append(&place.join(&file), line));
        }
        previous.number += 1;
        if !previous.is_published {
            previous.is_published = kept::publish(&self.store, &self.key).await.is_ok();
        }
        done.and(kept::put(&self.store, at, (self.program, previous.number), line).await)
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
