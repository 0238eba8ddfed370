//! The library's files on an object store: a local folder, or S3. Calls lie in Parquet files, sorted by place; a manifest names
//! those that count. Files are never changed: what changes is the next manifest.

use crate::{
    block::{BlockCache, Writer},
    lookup::CarrierSource,
    manifest::{File, Manifest, Run, StoredManifest},
    release::Release,
};
use anyhow::{Context, bail, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, path::Path};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};
use url::Url;

/// A library.
#[derive(Clone, Debug)]
pub struct Library {
    pub(crate) store: Arc<dyn ObjectStore>,
    url: Url,
    folder: Path,
    /// Releases that were read.
    pub(crate) releases: Arc<Mutex<BTreeMap<String, Marked<Release>>>>,
    /// Blocks that were read.
    pub(crate) cache: BlockCache,
    /// The manifest that was read last.
    latest: Arc<Mutex<Option<Marked<Manifest>>>>,
    /// Descriptions of runs that were read: they never change.
    runs: Arc<Mutex<BTreeMap<String, Arc<Run>>>>,
    /// Who finds carriers, if not this process from its blocks.
    pub(crate) source: Option<Arc<dyn CarrierSource>>,
}

/// Entity tag of a file, and when it was written.
pub(crate) type Mark = (Option<String>, i64);
/// What was read, as it was then.
type Marked<T> = (Mark, Arc<T>);

/// Files that are looked for side by side.
const LOOKED_AT_ONCE: usize = 32;
/// Manifests that are kept behind the one that counts.
const MANIFESTS: u64 = 16;

impl Library {
    /// Opens a library at an address: a folder, or a URL such as `s3://bucket/library` (with the usual `AWS_…` settings).
    pub fn open(address: &str) -> anyhow::Result<Library> {
        Library::open_with(address, std::env::vars())
    }

    /// The same with settings of the object store, such as `aws_endpoint`.
    pub fn open_with(address: &str, settings: impl IntoIterator<Item = (String, String)>) -> anyhow::Result<Library> {
        let url = match Url::parse(address) {
            Ok(url) if url.scheme().len() > 1 => url,
            _ => {
                std::fs::create_dir_all(address).with_context(|| format!("making {address}"))?;
                let path = std::fs::canonicalize(address).with_context(|| format!("opening {address}"))?;
                Url::from_directory_path(&path).map_err(|()| anyhow::anyhow!("{} is no folder", path.display()))?
            }
        };
        let settings = settings.into_iter().map(|(name, value)| (name.to_lowercase(), value));
        let (store, folder) = object_store::parse_url_opts(&url, settings).with_context(|| format!("opening the library at {url}"))?;
        Ok(Library { folder, ..Library::on_store(Arc::from(store), url) })
    }

    /// A library on a store at hand, at its root.
    pub fn on_store(store: Arc<dyn ObjectStore>, url: Url) -> Library {
        let (cache, releases, latest, runs) = (BlockCache::default(), Arc::default(), Arc::default(), Arc::default());
        Library { store, url, folder: Path::default(), releases, cache, latest, runs, source: None }
    }

    /// The same library, with carriers that somebody else finds: several machines, by a plan of a query engine.
    #[must_use]
    pub fn with_source(self, source: Arc<dyn CarrierSource>) -> Library {
        Library { source: Some(source), ..self }
    }

    /// The store that it lies on, and its address, for engines that are to read it.
    pub fn store(&self) -> (Url, Arc<dyn ObjectStore>) {
        (self.url.clone(), Arc::clone(&self.store))
    }

    /// The address at which another program opens it.
    pub fn address(&self) -> &str {
        self.url.as_str()
    }

    pub(crate) fn path(&self, name: &str) -> Path {
        name.split('/').fold(self.folder.clone(), Path::join)
    }

    /// Addresses of the files of calls that a release is made of, for engines that are to read them; each of them is there.
    pub async fn call_files(&self, release: &Release) -> anyhow::Result<Vec<String>> {
        let manifest = self.manifest().await?;
        let files: Vec<&File> = manifest.runs_of(release)?.into_iter().flat_map(|run| &run.files).filter(|file| !file.gaps).collect();
        self.all_there(&files).await?;
        let root = self.url.as_str().trim_end_matches('/');
        let address = |file: &&File| match self.url.scheme() {
            "file" => format!("file:///{}", self.path(&format!("calls/{}", file.name))),
            _ => format!("{root}/calls/{}", file.name),
        };
        Ok(files.iter().map(address).collect())
    }

    /// Bytes of a file; nothing where there is none.
    pub(crate) async fn get(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        match self.store.get(&self.path(name)).await {
            Ok(found) => Ok(Some(found.bytes().await.with_context(|| format!("reading {name}"))?.to_vec())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error).with_context(|| format!("reading {name}")),
        }
    }

    /// Writes a file that must not be there yet.
    pub(crate) async fn create(&self, name: &str, bytes: Vec<u8>) -> anyhow::Result<bool> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&self.path(name), bytes.into(), options).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => Ok(false),
            Err(error) => Err(error).with_context(|| format!("writing {name}")),
        }
    }

    /// Keeps a small thing of the service's own beside the library, such as the ledger of a project; the last one counts.
    pub async fn keep(&self, name: &str, bytes: Vec<u8>) -> anyhow::Result<()> {
        self.store.put(&self.path(name), bytes.into()).await.with_context(|| format!("writing {name}"))?;
        Ok(())
    }

    /// What was kept, if anything was.
    pub async fn kept(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        self.get(name).await
    }

    /// Names of a folder.
    pub async fn list(&self, folder: &str) -> anyhow::Result<Vec<String>> {
        Ok(self.list_marked(folder).await?.into_iter().map(|(name, _)| name).collect())
    }

    /// The same, each with a mark that is another once the file was written again; nothing where the store gives none.
    pub async fn list_marked(&self, folder: &str) -> anyhow::Result<Vec<(String, Option<String>)>> {
        let under = self.path(folder);
        let listed = self.store.list_with_delimiter(Some(&under)).await.with_context(|| format!("listing {folder}"))?;
        let marked = listed.objects.into_iter().filter_map(|found| Some((found.location.filename()?.to_owned(), found.e_tag)));
        let mut marked: Vec<(String, Option<String>)> = marked.collect();
        marked.sort();
        Ok(marked)
    }

    /// The manifest that counts: the latest that was written whole.
    pub async fn manifest(&self) -> anyhow::Result<Arc<Manifest>> {
        let latest = || self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let known = latest().clone();
        if let Some((mark, known)) = known {
            // Nobody wrote the next, and this one is there as it was.
            let [next, own] = [known.number + 1, known.number].map(manifest_path);
            let (next, own) = tokio::try_join!(self.mark(&next), self.mark(&own))?;
            if next.is_none() && own == Some(mark) {
                return Ok(known);
            }
        }
        let mut gone = String::new();
        for _ in 0..TRIES {
            let Some(name) = self.list("manifests").await?.pop() else { return Ok(Arc::default()) };
            let path = format!("manifests/{name}");
            let mark = self.mark(&path).await?;
            let Some(bytes) = self.get(&path).await? else { continue };
            let stored: StoredManifest = serde_json::from_slice(&bytes).with_context(|| {
                format!("reading manifest {name}: a library of an earlier version is made anew in an empty folder, by gms library fill")
            })?;
            // A run that is not there was replaced meanwhile, by a manifest that follows.
            let runs = match self.read_runs(&stored.runs).await? {
                Ok(runs) => runs,
                Err(name) => {
                    gone = name;
                    continue;
                }
            };
            let manifest = Arc::new(Manifest { number: stored.number, runs, replaced: stored.replaced });
            // What counts no more is not kept in memory either.
            self.cache.keep_only(&manifest.names());
            *latest() = mark.map(|mark| (mark, Arc::clone(&manifest)));
            return Ok(manifest);
        }
        bail!("{} of the library is gone, which its manifest names. Restore it from a backup", run_path(&gone))
    }

    /// Runs by their names, or the name of one that is gone.
    async fn read_runs(&self, names: &[String]) -> anyhow::Result<Result<Vec<Arc<Run>>, String>> {
        let cached = || self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut runs = Vec::new();
        for name in names {
            let known = cached().get(name).cloned();
            let run = match known {
                Some(run) => run,
                None => match self.get(&run_path(name)).await? {
                    Some(bytes) => Arc::new(serde_json::from_slice(&bytes).with_context(|| format!("reading the run {name}"))?),
                    None => return Ok(Err(name.clone())),
                },
            };
            runs.push(run);
        }
        *cached() = runs.iter().map(|run| (run.name.clone(), Arc::clone(run))).collect();
        Ok(Ok(runs))
    }

    /// What tells a file from another one of the same name; nothing where there is none.
    pub(crate) async fn mark(&self, name: &str) -> anyhow::Result<Option<Mark>> {
        match self.store.head(&self.path(name)).await {
            Ok(found) => Ok(Some((found.e_tag, found.last_modified.timestamp_millis()))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error).with_context(|| format!("looking for {name}")),
        }
    }

    /// Writes the next manifest; false when somebody else did meanwhile.
    async fn follow(&self, now: &Manifest, next: Manifest) -> anyhow::Result<bool> {
        let known: BTreeSet<&str> = now.runs.iter().map(|run| run.name.as_str()).collect();
        for run in next.runs.iter().filter(|run| !known.contains(run.name.as_str())) {
            self.create(&run_path(&run.name), serde_json::to_vec(&**run)?).await?;
        }
        let named: BTreeSet<&str> = next.runs.iter().map(|run| run.name.as_str()).collect();
        let names = next.runs.iter().map(|run| run.name.clone()).collect();
        let stored = StoredManifest { number: now.number + 1, runs: names, replaced: next.replaced };
        let written = self.create(&manifest_path(stored.number), serde_json::to_vec(&stored)?).await?;
        if written {
            // They name people who may have withdrawn. One that somebody has taken in again meanwhile stays.
            let again = self.manifest().await?;
            let old = known.difference(&named).filter(|old| again.runs.iter().all(|run| run.name != **old));
            for old in old {
                self.delete(&run_path(old)).await?;
            }
            if let Some(old) = stored.number.checked_sub(MANIFESTS) {
                self.delete(&manifest_path(old)).await?;
            }
        }
        Ok(written)
    }

    /// Writes what `made` makes of the manifest; false when it says that it no longer fits, and nothing is written.
    pub(crate) async fn change(&self, made: impl Fn(&mut Manifest) -> bool) -> anyhow::Result<bool> {
        for _ in 0..TRIES {
            let now = self.manifest().await?;
            let mut next = (*now).clone();
            if !made(&mut next) {
                return Ok(false);
            }
            if self.follow(&now, next).await? {
                return Ok(true);
            }
        }
        bail!("the library is being changed by others all the time: try again")
    }

    /// Writes a file of rows.
    pub(crate) async fn keep_file(&self, writer: Writer) -> anyhow::Result<Option<File>> {
        let Some((file, bytes)) = writer.finish()? else { return Ok(None) };
        self.create(&format!("calls/{}", file.name), bytes).await?;
        Ok(Some(file))
    }

    /// Removes files that no run names any more.
    pub(crate) async fn remove(&self, old: &[File]) -> anyhow::Result<()> {
        let manifest = self.manifest().await?;
        let named = manifest.names();
        for file in old.iter().filter(|old| !named.contains(old.name.as_str())) {
            self.delete(&format!("calls/{}", file.name)).await?;
        }
        Ok(())
    }

    /// Removes a file, if it has not gone already.
    pub(crate) async fn delete(&self, name: &str) -> anyhow::Result<()> {
        match self.store.delete(&self.path(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error).with_context(|| format!("removing {name}")),
        }
    }

    /// Refuses when a file is gone: an engine that is given a file that is not there reads the others, and counts fewer people.
    pub(crate) async fn all_there(&self, files: &[&File]) -> anyhow::Result<()> {
        let looking: Vec<_> = files.iter().map(|file| self.clone().look_for((*file).clone())).collect();
        stream::iter(looking).buffer_unordered(LOOKED_AT_ONCE).try_collect().await
    }

    async fn look_for(self, file: File) -> anyhow::Result<()> {
        let found = self.store.head(&self.path(&format!("calls/{}", file.name))).await;
        let found = found.with_context(|| format!("the file {} of the library is gone. Restore it from a backup", file.name))?;
        ensure!(found.size == file.bytes, "{} is not what was written: its size differs. Restore it from a backup", file.name);
        Ok(())
    }

    /// Looks at every file that counts: what is not as it was written is named.
    pub async fn verify(&self) -> anyhow::Result<Vec<String>> {
        let mut wrong = Vec::new();
        for File { name, .. } in self.manifest().await?.files() {
            match self.get(&format!("calls/{name}")).await? {
                None => wrong.push(format!("The file {name} is gone. Restore it from a backup")),
                Some(bytes) if !name.starts_with(&hex::encode(Sha256::digest(&bytes))) => {
                    wrong.push(format!("{name} is not what was written: its checksum differs. Restore it from a backup"));
                }
                Some(_) => {}
            }
        }
        Ok(wrong)
    }

    /// Removes files of calls and descriptions of runs that no manifest names and that were written before a moment: left by a
    /// program that stopped half-way. What is being added just now has no manifest yet either, so the moment lies further back
    /// than any of that takes.
    pub async fn sweep(&self, before: Timestamp) -> anyhow::Result<usize> {
        let manifest = self.manifest().await?;
        let runs: BTreeSet<String> = manifest.runs.iter().map(|run| format!("{}.json", run.name)).collect();
        let named = [("calls", manifest.names()), ("runs", runs.iter().map(String::as_str).collect())];
        let mut swept = 0;
        for (folder, named) in named {
            let listed = self.store.list_with_delimiter(Some(&self.path(folder))).await.with_context(|| format!("listing {folder}"))?;
            for object in listed.objects {
                let is_named = object.location.filename().is_some_and(|name| named.contains(name));
                if !is_named && object.last_modified.timestamp() < before.as_second() {
                    self.store.delete(&object.location).await.with_context(|| format!("removing {}", object.location))?;
                    swept += 1;
                }
            }
        }
        Ok(swept)
    }
}

/// Bases of a file of runs that were put together: what is asked of one place reads one file of each run. No gap reaches further.
pub(crate) const BIN: u32 = 5_000_000;
/// How often a change is tried while others change the library.
pub(crate) const TRIES: usize = 20;

fn run_path(name: &str) -> String {
    format!("runs/{name}.json")
}

fn manifest_path(number: u64) -> String {
    format!("manifests/{number:010}.json")
}
