//! Reference bases, two bits each, with the stretches they belong to and the gaps in them.

use super::{
    Stretch,
    container::{Container, Writer},
};
use crate::{FileError, FileResult, fasta};
use genome::Contig;
use std::{ops::Range, path::Path};

#[derive(Clone, Copy)]
struct Region {
    contig: Contig,
    start: u32,
    end: u32,
    first_base: u64,
}

/// Index of the bases of an open pack.
#[derive(Clone)]
pub struct Bases {
    regions: Vec<Region>,
    /// First and last base of each stretch of unknown bases, counted over all regions.
    gaps: Vec<(u64, u64)>,
    range: Range<usize>,
}

const LETTERS: [u8; 4] = *b"ACGT";

impl Bases {
    /// Reads the index.
    pub(super) fn open(container: &Container) -> FileResult<Bases> {
        let broken = || FileError::whole(container.path(), "its sequence index does not read");
        let mut regions = Vec::new();
        for row in container.section("bases-index").unwrap_or_default().chunks_exact(17) {
            regions.push(Region {
                contig: Contig::from_number(row[0]).ok_or_else(broken)?,
                start: u32::from_le_bytes(row[1..5].try_into().map_err(|_| broken())?),
                end: u32::from_le_bytes(row[5..9].try_into().map_err(|_| broken())?),
                first_base: u64::from_le_bytes(row[9..17].try_into().map_err(|_| broken())?),
            });
        }
        let mut gaps = Vec::new();
        for row in container.section("bases-gaps").unwrap_or_default().chunks_exact(16) {
            let word = |place: usize| row[place..place + 8].try_into().map(u64::from_le_bytes).map_err(|_| broken());
            gaps.push((word(0)?, word(8)?));
        }
        let range = container.range("bases").unwrap_or(0..0);
        let last = |r: &Region| r.first_base.checked_add(u64::from(r.end.checked_sub(r.start)?) + 1);
        let ends: Option<Vec<u64>> = regions.iter().map(last).collect();
        let last = ends.ok_or_else(broken)?.into_iter().max().unwrap_or(0);
        if last.div_ceil(4) > range.len() as u64 {
            return Err(broken());
        }
        Ok(Bases { regions, gaps, range })
    }

    /// Stretches of sequence that the section holds, in genome order.
    pub(super) fn stretches(&self) -> Vec<Stretch> {
        self.regions.iter().map(|r| (r.contig, r.start, r.end)).collect()
    }

    /// Bases `start..=end` if one stretch holds them all and none is unknown.
    pub(super) fn get(&self, container: &Container, contig: Contig, start: u32, end: u32) -> Option<Vec<u8>> {
        if start == 0 || end < start {
            return None;
        }
        let after = self.regions.partition_point(|r| (r.contig, r.start) <= (contig, start));
        let holds = |r: &&Region| r.contig == contig && r.start <= start && r.end >= end;
        let region = self.regions[after.saturating_sub(8)..after].iter().rev().find(holds)?;
        let from = region.first_base + u64::from(start - region.start);
        let to = from + u64::from(end - start);
        let gap = self.gaps.partition_point(|g| g.1 < from);
        if self.gaps.get(gap).is_some_and(|g| g.0 <= to) {
            return None;
        }
        let packed = container.slice(self.range.clone());
        Some((from..=to).map(|place| LETTERS[usize::from(packed[(place / 4) as usize] >> (place % 4 * 2) & 3)]).collect())
    }
}

/// Collects bases from FASTA files.
#[derive(Default)]
pub(super) struct Collector {
    regions: Vec<(Contig, u32, u32, u64)>,
    packed: Vec<u8>,
    count: u64,
    gaps: Vec<(u64, u64)>,
}

impl Collector {
    /// Adds every entry of a FASTA file.
    pub(super) fn add(&mut self, path: &Path) -> FileResult<()> {
        let mut last = None;
        fasta::stream(path, |entry, bases| {
            if last != Some(entry) {
                last = Some(entry);
                self.regions.push((entry.contig, entry.start, entry.start, self.count));
            }
            self.push(bases);
            if let Some(region) = self.regions.last_mut() {
                region.2 = region.1 + (self.count - region.3) as u32 - 1;
            }
            Ok(())
        })
    }

    fn push(&mut self, bases: &[u8]) {
        for &base in bases {
            let code = LETTERS.iter().position(|l| *l == base);
            if code.is_none() {
                match self.gaps.last_mut() {
                    Some(gap) if gap.1 + 1 == self.count => gap.1 = self.count,
                    _ => self.gaps.push((self.count, self.count)),
                }
            }
            if self.count.is_multiple_of(4) {
                self.packed.push(0);
            }
            if let Some(byte) = self.packed.last_mut() {
                *byte |= (code.unwrap_or(0) as u8) << (self.count % 4 * 2);
            }
            self.count += 1;
        }
    }

    /// Writes the three sections.
    /// Stretches laid out so far.
    pub(super) fn stretches(&self) -> Vec<Stretch> {
        self.regions.iter().map(|r| (r.0, r.1, r.2)).collect()
    }

    pub(super) fn write(mut self, writer: &mut Writer) -> FileResult<()> {
        self.regions.retain(|r| r.2 >= r.1);
        self.regions.sort_unstable();
        let mut index = Vec::with_capacity(self.regions.len() * 17);
        for (contig, start, end, first) in &self.regions {
            index.push(contig.number());
            index.extend(start.to_le_bytes());
            index.extend(end.to_le_bytes());
            index.extend(first.to_le_bytes());
        }
        let gaps: Vec<u8> = self.gaps.iter().flat_map(|g| [g.0.to_le_bytes(), g.1.to_le_bytes()].concat()).collect();
        writer.section("bases-index", &index)?;
        writer.section("bases-gaps", &gaps)?;
        writer.section("bases", &self.packed)
    }
}
