//! The library's files on an object store: a local folder, or S3. Calls lie in Parquet files, sorted by place; a manifest names
//! those that count. Files are never changed: what changes is the next manifest.

use crate::{
    release::Release,
    row::{self, Call, PersonNo, SCHEMA},
};
use anyhow::{Context, bail, ensure};
use datafusion::arrow::{
    array::{AsArray, BooleanArray, RecordBatch},
    compute::filter_record_batch,
    datatypes::UInt32Type,
};
use datafusion::parquet::{
    arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder},
    basic::{Compression, ZstdLevel},
    file::properties::WriterProperties,
    schema::types::ColumnPath,
};
use jiff::Timestamp;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, path::Path};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Arc, Mutex},
};
use url::Url;

/// A library.
#[derive(Clone, Debug)]
pub struct Library {
    pub(crate) store: Arc<dyn ObjectStore>,
    /// The store, as the query engine names it.
    pub(crate) url: Url,
    folder: Path,
    /// Releases that were read: they never change.
    pub(crate) read: Arc<Mutex<BTreeMap<String, Arc<Release>>>>,
}

/// A file of calls.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct File {
    /// Name in the folder of calls.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Bytes.
    pub bytes: u64,
    /// Rows.
    pub rows: u64,
    /// Who is in it.
    pub people: Vec<PersonNo>,
}

/// The files that count.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// Its number, from 1; 0 before anything was written.
    pub number: u64,
    /// Files.
    pub files: Vec<File>,
    /// Files of earlier manifests and releases, and the one that holds what is left of them.
    pub replaced: BTreeMap<String, Option<String>>,
}

impl Manifest {
    /// Takes a file in. Names follow from content, so that one that was replaced may come back: then it counts again itself.
    /// So every chain of replacements ends, at a file that counts or at none.
    fn put(&mut self, file: &File) {
        self.replaced.remove(&file.name);
        if self.files.iter().all(|held| held.name != file.name) {
            self.files.push(file.clone());
        }
    }

    /// Takes a file out, for what is left of it.
    fn replace(&mut self, name: &str, left: Option<&File>) {
        self.files.retain(|f| f.name != name);
        self.replaced.insert(name.to_owned(), left.map(|f| f.name.clone()));
        if let Some(left) = left {
            self.put(left);
        }
    }
}

/// Rows of a row group: small enough that a gene is found without reading a chromosome.
const GROUP_ROWS: usize = 32_768;
/// Delta files after which they are put together.
pub const DELTAS_MAX: usize = 64;

impl Library {
    /// Opens a library at an address: a folder, or a URL such as `s3://bucket/library` (with the usual `AWS_…` settings).
    pub fn open(address: &str) -> anyhow::Result<Library> {
        let url = match Url::parse(address) {
            Ok(url) if url.scheme().len() > 1 => url,
            _ => {
                std::fs::create_dir_all(address).with_context(|| format!("making {address}"))?;
                let path = std::fs::canonicalize(address).with_context(|| format!("opening {address}"))?;
                Url::from_directory_path(&path).map_err(|()| anyhow::anyhow!("{} is no folder", path.display()))?
            }
        };
        let settings = std::env::vars().map(|(name, value)| (name.to_lowercase(), value));
        let (store, folder) = object_store::parse_url_opts(&url, settings).with_context(|| format!("opening the library at {url}"))?;
        Ok(Library { store: Arc::from(store), url, folder, read: Arc::default() })
    }

    pub(crate) fn path(&self, name: &str) -> Path {
        name.split('/').fold(self.folder.clone(), Path::join)
    }

    /// The address of a file of calls for the query engine.
    pub(crate) fn address(&self, file: &str) -> String {
        let root = self.url.as_str().trim_end_matches('/');
        match self.url.scheme() {
            "file" => format!("file:///{}", self.path(&format!("calls/{file}"))),
            _ => format!("{root}/calls/{file}"),
        }
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

    /// Keeps a small thing of the service's own beside the library, such as what a project was told; the last one counts.
    pub async fn keep(&self, name: &str, bytes: Vec<u8>) -> anyhow::Result<()> {
        self.store.put(&self.path(name), bytes.into()).await.with_context(|| format!("writing {name}"))?;
        Ok(())
    }

    /// What was kept, if anything was.
    pub async fn kept(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        self.get(name).await
    }

    /// Names of a folder.
    pub(crate) async fn list(&self, folder: &str) -> anyhow::Result<Vec<String>> {
        let under = self.path(folder);
        let listed = self.store.list_with_delimiter(Some(&under)).await.with_context(|| format!("listing {folder}"))?;
        let mut names: Vec<String> = listed.objects.into_iter().filter_map(|o| o.location.filename().map(str::to_owned)).collect();
        names.sort();
        Ok(names)
    }

    /// The manifest that counts: the latest that was written whole.
    pub async fn manifest(&self) -> anyhow::Result<Manifest> {
        let Some(latest) = self.list("manifests").await?.pop() else { return Ok(Manifest::default()) };
        let bytes = self.get(&format!("manifests/{latest}")).await?.context("the manifest that was just listed")?;
        serde_json::from_slice(&bytes).with_context(|| format!("reading manifest {latest}"))
    }

    /// Writes the next manifest; false when somebody else did meanwhile.
    async fn follow(&self, mut next: Manifest) -> anyhow::Result<bool> {
        next.number += 1;
        self.create(&format!("manifests/{:010}.json", next.number), serde_json::to_vec(&next)?).await
    }

    async fn change(&self, made: impl Fn(Manifest) -> Manifest) -> anyhow::Result<()> {
        for _ in 0..TRIES {
            if self.follow(made(self.manifest().await?)).await? {
                return Ok(());
            }
        }
        bail!("the library is being changed by others all the time: try again")
    }

    /// Adds people's calls as one file. The same calls again are the same file, and nothing is added.
    pub async fn add(&self, calls: &mut [Call]) -> anyhow::Result<()> {
        let mut people: Vec<PersonNo> = calls.iter().map(|c| c.person).collect();
        people.sort_unstable();
        people.dedup();
        let file = self.write(&[row::batch(calls)?], people).await?;
        self.change(|mut manifest| {
            manifest.put(&file);
            manifest
        })
        .await
    }

    async fn write(&self, batches: &[RecordBatch], people: Vec<PersonNo>) -> anyhow::Result<File> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_column_bloom_filter_enabled(ColumnPath::from("gene"), true)
            .build();
        let mut writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&SCHEMA), Some(properties))?;
        for batch in batches {
            writer.write(batch)?;
        }
        let bytes = writer.into_inner()?;
        let rows = batches.iter().map(|b| b.num_rows() as u64).sum();
        let sha256 = hex(&Sha256::digest(&bytes));
        let file = File { name: format!("{sha256}.parquet"), sha256, bytes: bytes.len() as u64, rows, people };
        self.create(&format!("calls/{}", file.name), bytes).await?;
        Ok(file)
    }

    async fn read(&self, file: &File) -> anyhow::Result<Vec<RecordBatch>> {
        let bytes = self.get(&format!("calls/{}", file.name)).await?.with_context(|| format!("the file {} is gone", file.name))?;
        ensure!(
            hex(&Sha256::digest(&bytes)) == file.sha256,
            "{} is not what was written: its checksum differs. Restore it from a backup",
            file.name
        );
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes))?.build()?;
        Ok(reader.collect::<Result<_, _>>()?)
    }

    /// Takes people out for good: every file that holds one of them is written anew without them, and the old one removed.
    /// Returns the names of the files that were.
    pub async fn purge(&self, people: &[PersonNo]) -> anyhow::Result<Vec<String>> {
        let manifest = self.manifest().await?;
        let mut told: BTreeMap<String, Option<File>> = BTreeMap::new();
        for file in manifest.files.iter().filter(|f| f.people.iter().any(|p| people.contains(p))) {
            let left: Vec<PersonNo> = file.people.iter().copied().filter(|p| !people.contains(p)).collect();
            let without = if left.is_empty() { None } else { Some(self.write(&kept(&self.read(file).await?, people)?, left).await?) };
            told.insert(file.name.clone(), without);
        }
        self.change(|mut manifest| {
            for (name, without) in &told {
                manifest.replace(name, without.as_ref());
            }
            manifest
        })
        .await?;
        for name in told.keys() {
            self.store.delete(&self.path(&format!("calls/{name}"))).await.with_context(|| format!("removing {name}"))?;
        }
        Ok(told.into_keys().collect())
    }

    /// Puts small files together, once there are many: each costs a question.
    pub async fn compact(&self) -> anyhow::Result<bool> {
        let manifest = self.manifest().await?;
        if manifest.files.len() < DELTAS_MAX {
            return Ok(false);
        }
        let (mut batches, mut people) = (Vec::new(), Vec::new());
        for file in &manifest.files {
            batches.extend(self.read(file).await?);
            people.extend(file.people.iter().copied());
        }
        people.sort_unstable();
        people.dedup();
        let whole = self.write(&row::sorted(&batches)?, people).await?;
        let old: Vec<String> = manifest.files.iter().map(|f| f.name.clone()).filter(|n| *n != whole.name).collect();
        self.change(|mut manifest| {
            for name in &old {
                manifest.replace(name, Some(&whole));
            }
            manifest
        })
        .await?;
        for name in &old {
            self.store.delete(&self.path(&format!("calls/{name}"))).await?;
        }
        Ok(true)
    }

    /// The files that hold what a release was made of, as far as people have not withdrawn since.
    pub(crate) fn standing(manifest: &Manifest, release: &Release) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for file in &release.files {
            let mut name = Some(file.clone());
            while let Some(next) = name.as_ref().and_then(|n| manifest.replaced.get(n)) {
                name.clone_from(next);
            }
            names.extend(name.filter(|n| !names.contains(n)));
        }
        names
    }

    /// Looks at every file that counts: what is not as it was written is named.
    pub async fn verify(&self) -> anyhow::Result<Vec<String>> {
        let mut wrong = Vec::new();
        for file in self.manifest().await?.files {
            if let Err(why) = self.read(&file).await {
                wrong.push(format!("{why:#}"));
            }
        }
        Ok(wrong)
    }

    /// Removes files of calls that no manifest names and that were written before a moment: left by a program that stopped
    /// half-way. What is being added just now has no manifest yet either, so the moment lies some minutes back.
    pub async fn sweep(&self, before: Timestamp) -> anyhow::Result<usize> {
        let held: Vec<String> = self.manifest().await?.files.into_iter().map(|f| f.name).collect();
        let listed = self.store.list_with_delimiter(Some(&self.path("calls"))).await.context("listing calls")?;
        let mut swept = 0;
        for object in listed.objects {
            let named = object.location.filename().is_some_and(|name| held.iter().any(|h| h == name));
            if !named && object.last_modified.timestamp() < before.as_second() {
                self.store.delete(&object.location).await.with_context(|| format!("removing {}", object.location))?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

/// How often a change is tried while others change the library.
const TRIES: usize = 20;

fn kept(batches: &[RecordBatch], without: &[PersonNo]) -> anyhow::Result<Vec<RecordBatch>> {
    let mut left = Vec::new();
    for batch in batches {
        let numbers = batch.column(0).as_primitive::<UInt32Type>();
        let stays: BooleanArray = numbers.values().iter().map(|no| Some(!without.contains(&PersonNo(*no)))).collect();
        left.push(filter_record_batch(batch, &stays)?);
    }
    Ok(left)
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
