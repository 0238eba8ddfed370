//! What `gms-query run` reads from its input and writes to its output: one JSON document each.

use crate::{
    Library, Release,
    lookup::{CarrierSets, GeneVariant},
};
use anyhow::{Context, ensure};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// What is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Version of the program that asks; a program of another one does not answer.
    pub version: String,
    /// Address of the library.
    pub library: String,
    /// Name of the release.
    pub release: String,
    /// What to do.
    pub task: Task,
}

/// What to do with a release.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Task {
    /// Run a query in SQL over tables that hold nobody but those in the scope.
    Sql {
        /// Numbers of the people who may be counted.
        scope: Vec<u32>,
        /// Tables that came in.
        inputs: Vec<Input>,
        /// The project that asks: pseudonyms are its own.
        project: String,
        /// What may be shown: groups, where nothing else is said.
        #[serde(default)]
        shown: Shown,
        /// The query.
        sql: String,
    },
    /// Find who carries what a question is about, on several machines.
    Carriers {
        /// In the cohort language, with approved symbols.
        question: String,
        /// Where the scheduler of the machines listens.
        scheduler: SocketAddr,
    },
}

/// What a query may show.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// Numbers of groups of enough people, rounded.
    #[default]
    Groups,
    /// Rows of people too: at a desk that the site names.
    Rows,
}

/// A table that came in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// CSV with a header.
    pub csv: String,
}

/// What is answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// What a query in SQL gave.
    Rows(Rows),
    /// Who carries each variant of each gene.
    Carriers(Vec<CarrierRow>),
    /// It is not what may be asked, or is not understood: in words.
    Refused(String),
    /// A fault: in words for the log.
    Fault(String),
}

/// What a query in SQL gave.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rows {
    /// The rows as a table of text.
    pub table: String,
    /// Rows shown.
    pub rows: usize,
    /// There are more.
    pub cut: bool,
}

/// Who carries a variant: sets of people in the portable format of Roaring, as hexadecimal digits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CarrierRow {
    gene: String,
    contig: u8,
    position: u32,
    reference: String,
    alternate: String,
    one: String,
    two: String,
}

/// Bytes of rows as text at most: what is larger is not looked at by a person.
pub const TABLE_BYTES_MAX: usize = 16 << 20;

impl Request {
    /// A task on a release of a library, from this version.
    pub fn new(library: &Library, release: &Release, task: Task) -> Request {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Request { version, library: library.address().to_owned(), release: release.name.clone(), task }
    }

    /// Refuses what another version asks.
    pub fn check_version(&self) -> anyhow::Result<()> {
        let own = env!("CARGO_PKG_VERSION");
        ensure!(self.version == own, "gms is of version {} and gms-query of version {own}: build both of the same", self.version);
        Ok(())
    }
}

impl Task {
    /// Bytes of a reply at most.
    pub(crate) fn reply_bytes_max(&self) -> u64 {
        match self {
            // A character of a table may be written as several.
            Task::Sql { .. } => 8 * TABLE_BYTES_MAX as u64,
            Task::Carriers { .. } => 1 << 30,
        }
    }
}

/// Carriers as they are sent.
pub fn carrier_rows(carriers: &CarrierSets) -> anyhow::Result<Vec<CarrierRow>> {
    let set = |people: &RoaringBitmap| {
        let mut bytes = Vec::with_capacity(people.serialized_size());
        people.serialize_into(&mut bytes)?;
        Ok::<_, anyhow::Error>(hex::encode(bytes))
    };
    let row = |(variant, [one, two]): (&GeneVariant, &[RoaringBitmap; 2])| {
        let GeneVariant { gene, contig, position, reference, alternate } = variant.clone();
        Ok(CarrierRow { gene, contig, position, reference, alternate, one: set(one)?, two: set(two)? })
    };
    carriers.iter().map(row).collect()
}

/// Carriers as they were sent.
pub(crate) fn carrier_sets(rows: Vec<CarrierRow>) -> anyhow::Result<CarrierSets> {
    let set = |digits: &str| {
        let bytes = hex::decode(digits).context("a set of people is no hexadecimal digits")?;
        RoaringBitmap::deserialize_from(&bytes[..]).context("a set of people does not read")
    };
    let carriers = |row: CarrierRow| {
        let sets = [set(&row.one)?, set(&row.two)?];
        let CarrierRow { gene, contig, position, reference, alternate, .. } = row;
        Ok((GeneVariant { gene, contig, position, reference, alternate }, sets))
    };
    rows.into_iter().map(carriers).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carriers_are_read_as_they_were_sent() {
        let variant =
            |gene: &str| GeneVariant { gene: gene.into(), contig: 2, position: 1000, reference: "A".into(), alternate: "T".into() };
        let sets = |from: u32| [(from..from + 70_000).collect(), RoaringBitmap::from([3, 5])];
        let carriers: CarrierSets = [(variant("SCN1A"), sets(1)), (variant(""), sets(9))].into();
        let sent = serde_json::to_string(&Reply::Carriers(carrier_rows(&carriers).expect("written"))).expect("JSON");
        let Reply::Carriers(rows) = serde_json::from_str(&sent).expect("a reply") else { panic!("{sent}") };
        assert_eq!(carrier_sets(rows).expect("read"), carriers);
    }
}
