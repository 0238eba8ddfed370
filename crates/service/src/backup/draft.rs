//! Folders in which a backup is made, opened or restored: of whoever makes it alone (0700), and gone when that has ended. A program that is
//! killed ends its lock with itself, by which what it left is known and removed.

use crate::secret::random_text;
use anyhow::Context;
use std::{
    fs::{self, DirBuilder, File, TryLockError},
    io::ErrorKind,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

/// How such folders are called: this, 40 hexadecimal digits, and the end.
const BEGIN: &str = "backup-";
/// The same of those in which a backup is restored.
const BEGIN_OF_RESTORES: &str = "restore-";
const END: &str = ".partial";
/// The same until its lock is there.
const UNLOCKED: &str = ".making";
const LOCK: &str = "lock";
pub(super) const CONTENT: &str = "content";
/// Digits of a name.
const DIGITS: usize = 40;

/// A folder that is removed with what is left in it.
pub(super) struct Draft {
    folder: PathBuf,
    _lock: File,
}

impl Draft {
    /// One of this call alone: the number of a program may be the same on two machines, and is in containers.
    pub fn new(within: &Path) -> anyhow::Result<Draft> {
        Draft::named(BEGIN, within)
    }

    /// The same, of a restore into a folder.
    pub fn of_restore(within: &Path) -> anyhow::Result<Draft> {
        Draft::named(BEGIN_OF_RESTORES, within)
    }

    fn named(begin: &str, within: &Path) -> anyhow::Result<Draft> {
        let name = format!("{begin}{}", random_text()?);
        let folder = within.join(format!("{name}{END}"));
        let making = || format!("making {}", folder.display());
        fs::create_dir_all(within).with_context(making)?;
        let unlocked = within.join(format!("{name}{UNLOCKED}"));
        own(&unlocked).with_context(making)?;
        let lock = File::create(unlocked.join(LOCK)).with_context(making)?;
        // Where a disk of other machines knows no locks, nobody can tell that it was left behind, and it is not removed.
        let _ = lock.try_lock();
        own(&unlocked.join(CONTENT)).with_context(making)?;
        fs::rename(&unlocked, &folder).with_context(making)?;
        Ok(Draft { folder, _lock: lock })
    }

    /// Where things lie.
    pub fn content(&self) -> PathBuf {
        self.folder.join(CONTENT)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Err(fault) = fs::remove_dir_all(&self.folder) {
            tracing::error!("removing {}: {fault}", self.folder.display());
        }
    }
}

/// A folder that nobody else enters.
fn own(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().mode(0o700).create(folder)
}

/// Removes what backups that were killed left in a folder; says how many. What somebody works in is left alone.
pub fn clear(within: &Path) -> anyhow::Result<usize> {
    remove(&left(within, BEGIN)?)
}

/// The same, and what restores left, of the folder of a service that is begun: a restore that was killed after that had ended.
pub fn clear_with_restores(within: &Path) -> anyhow::Result<usize> {
    Ok(clear(within)? + remove(&left_by_restores(within)?)?)
}

/// What restores that were killed left in a folder.
pub(super) fn left_by_restores(within: &Path) -> anyhow::Result<Vec<PathBuf>> {
    left(within, BEGIN_OF_RESTORES)
}

fn remove(drafts: &[PathBuf]) -> anyhow::Result<usize> {
    for path in drafts {
        fs::remove_dir_all(path).with_context(|| format!("removing what a backup that was killed left in {}", path.display()))?;
    }
    Ok(drafts.len())
}

/// Drafts of one kind in a folder that nobody works in.
fn left(within: &Path, begin: &str) -> anyhow::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(within) {
        Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(vec![]),
        entries => entries.with_context(|| format!("reading {}", within.display()))?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("reading {}", within.display()))?;
        let is_draft = is_draft(begin, &entry.file_name().to_string_lossy()) && entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_draft && is_left(&entry.path())? {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// Earlier editions wrote what the folder was for behind the digits, and had no lock.
fn is_draft(begin: &str, name: &str) -> bool {
    let Some(middle) = name.strip_prefix(begin).and_then(|rest| rest.strip_suffix(END)) else { return false };
    let digits = middle.split('-').next().unwrap_or_default();
    digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Whether nobody has the lock of a draft any more.
fn is_left(draft: &Path) -> anyhow::Result<bool> {
    match File::options().write(true).open(draft.join(LOCK)) {
        Ok(lock) => Ok(match lock.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => false,
        }),
        Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(true),
        Err(fault) => Err(fault).with_context(|| format!("looking whether {} is still written", draft.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_a_killed_backup_left_is_removed_and_what_another_writes_now_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let draft = Draft::new(folder.path()).expect("a draft");
        fs::write(draft.content().join("rows.jsonl"), "Marcus Oduya").expect("written");
        let digits = "a".repeat(DIGITS);
        let [killed, earlier, other] =
            [format!("backup-{digits}.partial"), format!("backup-{digits}-open.partial"), "backup-2026.partial".to_owned()]
                .map(|name| folder.path().join(name));
        for left in [&killed, &earlier, &other] {
            fs::create_dir_all(left.join(CONTENT)).expect("made");
            fs::write(left.join(CONTENT).join("rows.jsonl"), "Marcus Oduya").expect("written");
        }
        // As a lock that ended with its program.
        File::create(killed.join(LOCK)).expect("a lock");
        assert_eq!(clear(folder.path()).expect("cleared"), 2);
        assert_eq!([&killed, &earlier, &other, &draft.content()].map(|path| path.exists()), [false, false, true, true]);
        assert_eq!(clear(&folder.path().join("none")).expect("nothing there"), 0);
    }

    #[test]
    fn a_draft_is_of_its_maker_alone_and_gone_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let draft = Draft::new(folder.path()).expect("a draft");
        for path in [&draft.folder, &draft.content()] {
            assert_eq!(fs::metadata(path).expect("there").permissions().mode() & 0o777, 0o700, "{}", path.display());
        }
        drop(draft);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }
}
