//! What counts: runs of people with their files, and what became of earlier ones.

use crate::{
    files::hex,
    release::Release,
    row::{PersonNo, Place},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// A file of calls, named by the checksum of its bytes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct File {
    /// Name in the folder of calls: SHA-256 of its bytes, `.parquet`.
    pub name: String,
    /// Bytes.
    pub bytes: u64,
    /// Rows.
    pub rows: u64,
    /// Place of its first row.
    pub(crate) from: Place,
    /// Place of its last.
    pub(crate) to: Place,
}

/// People who lie in the same files, and those files.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Run {
    /// Name: digest of its people and files.
    pub name: String,
    /// Who is in it, rising.
    pub people: Vec<PersonNo>,
    /// Files.
    pub files: Vec<File>,
}

impl Run {
    /// A run of people and files.
    pub(crate) fn of(people: Vec<PersonNo>, files: Vec<File>) -> Run {
        let mut digest = Sha256::new();
        for no in &people {
            digest.update(no.0.to_be_bytes());
        }
        for file in &files {
            digest.update(&file.name);
        }
        Run { name: hex(&digest.finalize()), people, files }
    }
}

/// The runs that count.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// Its number, from 1; 0 before anything was written.
    pub number: u64,
    /// Runs.
    pub runs: Vec<Run>,
    /// Runs of earlier manifests and releases, and the one that holds what is left of them.
    pub replaced: BTreeMap<String, Option<String>>,
}

impl Manifest {
    /// Takes a run in. Names follow from content, so that one that was replaced may come back: then it counts again itself.
    /// So every chain of replacements ends, at a run that counts or at none.
    pub(crate) fn put(&mut self, run: &Run) {
        self.replaced.remove(&run.name);
        if self.runs.iter().all(|held| held.name != run.name) {
            self.runs.push(run.clone());
        }
    }

    /// Takes runs out, each for what is left of it; false, and nothing is done, when one of them was taken out already.
    pub(crate) fn replace_all(&mut self, left: &BTreeMap<String, Option<Run>>) -> bool {
        let all_there = left.keys().all(|name| self.runs.iter().any(|run| run.name == *name));
        if all_there {
            for (name, left) in left {
                self.replace(name, left.as_ref());
            }
        }
        all_there
    }

    fn replace(&mut self, name: &str, left: Option<&Run>) {
        self.runs.retain(|run| run.name != name);
        self.replaced.insert(name.to_owned(), left.map(|run| run.name.clone()));
        if let Some(left) = left {
            self.put(left);
        }
    }

    /// The runs that hold what a release was made of, as far as people have not withdrawn since.
    pub(crate) fn standing(&self, release: &Release) -> Vec<&Run> {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for run in &release.runs {
            let mut name = Some(run.as_str());
            while let Some(next) = name.and_then(|n| self.replaced.get(n)) {
                name = next.as_deref();
            }
            names.extend(name);
        }
        self.runs.iter().filter(|run| names.contains(run.name.as_str())).collect()
    }

    /// Names of every file that counts.
    pub(crate) fn names(&self) -> BTreeSet<&str> {
        self.files().map(|file| file.name.as_str()).collect()
    }

    /// Every file that counts.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.runs.iter().flat_map(|run| &run.files)
    }
}
