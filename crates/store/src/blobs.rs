//! Large things by content: a blob is named by the SHA-256 of its bytes, so it can neither change nor be stored twice.

use anyhow::{Context, ensure};
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path as Key};
use sha2::{Digest, Sha256};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The object store.
#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    folder: PathBuf,
}

impl Blobs {
    /// Blobs in a local folder.
    pub fn open(folder: &Path) -> anyhow::Result<Blobs> {
        std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
        Ok(Blobs { store: Arc::new(LocalFileSystem::new_with_prefix(folder)?), folder: folder.to_owned() })
    }

    /// Keeps bytes; returns their name.
    pub async fn put(&self, bytes: Vec<u8>) -> anyhow::Result<String> {
        let name = hex::encode(Sha256::digest(&bytes));
        self.store.put(&key(&name), PutPayload::from(bytes)).await.context("keeping a file")?;
        Ok(name)
    }

    /// Keeps a file without reading it into memory; returns its name.
    pub async fn put_file(&self, path: &Path) -> anyhow::Result<String> {
        let (path, folder) = (path.to_owned(), self.folder.clone());
        tokio::task::spawn_blocking(move || copy_in(&path, &folder)).await?
    }

    /// The bytes of a name, checked.
    pub async fn get(&self, name: &str) -> anyhow::Result<Vec<u8>> {
        let bytes = self.store.get(&key(name)).await.with_context(|| format!("reading the kept file {name}"))?.bytes().await?;
        let found = hex::encode(Sha256::digest(&bytes));
        ensure!(found == name, "the kept file {name} was changed on disk");
        Ok(bytes.into())
    }

    /// Copies every blob into a folder, each checked against its name; returns how many.
    pub(crate) fn copy_all(&self, to: &Path) -> anyhow::Result<u64> {
        copy_checked(&self.folder, to)
    }

    /// Takes every blob of a folder, each checked against its name.
    pub(crate) fn take_all(&self, from: &Path) -> anyhow::Result<u64> {
        copy_checked(from, &self.folder)
    }

    /// Where a blob lies when the store is a local folder, for readers that stream.
    pub fn local_path(&self, name: &str) -> PathBuf {
        self.folder.join(key(name).as_ref())
    }
}

/// Copies blobs from one folder into another; what is named by no digest is not one.
fn copy_checked(from: &Path, to: &Path) -> anyhow::Result<u64> {
    let mut copied = 0;
    let mut folders = vec![from.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.len() != 64 || !name.bytes().all(|b| b.is_ascii_hexdigit()) {
                continue;
            }
            let kept = copy_in(&path, to)?;
            ensure!(kept == name, "{} was changed on disk: its bytes give {kept}", path.display());
            copied += 1;
        }
    }
    Ok(copied)
}

fn copy_in(path: &Path, folder: &Path) -> anyhow::Result<String> {
    use std::io::{Read, Write};
    let temporary = folder.join(format!("incoming-{}", uuid::Uuid::now_v7()));
    let mut from = std::fs::File::open(path).with_context(|| format!("reading {}", path.display()))?;
    let mut to = std::fs::File::create(&temporary)?;
    let (mut sha, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        sha.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
    }
    to.sync_all()?;
    let name = hex::encode(sha.finalize());
    let place = folder.join(key(&name).as_ref());
    std::fs::create_dir_all(place.parent().unwrap_or(folder))?;
    std::fs::rename(&temporary, &place)?;
    Ok(name)
}

fn key(name: &str) -> Key {
    Key::from(format!("{}/{name}", &name[..name.len().min(2)]))
}
