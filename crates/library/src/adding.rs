//! People being added to the library, some of their rows at a time.

use crate::{
    block::Writer,
    files::{BIN, Library},
    manifest::{File, Manifest, Run},
    row::{self, Call, Gap, PersonNo, Row},
};
use std::{collections::BTreeSet, sync::Arc};

impl Library {
    /// Adds people's calls. The same calls again are the same file, and nothing is added.
    pub async fn add(&self, calls: &[Call]) -> anyhow::Result<()> {
        let mut adding = self.adding();
        adding.take(calls).await?;
        adding.finish().await
    }

    /// Begins to add people, some calls at a time: nobody counts before it is finished.
    pub fn adding(&self) -> Adding {
        Adding { library: self.clone(), people: BTreeSet::new(), read: BTreeSet::new(), files: vec![] }
    }
}

/// People who are being added.
pub struct Adding {
    library: Library,
    people: BTreeSet<PersonNo>,
    read: BTreeSet<PersonNo>,
    files: Vec<File>,
}

impl Adding {
    /// Takes some of their calls.
    pub async fn take(&mut self, calls: &[Call]) -> anyhow::Result<()> {
        self.people.extend(calls.iter().map(|c| c.person));
        self.write(row::rows(calls), false).await
    }

    /// Says that it is known of somebody where they were read: wherever no gap is.
    pub fn read(&mut self, person: PersonNo) {
        self.people.insert(person);
        self.read.insert(person);
    }

    /// Takes some of the gaps of people who were read.
    pub async fn gaps(&mut self, gaps: &[Gap]) -> anyhow::Result<()> {
        self.write(row::gap_rows(gaps, BIN), true).await
    }

    async fn write(&mut self, rows: Vec<Row>, gaps: bool) -> anyhow::Result<()> {
        let mut writer = Writer::new(gaps)?;
        for row in rows {
            writer.push(row)?;
        }
        self.files.extend(self.library.keep_file(writer).await?);
        Ok(())
    }

    /// From now on they count.
    pub async fn finish(self) -> anyhow::Result<()> {
        if self.people.is_empty() {
            return Ok(());
        }
        self.library.all_there(&self.files.iter().collect::<Vec<_>>()).await?;
        let run = Arc::new(Run::new(self.people.into_iter().collect(), self.read.into_iter().collect(), self.files));
        let put = |manifest: &mut Manifest| {
            manifest.put(&run);
            true
        };
        self.library.change(put).await.map(drop)
    }
}
