//! A backup of everything that a service needs to go on: the database with its files, and what lies beside them in its folder; encrypted,
//! where there is a passphrase.

mod beside;
mod draft;
mod placing;
mod restore;
mod sealed;

pub use draft::{clear, clear_with_restores};
pub use restore::{Restored, restore, restore_database, restore_folder};

use crate::evidence::{self, Depth};
use anyhow::{Context, bail, ensure};
use draft::Draft;
use std::{
    fs,
    path::{Path, PathBuf},
};
use store::{
    Store, Watch,
    backup::{Faults, Manifest},
};

/// What a backup is made of.
#[derive(Clone, Copy)]
pub struct Wish<'w> {
    /// Folder of the service.
    pub folder: &'w Path,
    /// Keys of the folder, too.
    pub with_keys: bool,
    /// With which it is encrypted.
    pub passphrase: Option<&'w str>,
    /// Where signed ends are kept beside those of the folder.
    pub evidence: Option<&'w Path>,
    /// What is done about a journal that does not hold, or that lacks what was signed.
    pub faults: Faults,
}

/// Writes a backup, also while the service is served; says what it holds, and how many files of the folder. Nothing stands under its name
/// until it is whole. A journal or an audit that does not hold, or that lacks what was signed, is no backup, and refused.
pub async fn write(store: &Store, wish: &Wish<'_>, to: &Path) -> anyhow::Result<(Manifest, usize)> {
    write_watched(store, wish, to, &mut |_| {}).await
}

/// The same, and says how far it has come with what is verified.
pub async fn write_watched(store: &Store, wish: &Wish<'_>, to: &Path, watch: Watch<'_>) -> anyhow::Result<(Manifest, usize)> {
    ensure!(!to.exists(), "{} is there already; a backup is never written over another", to.display());
    ensure!(
        !is_within(to, wish.folder),
        "--to {}: that lies in the folder of the service itself, and would be lost with it: give a folder elsewhere, best on another disk",
        to.display()
    );
    let known = lacks(store, wish).await?;
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
    let manifest = store.backup_watched(&open.join(DATABASE), wish.faults, known, watch).await?;
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

/// What was signed and is not in the database: refused, or known when the backup is made all the same.
async fn lacks(store: &Store, wish: &Wish<'_>) -> anyhow::Result<Vec<String>> {
    match (evidence::compare(store, &evidence::places(wish.folder, wish.evidence), Depth::Everything).await, wish.faults) {
        (Ok(_), _) => Ok(vec![]),
        (Err(fault), Faults::Noted) => Ok(vec![format!("{fault:#}")]),
        (Err(fault), Faults::Refused) => bail!(
            "nothing was backed up: {fault:#}. Keep earlier backups: this one would be none. To keep what is there for an inquiry, \
             back it up with --although-broken"
        ),
    }
}

/// Whether something lies, or would, in a folder.
fn is_within(path: &Path, folder: &Path) -> bool {
    let (Ok(path), Ok(folder)) = (std::path::absolute(path), folder.canonicalize()) else { return false };
    let there = path.ancestors().find_map(|part| part.canonicalize().ok());
    there.is_some_and(|there| there.starts_with(&folder))
}

/// The folder in which something is to lie.
fn above(path: &Path) -> PathBuf {
    path.parent().filter(|above| !above.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_owned)
}
