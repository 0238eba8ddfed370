//! A backup of everything that a service needs to go on: the database with its files, and what lies beside them in its folder; encrypted,
//! where there is a passphrase.

mod beside;
mod sealed;

use crate::secret::random_text;
use anyhow::{Context, bail, ensure};
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
    // What is not encrypted yet lies on the disk of the service alone.
    let draft = if wish.passphrase.is_some() { Draft::new(wish.folder, "open")? } else { Draft::new(&above(to), "open")? };
    fs::create_dir_all(&draft.0).with_context(|| format!("making {}", draft.0.display()))?;
    // Signed ends first: the rows that follow reach at least as far.
    let beside = beside::copy(wish.folder, &draft.0.join(beside::FOLDER), wish.with_keys)?;
    fs::write(draft.0.join(beside::LIST), serde_json::to_vec_pretty(&beside)?)?;
    let manifest = store.backup(&draft.0.join(DATABASE)).await?;
    match wish.passphrase {
        None => fs::rename(&draft.0, to).with_context(|| format!("making {}", to.display()))?,
        Some(passphrase) => {
            let partial = Draft::new(&above(to), "sealed")?;
            sealed::seal_folder(&draft.0, &partial.0, passphrase)?;
            fs::rename(&partial.0, to).with_context(|| format!("making {}", to.display()))?;
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
            let opened = Draft::new(folder, "opened")?;
            sealed::open_folder(from, &opened.0, passphrase)?;
            restore_open(store, folder, &opened.0).await
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

/// A folder that is removed with what is left in it.
struct Draft(PathBuf);

impl Draft {
    /// One of this program alone: the number of a program may be the same on two machines, and is in containers.
    fn new(within: &Path, which: &str) -> anyhow::Result<Draft> {
        Ok(Draft(within.join(format!("backup-{}-{which}.partial", random_text()?))))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.0.is_dir()
            && let Err(fault) = fs::remove_dir_all(&self.0)
        {
            tracing::error!("removing {}: {fault}", self.0.display());
        }
    }
}

/// The folder in which something is to lie.
fn above(path: &Path) -> PathBuf {
    path.parent().filter(|above| !above.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_owned)
}
