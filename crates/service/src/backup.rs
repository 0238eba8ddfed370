//! A backup of everything that a service needs to go on: the database with its files, and what lies beside them in its folder; encrypted,
//! where there is a passphrase.

mod beside;
mod draft;
mod sealed;

pub use draft::clear;

use anyhow::{Context, bail, ensure};
use draft::Draft;
use std::{
    fs,
    path::{Path, PathBuf},
};
use store::{Store, backup::Manifest};

/// What a backup is made of.
#[derive(Clone, Copy)]
pub struct Wish<'w> {
    /// Folder of the service.
    pub folder: &'w Path,
    /// Keys of the folder, too.
    pub with_keys: bool,
    /// With which it is encrypted.
    pub passphrase: Option<&'w str>,
}

/// Writes a backup, also while the service is served; says what it holds, and how many files of the folder. Nothing stands under its name
/// until it is whole.
pub async fn write(store: &Store, wish: &Wish<'_>, to: &Path) -> anyhow::Result<(Manifest, usize)> {
    ensure!(!to.exists(), "{} is there already; a backup is never written over another", to.display());
    let above = above(to);
    for folder in [wish.folder, above.as_path()] {
        clear(folder)?;
    }
    // What is not encrypted yet lies in the folder of the service alone, never beside the backup.
    let draft = Draft::new(if wish.passphrase.is_some() { wish.folder } else { above.as_path() })?;
    let open = draft.content();
    // Signed ends first: the rows that follow reach at least as far.
    let beside = beside::copy(wish.folder, &open.join(beside::FOLDER), wish.with_keys)?;
    fs::write(open.join(beside::LIST), serde_json::to_vec_pretty(&beside)?)?;
    let manifest = store.backup(&open.join(DATABASE)).await?;
    match wish.passphrase {
        None => fs::rename(&open, to).with_context(|| format!("making {}", to.display()))?,
        Some(passphrase) => {
            let partial = Draft::new(&above)?;
            sealed::seal_folder(&open, &partial.content(), passphrase)?;
            fs::rename(partial.content(), to).with_context(|| format!("making {}", to.display()))?;
        }
    }
    Ok((manifest, beside.len()))
}

/// Restores a backup into an empty service; says what it held, and which files of the folder were restored.
#[crate::boxed]
pub async fn restore(store: &Store, folder: &Path, from: &Path, passphrase: Option<&str>) -> anyhow::Result<(Manifest, Vec<String>)> {
    match (sealed::is_sealed(from), passphrase) {
        (true, None) => bail!("{} is encrypted: give its passphrase with --passphrase-file", from.display()),
        (true, Some(passphrase)) => {
            clear(folder)?;
            let opened = Draft::new(folder)?;
            sealed::open_folder(from, &opened.content(), passphrase)?;
            restore_open(store, folder, &opened.content()).await
        }
        (false, _) => restore_open(store, folder, from).await,
    }
}

async fn restore_open(store: &Store, folder: &Path, from: &Path) -> anyhow::Result<(Manifest, Vec<String>)> {
    // Backups of an earlier program hold the database alone.
    if !from.join(DATABASE).is_dir() {
        return Ok((store.restore(from).await?, vec![]));
    }
    let list = fs::read(from.join(beside::LIST)).with_context(|| format!("reading {} of the backup", beside::LIST))?;
    let list: Vec<beside::Beside> = serde_json::from_slice(&list)?;
    beside::check(&list, &from.join(beside::FOLDER), folder)?;
    let manifest = store.restore(&from.join(DATABASE)).await?;
    beside::take(&list, &from.join(beside::FOLDER), folder)?;
    Ok((manifest, list.into_iter().map(|file| file.path).collect()))
}

/// Folder of the database within a backup.
const DATABASE: &str = "database";

/// The folder in which something is to lie.
fn above(path: &Path) -> PathBuf {
    path.parent().filter(|above| !above.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_owned)
}
