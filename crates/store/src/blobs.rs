//! Large things by content: a blob is named by the SHA-256 of its bytes, so it can neither change nor be stored twice.
//!
//! They lie in a folder, or in an object store such as S3 that several machines share; of the latter each machine keeps copies of the
//! files that it reads, which may be removed at any time.

mod beside;
mod bounded;
mod folder;

use crate::database::Lasts;
use anyhow::{Context, ensure};
pub(crate) use folder::digest;
use folder::{copy_checked, copy_in};
use futures_util::TryStreamExt;
use object_store::{
    GetOptions, GetResult, ObjectStore, ObjectStoreExt, PutPayload, WriteMultipart, local::LocalFileSystem, path::Path as Key,
};
use sha2::{Digest, Sha256};
use std::{
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

/// Bytes that a part of a large file has on its way to an object store.
const PART_BYTES: usize = 8 << 20;
/// What a probe holds.
const PROBE: &[u8] = b"Written and read to see that the service can keep files.";
/// Parts that are on their way at once.
const PARTS_AT_ONCE: usize = 4;

/// The object store.
#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// Where in the store they lie.
    root: Key,
    /// Where they lie as files: all of them, or copies of those that were read.
    folder: PathBuf,
    /// The folder is the store.
    is_folder: bool,
    /// Since when what was kept in the folder lasts.
    lasts: Lasts,
}

impl Blobs {
    /// Blobs in a local folder.
    pub fn open(folder: &Path) -> anyhow::Result<Blobs> {
        Blobs::in_folder(folder, Lasts::AtOnce)
    }

    /// Blobs in a local folder; what was kept last may be lost with the machine where it was simulated.
    pub(crate) fn in_folder(folder: &Path, lasts: Lasts) -> anyhow::Result<Blobs> {
        std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
        let store = Arc::new(LocalFileSystem::new_with_prefix(folder)?);
        Ok(Blobs { store, root: Key::default(), folder: folder.to_owned(), is_folder: true, lasts })
    }

    /// Blobs at an address such as `s3://bucket/blobs`, with settings of the object store such as `AWS_ENDPOINT`; copies lie in a
    /// folder of this machine.
    pub fn at(address: &str, settings: impl IntoIterator<Item = (String, String)>, copies: &Path) -> anyhow::Result<Blobs> {
        let (store, root) = opened(address, settings)?;
        Blobs::on_store(store, root, copies)
    }

    /// Refuses an address at which none could be opened; nobody is asked, and nothing is made.
    pub fn check(address: &str, settings: impl IntoIterator<Item = (String, String)>) -> anyhow::Result<()> {
        opened(address, settings).map(drop)
    }

    /// Blobs on an object store at hand, below a name; copies lie in a folder of this machine.
    pub fn on_store(store: Arc<dyn ObjectStore>, root: Key, copies: &Path) -> anyhow::Result<Blobs> {
        std::fs::create_dir_all(copies).with_context(|| format!("making the folder {}", copies.display()))?;
        Ok(Blobs { store, root, folder: copies.to_owned(), is_folder: false, lasts: Lasts::AtOnce })
    }

    /// Removes what programs that were killed left half written on this machine.
    pub(crate) fn clear(&self) -> anyhow::Result<()> {
        folder::clear(&self.folder)
    }

    /// Keeps bytes; returns their name.
    pub async fn put(&self, bytes: Vec<u8>) -> anyhow::Result<String> {
        let name = hex::encode(Sha256::digest(&bytes));
        if self.is_folder {
            let (named, folder, lasts) = (name.clone(), self.folder.clone(), self.lasts);
            let kept = tokio::task::spawn_blocking(move || folder::keep(&bytes, &named, &folder, lasts)).await?;
            kept.context("keeping a file")?;
        } else {
            self.store.put(&self.key(&name), PutPayload::from(bytes)).await.context("keeping a file")?;
        }
        Ok(name)
    }

    /// Keeps a file without reading it into memory; returns its name.
    pub async fn put_file(&self, path: &Path) -> anyhow::Result<String> {
        let (path, folder, lasts) = (path.to_owned(), self.folder.clone(), self.lasts);
        let name = tokio::task::spawn_blocking(move || copy_in(&path, &folder, lasts)).await?.context("keeping a file")?;
        if !self.is_folder {
            self.send(&name).await.with_context(|| format!("sending the file {name} to the object store"))?;
        }
        Ok(name)
    }

    /// Sends a copy of this machine to the store, in parts. What is cut off half-way leaves nothing under the name.
    async fn send(&self, name: &str) -> anyhow::Result<()> {
        let mut file = tokio::fs::File::open(self.place(name)).await?;
        let mut upload = WriteMultipart::new_with_chunk_size(self.store.put_multipart(&self.key(name)).await?, PART_BYTES);
        let mut buffer = vec![0; PART_BYTES];
        loop {
            let read = file.read(&mut buffer).await?;
            if read == 0 {
                break;
            }
            upload.wait_for_capacity(PARTS_AT_ONCE).await?;
            upload.write(&buffer[..read]);
        }
        upload.finish().await?;
        Ok(())
    }

    /// The bytes of a name, checked.
    pub async fn get(&self, name: &str) -> anyhow::Result<Vec<u8>> {
        let reading = || format!("reading the kept file {name}");
        let found = self.store.get(&self.key(name)).await.with_context(reading)?;
        let bytes = found.bytes().await.with_context(reading)?;
        let found = hex::encode(Sha256::digest(&bytes));
        ensure!(found == name, "the kept file {name} was changed where it lies");
        Ok(bytes.into())
    }

    /// Some bytes of a name as they lie in the store, to be read as a stream: for files that are too large to be fetched or compared with
    /// their name each time. That was done when they were kept.
    pub async fn part(&self, name: &str, range: Range<u64>) -> anyhow::Result<GetResult> {
        let options = GetOptions::default().with_range(Some(range));
        self.store.get_opts(&self.key(name), options).await.with_context(|| format!("reading a part of the kept file {name}"))
    }

    /// Where a blob lies as a file of this machine, for readers that stream: fetched and checked, where it lay elsewhere.
    pub async fn file(&self, name: &str) -> anyhow::Result<PathBuf> {
        let place = self.place(name);
        if !self.is_folder && !tokio::fs::try_exists(&place).await? {
            self.fetch(name).await.with_context(|| format!("fetching the kept file {name}"))?;
        }
        Ok(place)
    }

    /// Several, in their order.
    pub async fn files(&self, names: &[String]) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for name in names {
            files.push(self.file(name).await?);
        }
        Ok(files)
    }

    /// The same, compared with its name just now: for what is computed from it. A copy of this machine that was changed is fetched again;
    /// a kept file that was is refused by its name.
    pub async fn sound_file(&self, name: &str) -> anyhow::Result<PathBuf> {
        let place = self.file(name).await?;
        let from = place.clone();
        let found = tokio::task::spawn_blocking(move || digest(&from)).await?;
        if found.with_context(|| format!("reading the kept file {name}"))? == name {
            return Ok(place);
        }
        ensure!(!self.is_folder, "the kept file {name} was changed where it lies ({})", place.display());
        tokio::fs::remove_file(&place).await.with_context(|| format!("removing a copy of {name} that was changed"))?;
        self.file(name).await
    }

    /// Several, in their order.
    pub async fn sound_files(&self, names: &[String]) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for name in names {
            files.push(self.sound_file(name).await?);
        }
        Ok(files)
    }

    /// Fetches a blob; nothing stands in its place until it is whole and is what its name says.
    async fn fetch(&self, name: &str) -> anyhow::Result<()> {
        let temporary = folder::incoming(&self.folder);
        let fetched = self.fetch_to(&temporary, name).await;
        if fetched.is_err() {
            // What is left of it would lie there for ever; that it cannot be removed is the lesser fault.
            let _ = tokio::fs::remove_file(&temporary).await;
        }
        fetched
    }

    async fn fetch_to(&self, temporary: &Path, name: &str) -> anyhow::Result<()> {
        let mut bytes = self.store.get(&self.key(name)).await?.into_stream();
        let mut file = tokio::fs::File::create(temporary).await?;
        let mut sha = Sha256::new();
        while let Some(part) = bytes.try_next().await? {
            sha.update(&part);
            file.write_all(&part).await?;
        }
        file.sync_all().await?;
        let found = hex::encode(sha.finalize());
        ensure!(found == name, "it was changed where it lies: its bytes give {found}");
        let place = self.place(name);
        tokio::fs::create_dir_all(place.parent().unwrap_or(&self.folder)).await?;
        tokio::fs::rename(temporary, &place).await?;
        Ok(())
    }

    /// Writes a few bytes beside the blobs, to see that it can be done. They are always the same, and no blob.
    pub async fn write_probe(&self) -> anyhow::Result<()> {
        self.store.put(&self.probe(), PutPayload::from_static(PROBE)).await.context("writing a probe")?;
        Ok(())
    }

    /// Reads what `write_probe` wrote; says no where it is not there, or other bytes are.
    pub async fn read_probe(&self) -> anyhow::Result<bool> {
        match self.store.get(&self.probe()).await {
            Ok(found) => Ok(found.bytes().await.context("reading a probe")?[..] == *PROBE),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(fault) => Err(fault).context("reading a probe"),
        }
    }

    /// A blob of this name is there.
    pub async fn has(&self, name: &str) -> anyhow::Result<bool> {
        match self.store.head(&self.key(name)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(fault) => Err(fault).with_context(|| format!("looking for the kept file {name}")),
        }
    }

    /// Names of some blobs, so many at the most, of those that begin with these two hexadecimal digits and are no longer than so many
    /// bytes.
    pub async fn sample(&self, begin: u8, most: usize, bytes_max: u64) -> anyhow::Result<Vec<String>> {
        let below: Key = self.root.parts().chain(Key::from(format!("{begin:02x}")).parts()).collect();
        let (mut names, mut listed) = (Vec::new(), self.store.list(Some(&below)));
        while names.len() < most
            && let Some(found) = listed.try_next().await.context("listing kept files")?
        {
            let name = found.location.filename().filter(|name| is_name(name) && found.size <= bytes_max);
            names.extend(name.map(str::to_owned));
        }
        Ok(names)
    }

    fn probe(&self) -> Key {
        self.root.parts().chain(Key::from("probe/readable").parts()).collect()
    }

    /// Copies every blob into a folder, each checked against its name; returns how many.
    pub(crate) async fn copy_all(&self, to: &Path) -> anyhow::Result<u64> {
        if self.is_folder {
            return copy_checked(&self.folder, to);
        }
        let target = Blobs { folder: to.to_owned(), ..self.clone() };
        let mut copied = 0;
        let mut names = self.store.list(Some(&self.root));
        while let Some(found) = names.try_next().await? {
            if let Some(name) = found.location.filename().filter(|name| is_name(name)) {
                target.file(name).await?;
                copied += 1;
            }
        }
        Ok(copied)
    }

    /// Takes every blob of a folder, each checked against its name.
    pub(crate) async fn take_all(&self, from: &Path) -> anyhow::Result<u64> {
        let copied = copy_checked(from, &self.folder)?;
        if !self.is_folder {
            for name in names(from)? {
                self.send(&name).await.with_context(|| format!("sending the file {name} to the object store"))?;
            }
        }
        Ok(copied)
    }

    /// Where a blob lies, or its copy would.
    fn place(&self, name: &str) -> PathBuf {
        self.folder.join(key(name).as_ref())
    }

    fn key(&self, name: &str) -> Key {
        self.root.parts().chain(key(name).parts()).collect()
    }
}

/// Whether a text is a digest, as names of blobs are.
pub(crate) fn is_name(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The object store at an address, and where in it files lie; nobody is asked.
fn opened(address: &str, settings: impl IntoIterator<Item = (String, String)>) -> anyhow::Result<(Arc<dyn ObjectStore>, Key)> {
    let url = Url::parse(address).with_context(|| format!("'{address}' is no address of an object store, such as s3://bucket/blobs"))?;
    let settings = settings.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
    bounded::open(&url, settings).with_context(|| format!("opening the object store at {url}"))
}

/// Files below a folder that are named by a digest.
fn paths(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| is_name(&name.to_string_lossy())) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// Names of the blobs of a folder.
pub(crate) fn names(folder: &Path) -> anyhow::Result<Vec<String>> {
    Ok(paths(folder)?.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned()).collect())
}

/// Where a blob lies below the root.
fn key(name: &str) -> Key {
    Key::from(format!("{}/{name}", name.get(..2).unwrap_or(name)))
}
