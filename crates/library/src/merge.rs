//! Files written anew: without people who withdrew, and many small ones as one. Rows stream through: of each file one block is in memory.

use crate::{
    block::{Index, Writer},
    files::{BIN, Library, TRIES},
    heavy::on_own_thread,
    manifest::{File, Run},
    release::Release,
    row::{PersonNo, Place, Row},
};
use anyhow::{Context, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use roaring::RoaringBitmap;
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    sync::Arc,
};

/// People of a run at most: so many are written anew when one of them withdraws.
pub const PEOPLE_MAX: usize = 8_192;
/// Runs of about the same size that are put together: the least people of a size, and how many runs of it may lie side by side.
const SIZES: [(usize, usize); 3] = [(0, 64), (64, 8), (512, 8)];
/// From here on a run is large enough to stay.
const LARGE: usize = 4_096;

/// A file being read in order.
struct Cursor {
    file: File,
    index: Arc<Index>,
    next_group: usize,
    rows: std::vec::IntoIter<Row>,
}

impl Cursor {
    async fn next(&mut self, library: &Library) -> anyhow::Result<Option<Row>> {
        loop {
            if let Some(row) = self.rows.next() {
                return Ok(Some(row));
            }
            if self.next_group == self.index.groups.len() {
                return Ok(None);
            }
            self.rows = library.rows(&self.file, &self.index, self.next_group).await?.into_iter();
            self.next_group += 1;
        }
    }
}

/// The next row of a cursor; the least is the greatest, for a heap.
struct Head(Row, usize);

impl PartialEq for Head {
    fn eq(&self, other: &Head) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Head {}
impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Head) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Head {
    fn cmp(&self, other: &Head) -> Ordering {
        other.0.order(&self.0).then(other.1.cmp(&self.1))
    }
}

/// Files being written, one after another.
struct Out<'l> {
    library: &'l Library,
    /// Of gaps, or of variants.
    gaps: bool,
    writer: Option<(Place, Writer)>,
    files: Vec<File>,
}

impl Out<'_> {
    async fn push(&mut self, row: Row) -> anyhow::Result<()> {
        let bin = (row.place.0, row.place.1 / BIN);
        if self.writer.as_ref().is_some_and(|(open, _)| *open != bin) {
            self.close().await?;
        }
        if self.writer.is_none() {
            self.writer = Some((bin, Writer::new(self.gaps)?));
        }
        if let Some((_, writer)) = &mut self.writer {
            writer.push(row)?;
        }
        Ok(())
    }

    async fn close(&mut self) -> anyhow::Result<()> {
        if let Some((_, writer)) = self.writer.take() {
            self.files.extend(self.library.keep_file(writer).await?);
        }
        Ok(())
    }
}

impl Library {
    /// Takes people out for good: every file that holds one of them is written anew without them, and the old one removed.
    /// Returns the names of the files that were.
    pub async fn purge(&self, people: &[PersonNo]) -> anyhow::Result<Vec<String>> {
        let leaving: RoaringBitmap = people.iter().map(|no| no.0).collect();
        self.purge_left_behind(&leaving).await?;
        for _ in 0..TRIES {
            let manifest = self.manifest().await?;
            let (mut left, mut gone) = (BTreeMap::new(), Vec::new());
            for run in manifest.runs.iter().filter(|run| run.people.iter().any(|p| people.contains(p))) {
                let rewriting: Vec<_> = run.files.iter().map(|file| self.clone().without(file.clone(), leaving.clone())).collect();
                let written: Vec<(File, Option<File>)> =
                    stream::iter(rewriting.into_iter().map(on_own_thread)).buffered(cores()).try_collect().await?;
                let stay = |list: &[PersonNo]| list.iter().copied().filter(|p| !people.contains(p)).collect::<Vec<_>>();
                let files = written.iter().filter_map(|(_, without)| without.clone()).collect();
                gone.extend(written.into_iter().filter(|(file, without)| without.as_ref() != Some(file)).map(|(file, _)| file));
                let rest = Run::new(stay(&run.people), stay(&run.read), files);
                left.insert(run.name.clone(), (!rest.people.is_empty()).then(|| Arc::new(rest)));
            }
            if left.is_empty() {
                return Ok(vec![]);
            }
            // Runs that somebody put together meanwhile are looked at again.
            if self.change(|manifest| manifest.replace_all(&left)).await? {
                self.remove(&gone).await?;
                return Ok(gone.into_iter().map(|file| file.name).collect());
            }
        }
        bail!("the library is being changed by others all the time: try again")
    }

    /// Removes what an earlier purge that was cut off left behind of people: runs that no manifest names any more, with their files.
    async fn purge_left_behind(&self, leaving: &RoaringBitmap) -> anyhow::Result<()> {
        let manifest = self.manifest().await?;
        let named: BTreeSet<String> = manifest.runs.iter().map(|run| format!("{}.json", run.name)).collect();
        for name in self.list("runs").await?.into_iter().filter(|name| !named.contains(name)) {
            let path = format!("runs/{name}");
            let Some(bytes) = self.get(&path).await? else { continue };
            let run: Run = serde_json::from_slice(&bytes).with_context(|| format!("reading {path}"))?;
            if run.people.iter().any(|no| leaving.contains(no.0)) {
                self.remove(&run.files).await?;
                self.delete(&path).await?;
            }
        }
        Ok(())
    }

    /// A file, and it without people: itself, if none of them is in it.
    async fn without(self, file: File, people: RoaringBitmap) -> anyhow::Result<(File, Option<File>)> {
        let index = self.index(&file).await?;
        let (mut writer, mut changed) = (Writer::new(file.gaps)?, false);
        for group in 0..index.groups.len() {
            for mut row in self.rows(&file, &index, group).await? {
                changed |= row.remove(&people);
                // What nobody carries any more would tell that somebody did.
                if row.entries() > 0 {
                    writer.push(row)?;
                }
            }
        }
        let without = if changed { self.keep_file(writer).await? } else { Some(file.clone()) };
        Ok((file, without))
    }

    /// Puts runs of about the same size together, once there are many: each costs a question. Whether any were.
    pub async fn compact(&self) -> anyhow::Result<bool> {
        let mut any = false;
        while let Some(runs) = self.to_put_together().await? {
            let files: Vec<File> = runs.iter().flat_map(|run| run.files.iter().cloned()).collect();
            let together = |list: fn(&Run) -> &Vec<PersonNo>| {
                let mut people: Vec<PersonNo> = runs.iter().flat_map(|run| list(run)).copied().collect();
                people.sort_unstable();
                people.dedup();
                people
            };
            let of_kind = |gaps| files.iter().filter(|file| file.gaps == gaps).cloned().collect();
            let mut written = on_own_thread(self.clone().merged(of_kind(false), false)).await?;
            written.extend(on_own_thread(self.clone().merged(of_kind(true), true)).await?);
            let whole = Arc::new(Run::new(together(|run| &run.people), together(|run| &run.read), written));
            self.all_there(&whole.files.iter().collect::<Vec<_>>()).await?;
            let left = runs.iter().map(|run| (run.name.clone(), Some(whole.clone()))).collect();
            // Who withdrew meanwhile must not come back, nor stay in files that are nobody's.
            if !self.change(|manifest| manifest.replace_all(&left)).await? {
                self.remove(&whole.files).await?;
                return Ok(any);
            }
            self.remove(&files).await?;
            any = true;
        }
        Ok(any)
    }

    async fn to_put_together(&self) -> anyhow::Result<Option<Vec<Arc<Run>>>> {
        let manifest = self.manifest().await?;
        let ends = SIZES.iter().skip(1).map(|(least, _)| *least).chain([LARGE]);
        for ((least, side_by_side), end) in SIZES.into_iter().zip(ends) {
            let alike: Vec<&Arc<Run>> = manifest.runs.iter().filter(|r| (least..end).contains(&r.people.len())).collect();
            if alike.len() < side_by_side {
                continue;
            }
            let mut people = 0;
            let some = alike.into_iter().take_while(|run| {
                people += run.people.len();
                people <= PEOPLE_MAX
            });
            return Ok(Some(some.cloned().collect()));
        }
        Ok(None)
    }

    /// The rows of files, in files of a bin each.
    async fn merged(self, mut waiting: Vec<File>, gaps: bool) -> anyhow::Result<Vec<File>> {
        waiting.sort_by_key(|file| std::cmp::Reverse(file.from));
        let (mut cursors, mut heap) = (Vec::<Cursor>::new(), BinaryHeap::<Head>::new());
        let mut out = Out { library: &self, gaps, writer: None, files: vec![] };
        let mut current: Option<Row> = None;
        loop {
            // A file is opened once its first row may be the next.
            while waiting.last().is_some_and(|file| heap.peek().is_none_or(|head| file.from <= head.0.place)) {
                let Some(file) = waiting.pop() else { break };
                let mut cursor = Cursor { index: self.index(&file).await?, file, next_group: 0, rows: vec![].into_iter() };
                if let Some(row) = cursor.next(&self).await? {
                    heap.push(Head(row, cursors.len()));
                }
                cursors.push(cursor);
            }
            let Some(Head(row, source)) = heap.pop() else { break };
            if let Some(next) = cursors[source].next(&self).await? {
                heap.push(Head(next, source));
            }
            match &mut current {
                Some(last) if last.order(&row).is_eq() => last.join(row),
                _ => {
                    if let Some(done) = current.replace(row) {
                        out.push(done).await?;
                    }
                }
            }
        }
        if let Some(done) = current {
            out.push(done).await?;
        }
        out.close().await?;
        Ok(out.files)
    }

    /// Forgets what became of runs that no release names any more: it would grow with every run that is put together.
    pub async fn prune(&self) -> anyhow::Result<bool> {
        let mut releases: Vec<Arc<Release>> = Vec::new();
        for name in self.releases().await? {
            releases.extend(self.released(&name).await?);
        }
        self.change(|manifest| manifest.prune(&releases)).await
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
