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
    collections::VecDeque,
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
#[derive(Default)]
struct Previous {
    /// Digest of the line.
    line: String,
    /// Position and hash of the event that it names.
    journal: (u64, String),
    /// How many lines it has signed.
    number: u64,
    /// The store of files has its key.
    is_published: bool,
    /// Lines that the store of files does not have yet, by their names there.
    unsent: VecDeque<(String, String)>,
}

/// Lines that wait for a store of files that does not answer: those of a week. They are in every folder meanwhile.
const UNSENT_MAX: usize = 2_000;

impl Keeper {
    /// Begins to keep the ends of what this program writes, and of the journal after what was signed already.
    pub fn begin(store: Store, folder: &Path, places: Vec<PathBuf>, program: Uuid) -> anyhow::Result<Keeper> {
        let key = Signing::of_folder(folder)?;
        for place in &places {
            fs::create_dir_all(place).with_context(|| format!("making {}", place.display()))?;
            key.publish(place)?;
        }
        let last = read::last_stretch(&places)?.map(|stretch| (stretch.position, stretch.hash));
        let previous = Previous { journal: last.unwrap_or_default(), ..Previous::default() };
        Ok(Keeper { store, key, program, places, previous: Mutex::new(previous) })
    }

    /// Signs the ends as they are, if anything was written since; says whether it was. Each goes into every place and into the store of
    /// files, and into the log, so that whoever collects the log has it too. A journal that no longer holds what was signed before is not
    /// signed again; what the store of files does not take is sent there the next time.
    pub async fn sign(&self, at: Timestamp) -> anyhow::Result<bool> {
        let mut previous = self.previous.lock().await;
        let stretch = self.stretch(&previous.journal).await?;
        let chains = self.store.grown_chains();
        let has_grown = !chains.is_empty() || stretch.is_some();
        if has_grown {
            let line = match self.sign_into_places(at, &previous.line, stretch.as_ref(), &chains) {
                Ok(line) => line,
                Err(fault) => {
                    self.store.still_grown(chains);
                    return Err(fault);
                }
            };
            tracing::info!(target: "evidence", "{line}");
            previous.signed(line, stretch, (at, self.program));
        }
        self.send(&mut previous).await?;
        Ok(has_grown)
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

    fn sign_into_places(&self, at: Timestamp, previous: &str, stretch: Option<&Stretch>, chains: &[Link]) -> anyhow::Result<String> {
        let chains = chains.iter().map(|link| (link.chain, link.number, link.hash.clone())).collect();
        let body = Body { at, previous: previous.to_owned(), journal: stretch.cloned(), chains };
        let line = Head::sign(&self.key, &body)?.line()?;
        let file = format!("{}.jsonl", self.program);
        // What one place does not take, the others have.
        let appended: Vec<_> = self.places.iter().map(|place| append(&place.join(&file), &line)).collect();
        appended.into_iter().collect::<anyhow::Result<()>>()?;
        Ok(line)
    }

    /// Sends what the store of files does not have yet.
    async fn send(&self, previous: &mut Previous) -> anyhow::Result<()> {
        if !previous.is_published && !previous.unsent.is_empty() {
            kept::publish(&self.store, &self.key).await?;
            previous.is_published = true;
        }
        while let Some((name, line)) = previous.unsent.front() {
            kept::put(&self.store, name, line).await?;
            previous.unsent.pop_front();
        }
        Ok(())
    }
}

impl Previous {
    /// A line was signed at a time by a program, and is in every place.
    fn signed(&mut self, line: String, stretch: Option<Stretch>, (at, program): (Timestamp, Uuid)) {
        self.line = crate::secret::digest(&line);
        if let Some(stretch) = stretch {
            self.journal = (stretch.position, stretch.hash);
        }
        self.number += 1;
        self.unsent.push_back((kept::name(at, program, self.number), line));
        if self.unsent.len() > UNSENT_MAX {
            tracing::error!("the store of files takes no signed ends: the oldest that it does not have stays in the folders alone");
            self.unsent.pop_front();
        }
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
