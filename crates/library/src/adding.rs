//! People being added to the library, some of their rows at a time.

use crate::{
    block::Writer,
    files::{BIN, Library},
    heavy::on_own_thread,
    manifest::{File, Manifest, Run},
    row::{self, Call, Gap, PersonNo, Row},
};
use std::{collections::BTreeSet, mem, sync::Arc};

/// Rows that are written as one file: a genome is never held whole, and small files of many people are few.
const ROWS_AT_ONCE: usize = 250_000;

impl Library {
    /// Adds people's calls. The same calls again are the same file, and nothing is added.
    pub async fn add(&self, calls: &[Call]) -> anyhow::Result<()> {
        let mut adding = self.adding();
        adding.take(calls.to_vec()).await?;
        adding.finish().await
    }

    /// Begins to add people, some calls at a time: nobody counts before it is finished.
    pub fn adding(&self) -> Adding {
        Adding { library: self.clone(), people: BTreeSet::new(), read: BTreeSet::new(), calls: vec![], gaps: vec![], files: vec![] }
    }
}

/// People who are being added.
pub struct Adding {
    library: Library,
    people: BTreeSet<PersonNo>,
    read: BTreeSet<PersonNo>,
    /// What no file holds yet.
    calls: Vec<Call>,
    gaps: Vec<Gap>,
    files: Vec<File>,
}

impl Adding {
    /// Says that somebody is among them, whatever they carry.
    pub fn person(&mut self, person: PersonNo) {
        self.people.insert(person);
    }

    /// Takes some of their calls.
    pub async fn take(&mut self, calls: Vec<Call>) -> anyhow::Result<()> {
        self.people.extend(calls.iter().map(|c| c.person));
        self.calls.extend(calls);
        self.write(ROWS_AT_ONCE).await
    }

    /// Says that it is known of somebody where they were read: wherever no gap is.
    pub fn read(&mut self, person: PersonNo) {
        self.people.insert(person);
        self.read.insert(person);
    }

    /// Takes some of the gaps of people who were read.
    pub async fn gaps(&mut self, gaps: Vec<Gap>) -> anyhow::Result<()> {
        self.gaps.extend(gaps);
        self.write(ROWS_AT_ONCE).await
    }

    /// Takes others who are being added to the same library: they will be one run.
    pub async fn join(&mut self, other: Adding) -> anyhow::Result<()> {
        self.people.extend(other.people);
        self.read.extend(other.read);
        self.calls.extend(other.calls);
        self.gaps.extend(other.gaps);
        self.files.extend(other.files);
        self.write(ROWS_AT_ONCE).await
    }

    /// Writes what waits, where it is so much at least.
    async fn write(&mut self, least: usize) -> anyhow::Result<()> {
        if self.calls.len() >= least {
            let calls = mem::take(&mut self.calls);
            self.keep(false, move || row::rows(&calls)).await?;
        }
        if self.gaps.len() >= least {
            let gaps = mem::take(&mut self.gaps);
            self.keep(true, move || row::gap_rows(&gaps, BIN)).await?;
        }
        Ok(())
    }

    async fn keep(&mut self, gaps: bool, rows: impl FnOnce() -> Vec<Row> + Send + 'static) -> anyhow::Result<()> {
        let library = self.library.clone();
        let kept = on_own_thread(async move {
            let mut writer = Writer::new(gaps)?;
            for row in rows() {
                writer.push(row)?;
            }
            library.keep_file(writer).await
        });
        self.files.extend(kept.await?);
        Ok(())
    }

    /// From now on they count.
    pub async fn finish(mut self) -> anyhow::Result<()> {
        if self.people.is_empty() {
            return Ok(());
        }
        self.write(1).await?;
        self.library.all_there(&self.files.iter().collect::<Vec<_>>()).await?;
        let run = Arc::new(Run::new(self.people.into_iter().collect(), self.read.into_iter().collect(), self.files));
        let put = |manifest: &mut Manifest| {
            manifest.put(&run);
            true
        };
        self.library.change(put).await.map(drop)
    }
}
