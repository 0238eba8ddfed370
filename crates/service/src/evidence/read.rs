//! Reading what was signed, by all programs, at all places.

use super::{
    head::{Body, Head, Stretch},
    key,
};
use anyhow::Context;
use jiff::Timestamp;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// The furthest that was signed.
#[derive(Default)]
pub(super) struct Signed {
    /// Lines that were read.
    pub heads: usize,
    /// Stretches of the journal by their last events, and when each was signed.
    pub journal: BTreeMap<u64, Vec<(Stretch, Timestamp)>>,
    /// Number and hash of the last line of each chain of the audit, and when it was signed.
    pub chains: BTreeMap<Uuid, (u64, String, Timestamp)>,
}

/// Files of a place that hold signed ends.
pub(super) fn files(place: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(place).with_context(|| format!("reading {}", place.display()))? {
        let path = entry.with_context(|| format!("reading {}", place.display()))?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Everything that was signed at some places. A line that does not count is an error: somebody wrote it.
pub(super) fn all(places: &[PathBuf]) -> anyhow::Result<Signed> {
    let mut signed = Signed::default();
    let mut keys = Vec::new();
    for place in places {
        keys.extend(key::published(place)?);
    }
    for place in places.iter().filter(|place| place.is_dir()) {
        for file in files(place)? {
            read(&file, &keys, &mut signed).with_context(|| format!("reading {}", file.display()))?;
        }
    }
    Ok(signed)
}

fn read(file: &Path, keys: &[String], signed: &mut Signed) -> anyhow::Result<()> {
    let mut lines = BufReader::new(File::open(file)?).lines().zip(1..).peekable();
    while let Some((line, number)) = lines.next() {
        let line = line?;
        match Head::read(&line, keys) {
            Ok(body) => signed.add(body),
            // A program that was ended in the middle of its last line.
            Err(_) if lines.peek().is_none() && !line.ends_with('}') => {}
            Err(fault) => return Err(fault.context(format!("line {number}"))),
        }
    }
    Ok(())
}

impl Signed {
    fn add(&mut self, body: Body) {
        self.heads += 1;
        if let Some(stretch) = body.journal {
            self.journal.entry(stretch.position).or_default().push((stretch, body.at));
        }
        for (chain, number, hash) in body.chains {
            if self.chains.get(&chain).is_none_or(|(last, ..)| *last <= number) {
                self.chains.insert(chain, (number, hash, body.at));
            }
        }
    }
}
