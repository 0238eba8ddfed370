//! The order of a file's lines: contigs in one piece, positions never falling, no variant twice.

use super::{Record, check::bare, record::LineError};

/// What a chunk's lines say of their order, kept small so that chunks can be joined.
#[derive(Default)]
pub struct Order<'a> {
    runs: Vec<Run>,
    /// Lines that a later one may overlap, with the end of their reach.
    recent: Vec<Recent<'a>>,
    head: Vec<Owned>,
}

/// Consecutive lines of one contig.
#[derive(Clone, Debug)]
struct Run {
    contig: Vec<u8>,
    first_line: u64,
    first_position: u32,
    last_position: u32,
}

#[derive(Clone, Copy)]
struct Recent<'a> {
    position: u32,
    reference: &'a [u8],
    alternates: &'a [u8],
}

/// A line at a chunk's edge.
#[derive(Clone, Debug)]
struct Owned {
    line: u64,
    position: u32,
    reference: Vec<u8>,
    alternates: Vec<u8>,
}

/// A chunk's order, apart from its text.
pub struct Edges {
    runs: Vec<Run>,
    head: Vec<Owned>,
    tail: Vec<Owned>,
}

/// The order of all chunks so far.
#[derive(Default)]
pub struct Sequence {
    finished: Vec<Vec<u8>>,
    last: Option<Run>,
    tail: Vec<Owned>,
}

/// Bases after a chunk's first line in which a variant of the chunk before can still appear again.
const HEAD_BASES: u32 = 200;

impl<'a> Order<'a> {
    /// Takes in the next line.
    pub fn add(&mut self, record: &Record<'a>, line: u64) -> Result<(), LineError> {
        let contig = bare(record.contig_name);
        let same = self.runs.last().is_some_and(|run| run.contig == contig);
        if same && let Some(run) = self.runs.last_mut() {
            if record.position < run.last_position {
                return Err(falling(record.position, run.last_position));
            }
            run.last_position = record.position;
        } else {
            if self.runs.iter().any(|run| run.contig == contig) {
                return Err(in_pieces(contig));
            }
            let position = record.position;
            self.runs.push(Run { contig: contig.to_vec(), first_line: line, first_position: position, last_position: position });
            self.recent.clear();
        }
        self.recent.retain(|r| r.position as usize + r.reference.len() >= record.position as usize);
        let mine = Recent { position: record.position, reference: record.reference, alternates: record.alternates };
        if let Some(twice) = self.recent.iter().find_map(|r| shared(*r, mine)) {
            return Err(twice);
        }
        let first = self.runs.first().map_or(0, |run| run.first_position);
        if self.runs.len() == 1 && record.position <= first.saturating_add(HEAD_BASES) {
            self.head.push(mine.owned(line));
        }
        self.recent.push(mine);
        Ok(())
    }

    /// Lets go of the text.
    pub fn edges(self) -> Edges {
        Edges { runs: self.runs, head: self.head, tail: self.recent.iter().map(|r| r.owned(0)).collect() }
    }
}

impl Sequence {
    /// Joins the next chunk; the fault's line comes with it.
    pub fn join(&mut self, edges: Edges) -> Result<(), (u64, LineError)> {
        let Edges { mut runs, head, tail } = edges;
        let Some(first) = runs.first() else { return Ok(()) };
        if let Some(last) = self.last.take() {
            if last.contig == first.contig {
                if first.first_position < last.last_position {
                    return Err((first.first_line, falling(first.first_position, last.last_position)));
                }
                for (before, after) in self.tail.iter().flat_map(|b| head.iter().map(move |a| (b, a))) {
                    if let Some(twice) = shared(before.as_recent(), after.as_recent()) {
                        return Err((after.line, twice));
                    }
                }
            } else {
                self.finished.push(last.contig);
            }
        }
        if let Some(again) = runs.iter().find(|run| self.finished.contains(&run.contig)) {
            return Err((again.first_line, in_pieces(&again.contig)));
        }
        self.last = runs.pop();
        self.finished.extend(runs.into_iter().map(|run| run.contig));
        self.tail = tail;
        Ok(())
    }
}

impl Recent<'_> {
    fn owned(self, line: u64) -> Owned {
        Owned { line, position: self.position, reference: self.reference.to_vec(), alternates: self.alternates.to_vec() }
    }

    /// The small changes of a line, without the bases that reference and alternate share.
    fn changes(&self) -> impl Iterator<Item = (usize, &[u8], &[u8])> {
        let bases = |allele: &&[u8]| allele.iter().all(u8::is_ascii_alphabetic);
        self.alternates.split(|b| *b == b',').filter(bases).map(|alternate| {
            let (mut reference, mut alternate) = (self.reference, alternate);
            while let (Some((x, r)), Some((y, a))) = (reference.split_last(), alternate.split_last()) {
                if !x.eq_ignore_ascii_case(y) {
                    break;
                }
                (reference, alternate) = (r, a);
            }
            let shared = reference.iter().zip(alternate).take_while(|(x, y)| x.eq_ignore_ascii_case(y)).count();
            (self.position as usize + shared, &reference[shared..], &alternate[shared..])
        })
    }
}

impl Owned {
    fn as_recent(&self) -> Recent<'_> {
        Recent { position: self.position, reference: &self.reference, alternates: &self.alternates }
    }
}

fn shared(before: Recent, after: Recent) -> Option<LineError> {
    let (place, ..) = after.changes().find(|change| before.changes().any(|earlier| earlier == *change))?;
    Some(("ALT", format!("the same change at position {place} stands on an earlier line (at {}) too", before.position)))
}

fn falling(position: u32, before: u32) -> LineError {
    ("POS", format!("{position} stands after {before}: positions must not fall. Sort the file, with bcftools sort for example"))
}

fn in_pieces(contig: &[u8]) -> LineError {
    (
        "CHROM",
        format!("the lines of {} do not stand together. Sort the file, with bcftools sort for example", String::from_utf8_lossy(contig)),
    )
}
