//! Blobs as files of a folder. None stands under its name before it is whole and on the disk; what could not be written leaves nothing.

use super::{Lasts, key};
use anyhow::{Context, ensure};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// How a file is called until it is whole.
const INCOMING: &str = "incoming-";
/// A file that is not whole after so long is of a program that was killed: two days.
const LEFT_BEHIND: Duration = Duration::from_hours(48);

/// Where a file lies until it is whole.
pub(super) fn incoming(folder: &Path) -> PathBuf {
    folder.join(format!("{INCOMING}{}", uuid::Uuid::now_v7()))
}

/// Keeps bytes under a name.
pub(super) fn keep(bytes: &[u8], name: &str, folder: &Path, lasts: Lasts) -> anyhow::Result<()> {
    make(folder, lasts, |file| {
        file.write_all(bytes)?;
        Ok(name.to_owned())
    })
    .map(drop)
}

/// Keeps a copy of a file; returns its name.
pub(super) fn copy_in(path: &Path, folder: &Path, lasts: Lasts) -> anyhow::Result<String> {
    let mut from = File::open(path).with_context(|| format!("reading {}", path.display()))?;
    make(folder, lasts, |to| {
        let (mut sha, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
        loop {
            let read = from.read(&mut buffer).with_context(|| format!("reading {}", path.display()))?;
            if read == 0 {
                return Ok(hex::encode(sha.finalize()));
            }
            sha.update(&buffer[..read]);
            to.write_all(&buffer[..read])?;
        }
    })
}

/// What the bytes of a file give.
pub(crate) fn digest(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let (mut sha, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex::encode(sha.finalize()));
        }
        sha.update(&buffer[..read]);
    }
}

/// Copies blobs from one folder into another; what is named by no digest is not one.
pub(super) fn copy_checked(from: &Path, to: &Path) -> anyhow::Result<u64> {
    let mut copied = 0;
    for path in super::paths(from)? {
        let kept = copy_in(&path, to, Lasts::AtOnce)?;
        ensure!(path.ends_with(&kept), "{} was changed on disk: its bytes give {kept}", path.display());
        copied += 1;
    }
    Ok(copied)
}

/// Removes what programs that were killed left of files that they were writing.
pub(super) fn clear(folder: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let is_incoming = entry.file_name().to_string_lossy().starts_with(INCOMING);
        let age = entry.metadata().ok().and_then(|about| SystemTime::now().duration_since(about.modified().ok()?).ok());
        if is_incoming && age.is_some_and(|age| age > LEFT_BEHIND) {
            // Another program may have removed it meanwhile.
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}

/// Makes a file and moves it to the name that its making gives.
fn make(folder: &Path, lasts: Lasts, write: impl FnOnce(&mut File) -> anyhow::Result<String>) -> anyhow::Result<String> {
    let temporary = incoming(folder);
    let made = write_and_move(&temporary, folder, lasts, write);
    if made.is_err() {
        // It would lie there for ever; that it cannot be removed is the lesser fault.
        let _ = fs::remove_file(&temporary);
    }
    made
}

fn write_and_move(
    temporary: &Path,
    folder: &Path,
    lasts: Lasts,
    write: impl FnOnce(&mut File) -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    let mut file = File::create(temporary)?;
    let name = write(&mut file)?;
    let place = folder.join(key(&name).as_ref());
    let below = place.parent().unwrap_or(folder);
    let is_new = !below.is_dir();
    fs::create_dir_all(below)?;
    if lasts == Lasts::Soon {
        fs::rename(temporary, &place)?;
        return Ok(name);
    }
    file.sync_all()?;
    fs::rename(temporary, &place)?;
    // Its name is on the disk too: what the journal says of it was committed after that.
    File::open(below)?.sync_all()?;
    if is_new {
        File::open(folder)?.sync_all()?;
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_could_not_be_written_whole_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let full = make(folder.path(), Lasts::AtOnce, |file| {
            file.write_all(b"half")?;
            Err(std::io::Error::from(std::io::ErrorKind::StorageFull).into())
        });
        assert_eq!(crate::Trouble::beneath(&full.expect_err("full")), Some(crate::Trouble::NoRoom));
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
        assert!(copy_in(&folder.path().join("none"), folder.path(), Lasts::AtOnce).is_err());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
        let name = hex::encode(Sha256::digest(b"whole"));
        keep(b"whole", &name, folder.path(), Lasts::AtOnce).expect("room again");
        assert_eq!(fs::read(folder.path().join(&name[..2]).join(&name)).expect("kept"), b"whole");
    }

    #[test]
    fn what_a_killed_program_left_is_removed_and_what_another_writes_now_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let [old, new, other] = ["incoming-1", "incoming-2", "kept"].map(|name| folder.path().join(name));
        for path in [&old, &new, &other] {
            fs::write(path, "x").expect("written");
        }
        let long_ago = SystemTime::now() - Duration::from_hours(72);
        for path in [&old, &other] {
            File::options().write(true).open(path).expect("a file").set_modified(long_ago).expect("dated");
        }
        clear(folder.path()).expect("cleared");
        assert_eq!([&old, &new, &other].map(|path| path.exists()), [false, true, true]);
    }
}
