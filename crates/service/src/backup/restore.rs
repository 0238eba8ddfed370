//! Restoring a backup: nothing stands in the folder or the database of a service before all of it was verified.

use super::{
    DATABASE, beside,
    draft::Draft,
    placing::{self, BLOBS, STAGED},
    sealed,
};
use crate::evidence;
use anyhow::{Context, bail, ensure};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};
use store::{
    JOURNAL, Store,
    backup::{Faults, Manifest, Reach},
    blobs::Blobs,
};

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// What the backup held.
    pub manifest: Manifest,
    /// Files of the folder that were restored.
    pub beside: Vec<String>,
    /// What an earlier attempt had left in the folder, which was removed.
    pub left: Vec<String>,
}

/// Restores a backup into a folder that holds no service; its files go into the folder, too, or into a store of their own.
#[crate::boxed]
pub async fn restore_folder(
    folder: &Path,
    blobs: Option<Blobs>,
    from: &Path,
    passphrase: Option<&str>,
    faults: Faults,
) -> anyhow::Result<Restored> {
    let is_made = !folder.exists();
    let restored = into_folder(folder, blobs, (from, passphrase, faults)).await;
    if restored.is_err() && is_made {
        // Where something of it has to stay, so does the folder.
        let _ = fs::remove_dir(folder);
    }
    restored
}

async fn into_folder(folder: &Path, blobs: Option<Blobs>, backup: (&Path, Option<&str>, Faults)) -> anyhow::Result<Restored> {
    let mut left = clear_empty(folder).await?;
    left.extend(placing::take_back(folder)?);
    let draft = Draft::of_restore(folder)?;
    let content = draft.content();
    let has_own_blobs = blobs.is_none() && !folder.join(BLOBS).exists();
    let blobs = match blobs {
        Some(blobs) => blobs,
        None if has_own_blobs => Blobs::open(&content.join(BLOBS))?,
        None => Blobs::open(&folder.join(BLOBS))?,
    };
    let store = Store::as_it_is(&Store::address(&content), blobs).await?;
    let restored = into_store(&store, (&draft, folder, has_own_blobs), backup).await;
    let settled = store.settle().await;
    let placed = restored.and_then(|restored| {
        settled?;
        place_database(&content, folder, has_own_blobs)?;
        Ok(restored)
    });
    match placed {
        Ok((manifest, beside)) => Ok(Restored { manifest, beside, left }),
        Err(fault) => {
            placing::undo(&content, folder)?;
            Err(fault)
        }
    }
}

/// Restores a backup into an empty database and the folder of its service.
#[crate::boxed]
pub async fn restore_database(
    address: &str,
    folder: &Path,
    blobs: Option<Blobs>,
    from: &Path,
    passphrase: Option<&str>,
    faults: Faults,
) -> anyhow::Result<Restored> {
    let there = Store::look_at(address).await?;
    ensure!(there.is_empty, "{} holds events already; a backup is restored into an empty database", there.place);
    let left = placing::take_back(folder)?;
    let blobs = blobs.map_or_else(|| Blobs::open(&folder.join(BLOBS)), Ok)?;
    let store = Store::as_it_is(address, blobs).await?;
    let restored = restore(&store, folder, from, passphrase, faults).await;
    store.close().await;
    let (manifest, beside) = restored?;
    Ok(Restored { manifest, beside, left })
}

/// Restores a backup into an empty store that is open, and the folder of its service; says what it held, and which files of the folder
/// were restored. Rows and files are there together, or neither.
#[crate::boxed]
pub async fn restore(
    store: &Store,
    folder: &Path,
    from: &Path,
    passphrase: Option<&str>,
    faults: Faults,
) -> anyhow::Result<(Manifest, Vec<String>)> {
    let draft = Draft::of_restore(folder)?;
    let restored = into_store(store, (&draft, folder, false), (from, passphrase, faults)).await;
    // Of a commit that failed nobody knows whether the rows are there: where they may be, so are the files.
    if restored.is_err() && store.is_empty().await.unwrap_or(false) {
        placing::undo(&draft.content(), folder)?;
    }
    restored
}

/// Restores by a draft; files of the folder are placed as the last before the rows last.
async fn into_store(
    store: &Store,
    (draft, folder, has_own_blobs): (&Draft, &Path, bool),
    (from, passphrase, faults): (&Path, Option<&str>, Faults),
) -> anyhow::Result<(Manifest, Vec<String>)> {
    let content = draft.content();
    let open = opened(&content, from, passphrase)?;
    let database = open.join(DATABASE);
    // Backups of an earlier program hold the database alone.
    let (list, database) = if database.is_dir() { (beside::list(&open)?, database) } else { (vec![], open.clone()) };
    beside::check(&list, &open.join(beside::FOLDER), folder)?;
    beside::take(&list, &open.join(beside::FOLDER), &content.join(STAGED))?;
    let reach = match faults {
        Faults::Refused => evidence::reach(&open.join(beside::FOLDER).join(evidence::FOLDER))?,
        Faults::Noted => Reach::default(),
    };
    let place = || placing::place(&content, folder, &list, has_own_blobs);
    let manifest = store.restore_with(&database, (faults, &reach), place).await?;
    Ok((manifest, list.into_iter().map(|file| file.path).collect()))
}

/// A backup that can be read: itself, or opened within a draft.
fn opened(content: &Path, from: &Path, passphrase: Option<&str>) -> anyhow::Result<PathBuf> {
    match (sealed::is_sealed(from), passphrase) {
        (true, None) => bail!("{} is encrypted: give its passphrase with --passphrase-file", from.display()),
        (true, Some(passphrase)) => {
            let open = content.join("backup");
            sealed::open_folder(from, &open, passphrase)?;
            Ok(open)
        }
        (false, _) => {
            sealed::check_head(from, &from.join(beside::LIST))?;
            Ok(from.to_owned())
        }
    }
}

/// Puts a database that is whole into the folder of its service: the journal as the last, since a folder with one is served.
fn place_database(content: &Path, folder: &Path, has_own_blobs: bool) -> anyhow::Result<()> {
    let log = content.join(format!("{JOURNAL}-wal"));
    let is_settled = log.metadata().map_or(true, |log| log.len() == 0);
    ensure!(is_settled, "the database was not written whole: {} is left, and nothing was restored", log.display());
    if has_own_blobs {
        placing::rename(&content.join(BLOBS), &folder.join(BLOBS))?;
    }
    placing::rename(&content.join(JOURNAL), &folder.join(JOURNAL))?;
    File::open(folder)?.sync_all().with_context(|| format!("making the change of {} last", folder.display()))
}

/// Removes a journal that holds nothing, as a restore of an earlier edition left it; refuses one that holds anything.
async fn clear_empty(folder: &Path) -> anyhow::Result<Vec<String>> {
    let file = |end: &str| folder.join(format!("{JOURNAL}{end}"));
    if !file("").exists() {
        let log = file("-wal");
        ensure!(!log.exists(), "{} is there without its database: keep it, and restore into another folder", log.display());
        return Ok(vec![]);
    }
    let there = Store::look_at(&Store::address_of_present(folder)).await?;
    ensure!(there.is_empty, "{} holds something already; a backup is restored into an empty folder", there.place);
    let mut gone = Vec::new();
    for path in ["", "-wal", "-shm"].map(file).into_iter().filter(|path| path.exists()) {
        fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
        gone.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
    }
    Ok(gone)
}
