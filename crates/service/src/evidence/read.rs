//! Reading what was signed, by all programs, at all places.

use super::{
    head::{Acceptance, Body, Head, Stretch},
    kept::{self, Found, Sought},
    key,
    mark::Mark,
};
use crate::{fault::ForLog, secret};
use anyhow::{Context, ensure};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{BufRead, BufReader, Seek, SeekFrom},
    path::{Path, PathBuf},
};
use store::{Link, Store, backup::Reach};
use uuid::Uuid;

/// The furthest that was signed.
#[derive(Default)]
pub(super) struct Signed {
    /// Lines that were read, each once.
    pub heads: usize,
    /// Those whose loss of the database was accepted.
    pub accepted: usize,
    /// Stretches of the journal by their last events, and when each was signed.
    pub journal: BTreeMap<u64, Vec<(Stretch, Timestamp)>>,
    /// Number and hash of the last line of each chain of the audit, and when it was signed.
    pub chains: BTreeMap<Uuid, (u64, String, Timestamp)>,
    /// Bytes that were read of each file.
    pub files: BTreeMap<PathBuf, u64>,
    /// When the last head was signed that the store of files has.
    pub kept: Option<Timestamp>,
}

/// Reads lines, of whichever place.
struct Reader {
    keys: Vec<String>,
    /// Up to when ends are out of force.
    accepted: Option<Timestamp>,
    signed: Signed,
    /// Digests of lines that were read.
    lines: BTreeSet<String>,
    /// Where a line names the one that was signed before it.
    previous: Vec<(String, String)>,
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

/// Everything that was signed, at some places and in the store of files. A line that does not count is an error, since somebody wrote it,
/// and so is one that is missing before another.
pub(super) async fn everything(store: &Store, places: &[PathBuf]) -> anyhow::Result<Signed> {
    let found = kept::find(store, Sought::All).await?;
    let mut reader = Reader::new(places, &found)?;
    reader.files(places)?;
    reader.heads(&found)?;
    reader.check_previous()?;
    Ok(reader.signed)
}

/// What was signed since all of it was last compared, and the furthest end of what was signed before. A store of files that does not
/// answer keeps no service from its start: what lies at the places is compared, and the rest with the next start.
pub(super) async fn ends(store: &Store, places: &[PathBuf]) -> anyhow::Result<Signed> {
    let mark = Mark::read(places).unwrap_or_default();
    let found = match kept::find(store, Sought::Newest(mark.kept)).await {
        Ok(found) => found,
        Err(fault) => {
            tracing::error!("signed ends in the store of files could not be compared: {}", fault.for_log());
            Found::default()
        }
    };
    let mut reader = Reader::new(places, &found)?;
    reader.go_on_from(mark);
    reader.files(places)?;
    reader.heads(&found)?;
    Ok(reader.signed)
}

/// The furthest stretch of the journal that was signed at some places.
pub(super) fn last_stretch(places: &[PathBuf]) -> anyhow::Result<Option<Stretch>> {
    let mut reader = Reader::new(places, &Found::default())?;
    reader.go_on_from(Mark::read(places).unwrap_or_default());
    reader.files(places)?;
    let last = reader.signed.journal.pop_last();
    Ok(last.and_then(|(_, stretches)| stretches.into_iter().next()).map(|(stretch, _)| stretch))
}

/// How far a journal and an audit are to reach by what was signed at one place, such as that in a backup.
pub(crate) fn reach(place: &Path) -> anyhow::Result<Reach> {
    let places = [place.to_owned()];
    let mut reader = Reader::new(&places, &Found::default())?;
    reader.files(&places)?;
    let Signed { journal, chains, .. } = reader.signed;
    let hashes = |(position, stretches): (u64, Vec<(Stretch, Timestamp)>)| stretches.into_iter().map(move |(s, _)| (position, s.hash));
    Ok(Reach {
        events: journal.into_iter().flat_map(hashes).collect(),
        links: chains.into_iter().map(|(chain, (number, hash, _))| Link { chain, number, hash }).collect(),
    })
}

impl Reader {
    fn new(places: &[PathBuf], found: &Found) -> anyhow::Result<Reader> {
        let mut keys = found.keys.clone();
        for place in places {
            keys.extend(key::published(place)?);
        }
        let mut accepted = None;
        for (name, line) in &found.acceptances {
            let Acceptance { accepted: until } = Head::read::<Acceptance>(line, &keys).with_context(|| format!("reading {name}"))?;
            accepted = accepted.max(Some(until));
        }
        Ok(Reader { keys, accepted, signed: Signed::default(), lines: BTreeSet::new(), previous: vec![] })
    }

    /// Takes what was compared before for read.
    fn go_on_from(&mut self, mark: Mark) {
        let accepted = self.accepted;
        let is_in_force = |at: Timestamp| accepted.is_none_or(|accepted| at > accepted);
        self.signed.files = mark.files;
        self.signed.kept = mark.kept;
        for (stretch, at) in mark.journal.into_iter().filter(|(_, at)| is_in_force(*at)) {
            self.signed.journal.entry(stretch.position).or_default().push((stretch, at));
        }
        for (chain, number, hash, at) in mark.chains.into_iter().filter(|(.., at)| is_in_force(*at)) {
            self.signed.chains.insert(chain, (number, hash, at));
        }
    }

    /// What is new in the files of some places.
    fn files(&mut self, places: &[PathBuf]) -> anyhow::Result<()> {
        for place in places.iter().filter(|place| place.is_dir()) {
            let files = files(place)?;
            // A server that has begun meanwhile wrote its key before its file.
            self.keys.extend(key::published(place)?);
            for file in files {
                self.file(&file).with_context(|| format!("reading {}", file.display()))?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> anyhow::Result<()> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        // One that is shorter than it was is read from its beginning.
        let begin = self.signed.files.get(path).copied().filter(|bytes| *bytes <= length).unwrap_or_default();
        let (mut reader, mut line, mut reached) = (BufReader::new(file), String::new(), begin);
        reader.seek(SeekFrom::Start(begin))?;
        let place = path.display().to_string();
        for number in 1_usize.. {
            line.clear();
            let bytes = reader.read_line(&mut line)?;
            if bytes == 0 {
                break;
            }
            let is_whole = line.ends_with('\n');
            match self.line(line.trim_end_matches('\n'), &place) {
                Ok(()) => {}
                // A program that was ended in the middle of its last line, or that writes it now.
                Err(_) if !is_whole => break,
                Err(fault) if begin == 0 => return Err(fault.context(format!("line {number}"))),
                Err(fault) => return Err(fault.context(format!("line {number} after the first {begin} bytes"))),
            }
            if is_whole {
                reached += bytes as u64;
            }
        }
        self.signed.files.insert(path.to_owned(), reached);
        Ok(())
    }

    /// Heads of the store of files.
    fn heads(&mut self, found: &Found) -> anyhow::Result<()> {
        for (name, text) in &found.heads {
            self.line(text, name).with_context(|| format!("reading {name} in the store of files"))?;
        }
        self.signed.kept = self.signed.kept.max(found.last);
        Ok(())
    }

    /// One line of a place; the same at another place counts once.
    fn line(&mut self, line: &str, place: &str) -> anyhow::Result<()> {
        let digest = secret::digest(line);
        if self.lines.contains(&digest) {
            return Ok(());
        }
        let body: Body = Head::read(line, &self.keys)?;
        self.lines.insert(digest);
        if self.accepted.is_some_and(|accepted| body.at <= accepted) {
            self.signed.accepted += 1;
            return Ok(());
        }
        if !body.previous.is_empty() {
            self.previous.push((place.to_owned(), body.previous.clone()));
        }
        self.signed.add(body);
        Ok(())
    }

    /// That no line is missing before another of the same program. One that went to some places alone, since another failed, is there.
    fn check_previous(&self) -> anyhow::Result<()> {
        for (place, previous) in &self.previous {
            ensure!(
                self.lines.contains(previous),
                "{place}: a signed end is at no place any more, and the one after it names it: signed ends were removed. Keep all places \
                 as they are for whoever looks into it. If what is missing is known and accepted, say so with: gms admin accept-loss --reason"
            );
        }
        Ok(())
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::key::Signing;

    #[test]
    fn a_server_that_begins_while_another_reads_keeps_it_from_nothing() {
        let [place, folder] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        let places = [place.path().to_owned()];
        let mut reader = Reader::new(&places, &Found::default()).expect("read");
        let key = Signing::of_folder(folder.path()).expect("a key");
        key.publish(place.path()).expect("written");
        let body = Body { at: Timestamp::UNIX_EPOCH, previous: String::new(), journal: None, chains: vec![] };
        let line = Head::sign(&key, &body).expect("signed").line().expect("written");
        fs::write(place.path().join("other.jsonl"), format!("{line}\n")).expect("written");
        reader.files(&places).expect("its key is there");
        assert_eq!(reader.signed.heads, 1);
        fs::write(place.path().join("stranger.jsonl"), format!("{}\n", line.replace(&key.public(), &"0".repeat(64)))).expect("written");
        assert!(reader.files(&places).is_err(), "a key that nobody published");
    }
}
