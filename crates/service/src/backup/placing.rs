//! Putting what was restored into the folder of a service as the last of all, and taking it back where that did not end.

use super::{
    beside::Beside,
    draft::{self, CONTENT},
};
use crate::secret;
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    path::Path,
};

/// Where files wait in a draft until they are placed.
pub(super) const STAGED: &str = "folder";
/// Folder of a service's kept files.
pub(super) const BLOBS: &str = "blobs";
/// What is placed, written before anything is.
const LIST: &str = "placing.json";

#[derive(Default, Serialize, Deserialize)]
struct Placing {
    /// Files that were not there before.
    files: Vec<Beside>,
    /// Whether the folder of kept files goes with them.
    has_blobs: bool,
}

/// Puts files from a draft into the folder of a service. Those that are there already are the same, and stay.
pub(super) fn place(content: &Path, folder: &Path, list: &[Beside], has_blobs: bool) -> anyhow::Result<()> {
    let files: Vec<Beside> = list.iter().filter(|file| !folder.join(&file.path).exists()).cloned().collect();
    let placing = Placing { files, has_blobs };
    let partial = content.join(format!("{LIST}.partial"));
    fs::write(&partial, serde_json::to_vec(&placing)?).with_context(|| format!("writing {}", partial.display()))?;
    File::open(&partial)?.sync_all()?;
    fs::rename(&partial, content.join(LIST))?;
    for file in &placing.files {
        let to = folder.join(&file.path);
        if let Some(above) = to.parent() {
            fs::create_dir_all(above).with_context(|| format!("making {}", above.display()))?;
        }
        rename(&content.join(STAGED).join(&file.path), &to)?;
    }
    Ok(())
}

/// Moves something to its place within one disk.
pub(super) fn rename(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::rename(from, to).with_context(|| format!("making {}", to.display()))
}

/// Takes back what was placed from a draft, for a service that holds nothing yet; says what.
pub(super) fn undo(content: &Path, folder: &Path) -> anyhow::Result<Vec<String>> {
    // Where there is no list nothing was placed.
    let Ok(text) = fs::read(content.join(LIST)) else { return Ok(vec![]) };
    let placing: Placing = serde_json::from_slice(&text).with_context(|| format!("reading {}", content.join(LIST).display()))?;
    let mut gone = Vec::new();
    for Beside { path, sha256 } in placing.files {
        let place = folder.join(&path);
        if fs::read(&place).is_ok_and(|bytes| secret::digest(&bytes) == sha256) {
            fs::remove_file(&place).with_context(|| format!("removing {}", place.display()))?;
            // One that holds other files stays.
            let _ = place.parent().filter(|above| *above != folder).map(fs::remove_dir);
            gone.push(path);
        }
    }
    let blobs = folder.join(BLOBS);
    if placing.has_blobs && !content.join(BLOBS).exists() && blobs.is_dir() {
        fs::remove_dir_all(&blobs).with_context(|| format!("removing {}", blobs.display()))?;
        gone.push(BLOBS.to_owned());
    }
    Ok(gone)
}

/// Removes what restores that were killed left in a folder, for a service that holds nothing yet; says what.
pub(super) fn take_back(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut gone = Vec::new();
    for left in draft::left_by_restores(folder)? {
        gone.extend(undo(&left.join(CONTENT), folder)?);
        fs::remove_dir_all(&left).with_context(|| format!("removing {}", left.display()))?;
        gone.extend(left.file_name().map(|name| name.to_string_lossy().into_owned()));
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_placed_of_a_killed_restore_is_taken_back_and_what_was_there_before_or_changed_since_is_not() {
        let (folder, content) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let (folder, content) = (folder.path(), content.path());
        let own = "secrets.key";
        fs::write(folder.join(own), "key").expect("written");
        let beside = |path: &str, text: &str| Beside { path: path.to_owned(), sha256: secret::digest(text) };
        let list = [beside(own, "key"), beside("evidence/a.jsonl", "line"), beside("revoked/b.pem", "list")];
        for (path, text) in [(own, "key"), ("evidence/a.jsonl", "line"), ("revoked/b.pem", "list")] {
            let staged = content.join(STAGED).join(path);
            fs::create_dir_all(staged.parent().expect("a folder")).expect("made");
            fs::write(staged, text).expect("written");
        }
        assert_eq!(undo(content, folder).expect("nothing was placed"), Vec::<String>::new());
        place(content, folder, &list, false).expect("placed");
        assert_eq!(fs::read_to_string(folder.join("evidence/a.jsonl")).expect("placed"), "line");
        fs::write(folder.join("revoked/b.pem"), "a list of somebody").expect("written");
        assert_eq!(undo(content, folder).expect("taken back"), ["evidence/a.jsonl"]);
        assert!(!folder.join("evidence").exists());
        assert!(folder.join(own).is_file() && folder.join("revoked/b.pem").is_file());
    }
}
