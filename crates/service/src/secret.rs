//! Secrets. Those by which others show who they are are kept as their digests alone; those that have to be sent along to others are
//! kept sealed in the database, so that every server on it can send, with a key that lies in each server's folder.

mod forget;
mod key;
mod taken_in;

pub use forget::{forget, remedy};

pub(crate) use key::{random_text, write_once};
pub(crate) use taken_in::{of_system, take_in};

use crate::Service;
use anyhow::{Context, ensure};
use key::Key;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use store::secret::Sealed;

/// The SHA-256 of a secret or a document, in hexadecimal.
pub fn digest(content: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(content.as_ref()))
}

/// Where the key of a folder lies, or would.
pub(crate) fn key_file(folder: &Path) -> PathBuf {
    key::file(folder)
}

/// What names the key of a folder, if there is one.
pub(crate) fn key_name(folder: &Path) -> anyhow::Result<Option<String>> {
    Ok(Key::read(folder)?.map(|key| key.id))
}

/// A secret as it is kept under a name.
pub(crate) async fn seal(service: &Service, name: &str, secret: &str) -> anyhow::Result<Sealed> {
    let sealing = service.store.sealing_key().await?;
    let key = match Key::read(&service.folder)? {
        Some(key) => key,
        // A key of its own would make this server the only one that can send what it seals.
        None if sealing.is_some() => return Err(missing(service, sealing.as_deref())),
        None => Key::make(&service.folder)?,
    };
    ensure!(sealing.as_ref().is_none_or(|id| *id == key.id), other(service, sealing.as_deref(), &key.id));
    key.seal(name, secret)
}

/// The secret of a name, if there is one.
pub(crate) async fn kept(service: &Service, name: &str) -> anyhow::Result<Option<String>> {
    taken_in::take_in_one(service, name).await?;
    let Some(sealed) = service.store.sealed(name).await? else { return Ok(None) };
    let key = Key::read(&service.folder)?.ok_or_else(|| missing(service, Some(&sealed.key_id)))?;
    ensure!(key.id == sealed.key_id, other(service, Some(&sealed.key_id), &key.id));
    key.open(&sealed).with_context(|| format!("opening the secret {name}")).map(Some)
}

fn missing(service: &Service, sealing: Option<&str>) -> anyhow::Error {
    let sealing = sealing.unwrap_or_default();
    anyhow::anyhow!(
        "{} is not there, and secrets in the database are sealed with the key {sealing}: copy it from the server that made it, or from where it was kept",
        key::file(&service.folder).display()
    )
}

fn other(service: &Service, sealing: Option<&str>, key: &str) -> String {
    let sealing = sealing.unwrap_or_default();
    format!(
        "{} is the key {key}, and secrets in the database are sealed with the key {sealing}: give each server the same file",
        key::file(&service.folder).display()
    )
}
