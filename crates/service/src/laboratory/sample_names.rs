//! Names of samples in files as they were delivered: kept in memory while a file stays as it is, so that a page does not open every file
//! each time that somebody looks. What is registered is read from the file itself.

use std::{
    collections::HashMap,
    fs::{self, Metadata},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
    time::SystemTime,
};

/// Files of which the names are kept.
const FILES_MAX: usize = 5_000;
/// Characters of the names of one file, beyond which they are read each time.
const CHARACTERS_MAX: usize = 20_000;

/// By what it is seen that a file is still the same: its size, when it was written, and on Unix which file it is and when anything of it
/// was changed, which no copying sets back.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Stamp {
    bytes: u64,
    written: SystemTime,
    changed: (u64, i64, i64),
}

/// What is kept.
#[derive(Default)]
pub(crate) struct SampleNames(Mutex<HashMap<PathBuf, (Stamp, Vec<String>)>>);

impl SampleNames {
    /// The names in a file; read where it was not read before or is not what it was. A fault is found anew each time.
    pub(super) fn of_file(&self, path: &Path, read: impl FnOnce(&Path) -> Result<Vec<String>, String>) -> Result<Vec<String>, String> {
        let before = stamp(path);
        if let Some(before) = &before
            && let Some((stamp, names)) = self.kept().get(path)
            && stamp == before
        {
            return Ok(names.clone());
        }
        let names = read(path)?;
        // What was written to while it was read may be either.
        if let Some(before) = before.filter(|before| stamp(path).as_ref() == Some(before)) {
            self.keep(path, before, &names);
        }
        Ok(names)
    }

    fn keep(&self, path: &Path, stamp: Stamp, names: &[String]) {
        if names.iter().map(String::len).sum::<usize>() > CHARACTERS_MAX {
            return;
        }
        let mut kept = self.kept();
        if kept.len() >= FILES_MAX {
            kept.clear();
        }
        kept.insert(path.to_owned(), (stamp, names.to_vec()));
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<PathBuf, (Stamp, Vec<String>)>> {
        self.0.lock().expect("nobody panics with the lock held")
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    Some(Stamp { bytes: metadata.len(), written: metadata.modified().ok()?, changed: changed(&metadata) })
}

#[cfg(unix)]
fn changed(metadata: &Metadata) -> (u64, i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> (u64, i64, i64) {
    (0, 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_file_is_opened_again_only_when_it_is_not_what_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, kept, opened) = (folder.path().join("a.bam"), SampleNames::default(), Cell::new(0));
        let look = || {
            kept.of_file(&path, |path| {
                opened.set(opened.get() + 1);
                fs::read_to_string(path).map(|text| vec![text]).map_err(|fault| fault.to_string())
            })
        };
        fs::write(&path, "one").expect("written");
        assert_eq!([look(), look()], [Ok(vec!["one".to_owned()]), Ok(vec!["one".to_owned()])]);
        assert_eq!(opened.get(), 1);
        // Another file of the same size in its place.
        fs::write(folder.path().join("b"), "two").expect("written");
        fs::rename(folder.path().join("b"), &path).expect("in its place");
        assert_eq!((look(), opened.get()), (Ok(vec!["two".to_owned()]), 2));
        fs::remove_file(&path).expect("removed");
        assert!(look().is_err() && look().is_err());
        assert_eq!(opened.get(), 4, "a fault is no answer for later");
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let (kept, now) = (SampleNames::default(), SystemTime::UNIX_EPOCH);
        let stamp = Stamp { bytes: 1, written: now, changed: (0, 0, 0) };
        for number in 0..=FILES_MAX {
            kept.keep(Path::new(&number.to_string()), stamp.clone(), &["S1".to_owned()]);
        }
        assert!(kept.kept().len() <= FILES_MAX);
        kept.keep(Path::new("long"), stamp, &["S".repeat(CHARACTERS_MAX + 1)]);
        assert!(!kept.kept().contains_key(Path::new("long")));
    }
}
