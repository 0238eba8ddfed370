//! Scores by position: sorted positions, and beside each the values of its three other bases in two bytes each. A position with
//! REVEL takes ten bytes, so that a scored substitution takes three and a third. Insertions and deletions are kept by allele.

use super::{
    alleles::{self, Alleles},
    container::{Container, Writer},
};
use crate::{
    FileError, FileResult,
    scores::{self, Scored},
};
use genome::{Build, Reference, Score, Variant};
use std::{collections::BTreeMap, ops::Range, path::Path};

/// Index of one score of an open pack.
#[derive(Clone)]
pub struct Scores {
    score: Score,
    /// First row of each contig, and one past the last.
    contigs: Vec<u32>,
    positions: Range<usize>,
    values: Range<usize>,
    others: Alleles,
}

/// Values a row.
fn values_of(score: Score) -> usize {
    if score.is_per_position() { 1 } else { 3 }
}

/// Stored values begin at 1; 0 says that there is none.
fn coded(score: Score, value: f32) -> u16 {
    let (low, step) = score.scale();
    ((value - low) / step).round().clamp(0.0, f32::from(u16::MAX - 1)) as u16 + 1
}

fn decoded(score: Score, code: u16) -> Option<f32> {
    let (low, step) = score.scale();
    (code > 0).then(|| low + f32::from(code - 1) * step)
}

/// Which of the three other bases the alternate is; 0 for a score of the position.
fn slot(score: Score, variant: &Variant) -> Option<usize> {
    let base = |text: &str| b"ACGT".iter().position(|b| [*b] == text.as_bytes());
    let (reference, alternate) = (base(&variant.reference)?, base(&variant.alternate)?);
    Some(if score.is_per_position() { 0 } else { alternate - usize::from(alternate > reference) })
}

impl Scores {
    /// Finds a score's sections; nothing if the pack does not have it.
    pub(super) fn open(container: &Container, score: Score) -> FileResult<Option<Scores>> {
        let name = |part: &str| format!("score-{score}-{part}");
        let Some(contigs) = container.section(&name("contigs")) else { return Ok(None) };
        let contigs: Vec<u32> = contigs.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect();
        let range = |part: &str| container.range(&name(part)).unwrap_or(0..0);
        let others = Alleles::open(container, &name("others"), 2)?;
        let read = Scores { score, contigs, positions: range("positions"), values: range("values"), others };
        let rows = read.positions.len() / 4;
        let whole = read.contigs.is_sorted() && read.contigs.last().copied().unwrap_or(0) as usize == rows;
        if !whole || read.positions.len() != rows * 4 || read.values.len() != rows * 2 * values_of(score) {
            return Err(FileError::whole(container.path(), format!("its {score} index does not read")));
        }
        Ok(Some(read))
    }

    /// Which score this is.
    pub fn score(&self) -> Score {
        self.score
    }

    /// Positions and other alleles with a value.
    pub fn count(&self) -> usize {
        self.positions.len() / 4 + self.others.count()
    }

    /// The value of a normalised variant.
    pub(super) fn find(&self, container: &Container, variant: &Variant) -> Option<f32> {
        let Some(slot) = slot(self.score, variant) else {
            let value = self.others.find(container, variant)?;
            return decoded(self.score, u16::from_le_bytes([value[0], value[1]]));
        };
        let contig = usize::from(variant.contig.number());
        let (mut low, mut high) = (*self.contigs.get(contig)? as usize, *self.contigs.get(contig + 1)? as usize);
        let positions = container.slice(self.positions.clone());
        while low < high {
            let middle = low.midpoint(high);
            let position = u32::from_le_bytes(positions[middle * 4..middle * 4 + 4].try_into().ok()?);
            match position.cmp(&variant.position.get()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    let from = (middle * values_of(self.score) + slot) * 2;
                    let value = container.slice(self.values.clone()).get(from..from + 2)?;
                    return decoded(self.score, u16::from_le_bytes([value[0], value[1]]));
                }
            }
        }
        None
    }
}

/// Writes the values of one score from its files.
pub(super) fn write(writer: &mut Writer, score: Score, files: &[&Path], build: Build, genome: &dyn Reference) -> FileResult<()> {
    let mut rows: Vec<(u8, u32, [u16; 3])> = Vec::new();
    let mut others: BTreeMap<Variant, f32> = BTreeMap::new();
    for file in files {
        scores::read(file, score, build, |scored| match scored {
            Scored::Place(contig, position, value) => rows.push((contig.number(), position, [coded(score, value), 0, 0])),
            Scored::Allele(variant, value) => {
                if let Some(slot) = slot(score, &variant) {
                    let mut values = [0; 3];
                    values[slot] = coded(score, value);
                    rows.push((variant.contig.number(), variant.position.get(), values));
                } else {
                    let highest = others.entry(variant.normalise(genome)).or_insert(value);
                    *highest = highest.max(value);
                }
            }
        })?;
    }
    rows.sort_unstable();
    rows.dedup_by(|next, kept| {
        let same = (next.0, next.1) == (kept.0, kept.1);
        if same {
            kept.2.iter_mut().zip(next.2).for_each(|(value, other)| *value = (*value).max(other));
        }
        same
    });
    let mut contigs = Vec::new();
    for number in 0..=26u8 {
        contigs.extend((rows.partition_point(|row| row.0 < number) as u32).to_le_bytes());
    }
    let positions: Vec<u8> = rows.iter().flat_map(|row| row.1.to_le_bytes()).collect();
    let values: Vec<u8> = rows.iter().flat_map(|row| row.2[..values_of(score)].iter().flat_map(|v| v.to_le_bytes())).collect();
    writer.section(&format!("score-{score}-contigs"), &contigs)?;
    writer.section(&format!("score-{score}-positions"), &positions)?;
    writer.section(&format!("score-{score}-values"), &values)?;
    let others = others.into_iter().map(|(variant, value)| (variant, coded(score, value).to_le_bytes())).collect();
    alleles::write(writer, &format!("score-{score}-others"), others)
}
