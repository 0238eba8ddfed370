//! Deletions and duplications with their frequency, found by reciprocal overlap.

use super::container::{Container, Writer};
use crate::{
    FileError, FileResult,
    structural::{self, Known},
};
use genome::{Frequency, Structure, Variant};
use std::{ops::Range, path::Path};

/// Index of the known extents of an open pack.
#[derive(Clone)]
pub(super) struct Extents {
    contigs: Vec<u32>,
    rows: Range<usize>,
}

/// Bytes of a row: start, end with the kind in its top bit, frequency.
const ROW: usize = 12;
const GAIN: u32 = 1 << 31;
const SECTION: &str = "extents";

/// Two extents are taken for the same variant when each covers this share of the other. Source: AnnotSV (Geoffroy 2018,
/// Bioinformatics 34:3572), its default.
const RECIPROCAL_OVERLAP_MIN: f64 = 0.7;

impl Extents {
    pub(super) fn open(container: &Container) -> FileResult<Extents> {
        let contigs = container.section(&format!("{SECTION}-contigs")).unwrap_or_default();
        let contigs: Vec<u32> = contigs.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect();
        let rows = container.range(&format!("{SECTION}-rows")).unwrap_or(0..0);
        let count = contigs.last().copied().unwrap_or(0) as usize;
        if !contigs.is_sorted() || rows.len() != count * ROW {
            return Err(FileError::whole(container.path(), "its index of structural variants does not read"));
        }
        Ok(Extents { contigs, rows })
    }

    pub(super) fn count(&self) -> usize {
        self.rows.len() / ROW
    }

    /// The highest frequency of a known variant of the same kind and much the same extent.
    pub(super) fn find(&self, container: &Container, variant: &Variant, structure: Structure) -> Option<Frequency> {
        let (gain, end) = match structure {
            Structure::Deletion { end } => (false, end),
            Structure::Duplication { end } => (true, end),
            _ => return None,
        };
        let start = variant.position.get() + 1;
        let length = f64::from(end.checked_sub(start)? + 1);
        let contig = usize::from(variant.contig.number());
        let (first, last) = (*self.contigs.get(contig)? as usize, *self.contigs.get(contig + 1)? as usize);
        let rows = container.slice(self.rows.clone());
        let word = |row: usize, index: usize| u32::from_le_bytes(std::array::from_fn(|b| rows[row * ROW + index + b]));
        // One that overlaps enough begins no further away than its own greatest length allows.
        let reach = (length / RECIPROCAL_OVERLAP_MIN - length) as u32 + 1;
        let (mut low, mut high) = (first, last);
        while low < high {
            let middle = low.midpoint(high);
            if word(middle, 0) < start.saturating_sub(reach) { low = middle + 1 } else { high = middle }
        }
        let mut highest: Option<f32> = None;
        for row in low..last {
            let (known_start, known_end) = (word(row, 0), word(row, 4));
            if known_start > end {
                break;
            }
            let shared = f64::from((end.min(known_end & !GAIN) + 1).saturating_sub(start.max(known_start)));
            let longest = length.max(f64::from((known_end & !GAIN) + 1 - known_start));
            if (known_end & GAIN != 0) == gain && shared >= longest * RECIPROCAL_OVERLAP_MIN {
                let frequency = f32::from_le_bytes(std::array::from_fn(|b| rows[row * ROW + 8 + b]));
                highest = Some(highest.map_or(frequency, |h: f32| h.max(frequency)));
            }
        }
        highest.map(|overall| Frequency { overall, highest_group: overall, homozygotes: 0, alleles_examined: 0 })
    }
}

/// Writes the known extents of files that overlap one of the stretches; all of them where no stretch is given.
pub(super) fn write(writer: &mut Writer, files: &[impl AsRef<Path>], within: &[super::Stretch]) -> FileResult<()> {
    let mut rows: Vec<Known> = Vec::new();
    let within_sequence = |known: &Known| {
        within.is_empty() || within.iter().any(|(contig, start, end)| *contig == known.contig && *start <= known.end && *end >= known.start)
    };
    for file in files {
        structural::frequencies(file.as_ref(), |known| rows.extend(Some(known).filter(within_sequence)))?;
    }
    rows.sort_by(|a, b| {
        (a.contig, a.start, a.end, a.gain).cmp(&(b.contig, b.start, b.end, b.gain)).then(a.frequency.total_cmp(&b.frequency))
    });
    let contigs: Vec<u8> =
        (0..=26u8).flat_map(|number| (rows.partition_point(|row| row.contig.number() < number) as u32).to_le_bytes()).collect();
    let bytes: Vec<u8> = rows
        .iter()
        .flat_map(|row| [row.start.to_le_bytes(), (row.end | if row.gain { GAIN } else { 0 }).to_le_bytes(), row.frequency.to_le_bytes()])
        .flatten()
        .collect();
    writer.section(&format!("{SECTION}-contigs"), &contigs)?;
    writer.section(&format!("{SECTION}-rows"), &bytes)
}
