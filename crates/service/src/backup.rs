//! A backup of everything that a service needs to go on: the database with its files, and what lies beside them in its folder; encrypted,
//! where there is a passphrase.

mod beside;
mod draft;
mod placing;
mod restore;
mod sealed;

pub use draft::{clear, clear_with_restores};
pub use restore::{Restored, restore, restore_database, restore_folder};

use anyhow::{Context, ensure};
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

/// Folder of the database within a backup.
const DATABASE: &str = "database";

/// The folder in which something is to lie.
fn above(path: &Path) -> PathBuf {
    path.parent().filter(|above| !above.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_owned)
}
