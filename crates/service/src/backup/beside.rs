//! What lies in a service's folder beside its database and that no journal holds.

use crate::{evidence, people::trace, secret};
use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folder of such files within a backup.
pub(super) const FOLDER: &str = "folder";
/// Their list.
pub(super) const LIST: &str = "folder.json";
/// What a restored service needs.
const NEEDED: [&str; 5] = [trace::EXTRACT, "authorities", "revoked", "library", evidence::FOLDER];
/// What opens or signs.
const KEYS: [&str; 3] = ["secrets.key", "evidence.key", "tokens"];

/// A file, by its path below the folder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Beside {
    pub path: String,
    pub sha256: String,
}

/// Copies what there is of it.
pub(super) fn copy(folder: &Path, to: &Path, with_keys: bool) -> anyhow::Result<Vec<Beside>> {
    let mut files = Vec::new();
    for name in NEEDED.iter().chain(KEYS.iter().filter(|_| with_keys)) {
        found(&folder.join(name), &mut files)?;
    }
    files.sort();
    files.iter().map(|file| copy_one(folder, file, to)).collect()
}

/// Every file at or below a path; what is not there is none.
fn found(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path).with_context(|| format!("reading {}", path.display()))? {
            found(&entry?.path(), files)?;
        }
    } else if path.is_file() && !path.ends_with(evidence::mark::FILE) {
        files.push(path.to_owned());
    }
    Ok(())
}

fn copy_one(folder: &Path, file: &Path, to: &Path) -> anyhow::Result<Beside> {
    let path = file.strip_prefix(folder).context("a file of the folder")?;
    let (path, bytes) = (path.to_string_lossy().into_owned(), fs::read(file).with_context(|| format!("reading {}", file.display()))?);
    write(&to.join(&path), &bytes)?;
    Ok(Beside { path, sha256: secret::digest(&bytes) })
}

fn write(place: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if let Some(above) = place.parent() {
        fs::create_dir_all(above).with_context(|| format!("making {}", above.display()))?;
    }
    fs::write(place, bytes).with_context(|| format!("writing {}", place.display()))
}

/// The list in an open backup.
pub(super) fn list(from: &Path) -> anyhow::Result<Vec<Beside>> {
    let remedy =
        || format!("{LIST} of the backup, the list of its files, is missing or was changed: copy the backup again, or restore another");
    let text = fs::read(from.join(LIST)).with_context(remedy)?;
    serde_json::from_slice(&text).with_context(remedy)
}

/// Refuses files that are missing, were changed, or would be written over others; nothing is written.
pub(super) fn check(list: &[Beside], from: &Path, folder: &Path) -> anyhow::Result<()> {
    for file in list {
        let is_below = Path::new(&file.path).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        ensure!(is_below, "the backup names a file outside the folder: {}", file.path);
        let bytes = fs::read(from.join(&file.path)).with_context(|| format!("the backup lacks {}", file.path))?;
        ensure!(secret::digest(&bytes) == file.sha256, "{} was changed after the backup was made", file.path);
        let there = folder.join(&file.path);
        ensure!(
            !there.exists() || fs::read(&there)? == bytes,
            "{} is there already and is another file; a backup is restored into an empty folder",
            there.display()
        );
    }
    Ok(())
}

/// Copies them into a folder, from which they are put into that of a service.
pub(super) fn take(list: &[Beside], from: &Path, folder: &Path) -> anyhow::Result<()> {
    for file in list {
        let place = folder.join(&file.path);
        write(&place, &fs::read(from.join(&file.path))?)?;
        #[cfg(unix)]
        if KEYS.iter().any(|key| file.path.starts_with(key)) {
            let own = <fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o600);
            fs::set_permissions(&place, own).with_context(|| format!("closing {} to others", place.display()))?;
        }
    }
    Ok(())
}
