//! What counts: runs of people with their files, and what became of earlier ones.

use crate::{
    release::Release,
    row::{PersonNo, Place},
};
use anyhow::Context;
use genome::shape::Stretch;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

/// A file of calls, or of gaps between them, named by the checksum of its bytes.
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
    /// Last base of all its rows, on whatever contig.
    pub(crate) reach: u32,
    /// It says who was not read where, instead of who carries what.
    pub(crate) gaps: bool,
    /// Genes of its rows, in order.
    pub(crate) genes: Vec<String>,
}

impl File {
    /// What finds it: the same without its genes, which are many.
    pub(crate) fn bare(&self) -> File {
        File { name: self.name.clone(), genes: vec![], ..*self }
    }

    /// Whether rows of it may begin at a place.
    pub(crate) fn has(&self, place: Place) -> bool {
        (self.from..=self.to).contains(&place)
    }

    /// Whether rows of it may lie over a place.
    pub(crate) fn reaches(&self, place: Place) -> bool {
        reach(self.from, self.to, self.reach, place)
    }

    /// Whether rows of it may lie over a stretch.
    pub(crate) fn overlaps(&self, stretch: Stretch) -> bool {
        overlaps(self.from, self.to, self.reach, stretch)
    }
}

/// Whether rows that begin between two places and end at a base at most may lie over a stretch.
pub(crate) fn overlaps(from: Place, to: Place, end: u32, stretch: Stretch) -> bool {
    let contig = stretch.contig.number();
    from <= (contig, stretch.to) && contig <= to.0 && (contig < to.0 || stretch.from <= end)
}

/// Whether rows that begin between two places and end at a base at most may lie over a place.
pub(crate) fn reach(from: Place, to: Place, end: u32, place: Place) -> bool {
    from <= place && place.0 <= to.0 && (place.0 < to.0 || place.1 <= end)
}

/// People who lie in the same files, and those files. Its description is a file of its own, which is never changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Run {
    /// Name: digest of its people and files.
    pub name: String,
    /// Who is in it, rising.
    pub people: Vec<PersonNo>,
    /// Of them, those of whom it is known where they were read, rising: wherever no gap is.
    pub read: Vec<PersonNo>,
    /// Files.
    pub files: Vec<File>,
    /// What follows from it.
    #[serde(skip)]
    derived: Derived,
}

/// What follows from a run, once a question needs it; no part of what a run is.
#[derive(Clone, Debug, Default)]
struct Derived {
    files_by_gene: OnceLock<BTreeMap<String, Vec<usize>>>,
    files_by_place: OnceLock<Vec<FilePlace>>,
    numbers: OnceLock<RoaringBitmap>,
    read: OnceLock<RoaringBitmap>,
}

impl PartialEq for Derived {
    fn eq(&self, _: &Derived) -> bool {
        true
    }
}

impl Eq for Derived {}

/// Where a file begins, in the order of places, and where it and all files before it end.
#[derive(Clone, Copy, Debug)]
struct FilePlace {
    from: Place,
    reach: Place,
    file: usize,
}

impl Run {
    /// A run of people and files.
    pub(crate) fn new(people: Vec<PersonNo>, read: Vec<PersonNo>, files: Vec<File>) -> Run {
        let mut digest = Sha256::new();
        for list in [&people, &read] {
            digest.update(list.len().to_be_bytes());
            for no in list {
                digest.update(no.0.to_be_bytes());
            }
        }
        for file in &files {
            digest.update(&file.name);
        }
        Run { name: hex::encode(digest.finalize()), people, read, files, derived: Derived::default() }
    }

    /// Files of calls that touch a gene.
    pub(crate) fn files_of_gene(&self, gene: &str) -> impl Iterator<Item = &File> {
        let made = || {
            let mut all: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for (index, file) in self.files.iter().enumerate() {
                for gene in &file.genes {
                    all.entry(gene.clone()).or_default().push(index);
                }
            }
            all
        };
        self.derived.files_by_gene.get_or_init(made).get(gene).into_iter().flatten().map(|index| &self.files[*index])
    }

    /// Files, of calls or of gaps, of which rows may lie between two places or over one of them.
    pub(crate) fn files_over(&self, from: Place, to: Place) -> impl Iterator<Item = &File> {
        let places = self.derived.files_by_place.get_or_init(|| file_places(&self.files));
        let (first, end) = (places.partition_point(|own| own.reach < from), places.partition_point(|own| own.from <= to));
        places[first.min(end)..end].iter().map(|own| &self.files[own.file])
    }

    /// Numbers of everybody in it.
    pub(crate) fn numbers(&self) -> &RoaringBitmap {
        self.derived.numbers.get_or_init(|| self.people.iter().map(|no| no.0).collect())
    }

    /// Numbers of those of whom it is known where they were read.
    pub(crate) fn read_numbers(&self) -> &RoaringBitmap {
        self.derived.read.get_or_init(|| self.read.iter().map(|no| no.0).collect())
    }
}

fn file_places(files: &[File]) -> Vec<FilePlace> {
    let each = |(index, file): (usize, &File)| FilePlace { from: file.from, reach: (file.to.0, file.reach.max(file.to.1)), file: index };
    let mut places: Vec<FilePlace> = files.iter().enumerate().map(each).collect();
    places.sort_by_key(|own| own.from);
    let mut furthest = (0, 0);
    for own in &mut places {
        furthest = furthest.max(own.reach);
        own.reach = furthest;
    }
    places
}

/// The runs that count.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Manifest {
    /// Its number, from 1; 0 before anything was written.
    pub number: u64,
    /// Runs.
    pub runs: Vec<Arc<Run>>,
    /// Runs of earlier manifests that a release may name, and the one that holds what is left of them.
    pub replaced: BTreeMap<String, Option<String>>,
}

/// A manifest as it is stored: runs by their names.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredManifest {
    pub number: u64,
    pub runs: Vec<String>,
    pub replaced: BTreeMap<String, Option<String>>,
}

impl Manifest {
    /// Whether somebody is in a run that counts.
    pub fn holds(&self, person: PersonNo) -> bool {
        self.runs.iter().any(|run| run.people.binary_search(&person).is_ok())
    }

    /// Takes a run in. Names follow from content, so that one that was replaced may come back: then it counts again itself.
    /// So every chain of replacements ends, at a run that counts or at none.
    pub(crate) fn put(&mut self, run: &Arc<Run>) {
        self.replaced.remove(&run.name);
        if self.runs.iter().all(|own| own.name != run.name) {
            self.runs.push(Arc::clone(run));
        }
    }

    /// Takes runs out, each for what is left of it; false, and nothing is done, when one of them was taken out already.
    pub(crate) fn replace_all(&mut self, left: &BTreeMap<String, Option<Arc<Run>>>) -> bool {
        let all_there = left.keys().all(|name| self.runs.iter().any(|run| run.name == *name));
        if all_there {
            for (name, left) in left {
                self.replace(name, left.as_ref());
            }
        }
        all_there
    }

    fn replace(&mut self, name: &str, left: Option<&Arc<Run>>) {
        self.runs.retain(|run| run.name != name);
        self.replaced.insert(name.to_owned(), left.map(|run| run.name.clone()));
        if let Some(left) = left {
            self.put(left);
        }
    }

    /// The runs that hold what a release was made of, as far as people have not withdrawn since.
    pub(crate) fn runs_of(&self, release: &Release) -> anyhow::Result<Vec<&Arc<Run>>> {
        self.runs_named(&release.name, &release.runs)
    }

    /// The same of a release by its name and the names of its runs.
    pub(crate) fn runs_named(&self, release: &str, names: &[String]) -> anyhow::Result<Vec<&Arc<Run>>> {
        let runs: BTreeMap<&str, &Arc<Run>> = self.runs.iter().map(|run| (run.name.as_str(), run)).collect();
        let mut current = BTreeMap::new();
        for name in names {
            // What became of it: itself, what was made of it, or nothing where everybody in it has gone.
            let mut heir = Some(name.as_str());
            while let Some(next) = heir.and_then(|name| self.replaced.get(name)) {
                heir = next.as_deref();
            }
            let Some(heir) = heir else { continue };
            // To go on without it would count fewer people without a word.
            let run = runs.get(heir).with_context(|| {
                format!("the library knows nothing of the run {heir}, which the release {release} is made of. Restore it from a backup")
            })?;
            current.insert(heir, *run);
        }
        Ok(current.into_values().collect())
    }

    /// Forgets what became of runs that no release names, and what they became on the way.
    pub(crate) fn prune(&mut self, releases: &[Arc<Release>]) -> bool {
        let mut reached = BTreeSet::new();
        for name in releases.iter().flat_map(|release| &release.runs) {
            let mut name = Some(name.as_str());
            while let Some((earlier, next)) = name.and_then(|name| self.replaced.get_key_value(name)) {
                reached.insert(earlier.clone());
                name = next.as_deref();
            }
        }
        let before = self.replaced.len();
        self.replaced.retain(|name, _| reached.contains(name));
        self.replaced.len() < before
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
