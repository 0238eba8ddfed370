//! Every fault of a whole VCF, for whoever has to mend it.

use super::{Checker, Chunk, LineError, Sequence, Stream, sequence::Edges};
use crate::{FileError, FileResult};
use std::path::Path;

/// What an inspection found.
pub struct Report {
    /// Data lines read.
    pub records: u64,
    /// All faults met.
    pub fault_count: u64,
    /// The first of them, in file order.
    pub faults: Vec<FileError>,
}

struct Part {
    records: u64,
    faults: Vec<(u64, LineError)>,
    edges: Edges,
}

/// Reads a file to its end and lists its faults, the first `most` in full. A file that cannot be read on has one fault more.
pub fn inspect(path: &Path, most: usize) -> Report {
    let mut report = Report { records: 0, fault_count: 0, faults: Vec::new() };
    if let Err(fault) = read(path, most, &mut report) {
        report.fault_count += 1;
        report.faults.push(fault);
    }
    report
}

fn read(path: &Path, most: usize, report: &mut Report) -> FileResult<()> {
    let mut stream = Stream::open(path)?;
    let (checker, samples) = (Checker::new(stream.header()), stream.header().samples.len());
    let mut sequence = Sequence::default();
    report.add(stream.header().faults.clone(), path, most);
    stream.for_each_chunk(
        |chunk| Ok(part(chunk, &checker, samples)),
        |part| {
            report.records += part.records;
            report.add(part.faults, path, most);
            report.add(sequence.join(part.edges).err(), path, most);
            Ok(())
        },
    )
}

fn part(chunk: &Chunk, checker: &Checker, samples: usize) -> Part {
    let (mut records, mut faults, mut inspection) = (0, Vec::new(), checker.begin());
    for (line, record) in chunk.records(samples) {
        records += 1;
        match record {
            Err(fault) => faults.push((line, fault)),
            Ok(record) => faults
                .extend([inspection.line(&record).err(), inspection.order(&record, line).err()].into_iter().flatten().map(|f| (line, f))),
        }
    }
    let last_line = chunk.first_line + chunk.lines().count().saturating_sub(1) as u64;
    faults.extend(checker.unterminated().filter(|_| chunk.unterminated).map(|fault| (last_line, fault)));
    Part { records, faults, edges: inspection.edges() }
}

impl Report {
    fn add(&mut self, faults: impl IntoIterator<Item = (u64, LineError)>, path: &Path, most: usize) {
        for (line, fault) in faults {
            self.fault_count += 1;
            if self.faults.len() < most {
                self.faults.push(Stream::line_error(path, line, fault));
            }
        }
    }
}
