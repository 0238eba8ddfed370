//! Population frequencies: blocks of rows in genome order, each row a few bytes, found by bisection over the blocks.
//!
//! A row is a tag byte (the substitution, or how the alleles are written; a small allele count; whether anybody has two
//! copies), the distance from the row before, the alleles if they are no substitution, what the number of alleles examined
//! lacks to the block's highest, and the highest group as a ratio to the overall frequency. Counts are exact. The highest group
//! of an allele rarer than 0.1 % is kept to 1.3 %, of any other to 0.02 %; what does not fit is kept as it came.

mod detail;
pub(super) mod write;

use super::{Pack, alleles, container::Container};
use crate::{FileError, FileResult};
use genome::{Contig, Frequency, FrequencyDetail, Position, Variant};
use std::ops::Range;

/// Index of the frequencies of an open pack.
#[derive(Clone)]
pub(super) struct Frequencies {
    /// First block of each contig, and one past the last.
    contigs: Vec<u32>,
    index: Range<usize>,
    rows: Range<usize>,
    details: detail::Details,
    count: u64,
}

/// Rows of a block.
const BLOCK_ROWS: usize = 128;
/// Bytes of a block in the index: first position, highest number of alleles examined, offset of its rows.
const INDEX_BYTES: usize = 16;
/// Tag values after the twelve substitutions: alleles written out, and a row kept as it came.
const WRITTEN: u8 = 12;
const RAW: u8 = 13;
/// An allele count in the tag that stands for "written after".
const COUNT_WRITTEN: u8 = 7;
/// Overall frequency below which the highest group is kept as a ratio.
const RARE_BELOW: f32 = 0.001;
/// Steps of the ratio of the highest group to the overall frequency, per doubling, and the code of a ratio of one.
const RATIO_STEPS: f32 = 28.0;
const RATIO_ONE: f32 = 32.0;
/// Steps of a highest group in two bytes: from 1e-8 to 1.
const SHARE_LEAST: f32 = 1e-8;

/// Bytes of a hash that stands for alleles of sixteen bases or more.
const HASH_BYTES: usize = 8;
/// Marks a block in which the same number of alleles was examined for every row, which then do not say it.
const SAME_EXAMINED: u32 = 1 << 31;

/// Bytes that the bases of two alleles take.
fn packed_bytes(reference: usize, alternate: usize) -> usize {
    (reference + alternate).div_ceil(4)
}

/// A row read.
struct Row<'c> {
    position: u32,
    alleles: Alleles<'c>,
    frequency: Frequency,
}

/// Alleles of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alleles<'c> {
    Substitution(u8, u8),
    /// Lengths in four bits each and packed bases; or a zero and a hash.
    Written(&'c [u8]),
}

/// Bytes being read; the end reads as zeros, which the checks of a row refuse.
struct Cursor<'c>(&'c [u8]);

impl<'c> Cursor<'c> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, bytes: usize) -> Option<&'c [u8]> {
        let (head, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(head)
    }

    fn number(&mut self) -> Option<u32> {
        let (mut number, mut shift) = (0u32, 0);
        loop {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }

    fn word(&mut self) -> Option<[u8; 4]> {
        self.take(4)?.try_into().ok()
    }

    /// The row at the cursor; `before` is the position of the one before, `examined` the block's highest.
    fn row(&mut self, before: u32, examined: u32) -> Option<Row<'c>> {
        let tag = self.byte()?;
        let position = before.checked_add(self.number()?)?;
        let kind = tag & 15;
        let alleles = if kind < WRITTEN {
            let (reference, other) = (kind / 3, kind % 3);
            Alleles::Substitution(reference, other + u8::from(other >= reference))
        } else {
            let lengths = *self.0.first()?;
            let packed = if lengths == 0 { HASH_BYTES } else { packed_bytes(usize::from(lengths >> 4), usize::from(lengths & 15)) };
            match self.take(1 + packed)? {
                [0x11, bases] => Alleles::Substitution(bases >> 2 & 3, bases & 3),
                written => Alleles::Written(written),
            }
        };
        let frequency = if kind == RAW { self.raw()? } else { self.counted(tag, examined)? };
        Some(Row { position, alleles, frequency })
    }

    fn raw(&mut self) -> Option<Frequency> {
        Some(Frequency {
            overall: f32::from_le_bytes(self.word()?),
            highest_group: f32::from_le_bytes(self.word()?),
            homozygotes: u32::from_le_bytes(self.word()?),
            alleles_examined: u32::from_le_bytes(self.word()?),
        })
    }

    fn counted(&mut self, tag: u8, examined: u32) -> Option<Frequency> {
        let small = tag >> 4 & 7;
        let count = if small == COUNT_WRITTEN { self.number()? } else { u32::from(small) };
        let alleles_examined = match examined & SAME_EXAMINED {
            0 => examined.checked_sub(self.number()?)?,
            _ => examined - SAME_EXAMINED,
        };
        let overall = count as f32 / alleles_examined.max(1) as f32;
        let highest_group = if overall < RARE_BELOW { overall * ratio(self.byte()?) } else { share(self.take(2)?) };
        let homozygotes = if tag & 0x80 != 0 { self.number()? } else { 0 };
        Some(Frequency { overall, highest_group, homozygotes, alleles_examined })
    }
}

fn ratio(code: u8) -> f32 {
    if code == 0 { 0.0 } else { ((f32::from(code) - RATIO_ONE) / RATIO_STEPS).exp2() }
}

fn share(code: &[u8]) -> f32 {
    match u16::from_le_bytes([code[0], code[1]]) {
        0 => 0.0,
        code => SHARE_LEAST.powf(1.0 - f32::from(code) / f32::from(u16::MAX)),
    }
}

impl Frequencies {
    /// Finds the sections; an absent one holds nothing.
    pub(super) fn open(container: &Container) -> FileResult<Frequencies> {
        let head = container.section("frequency-contigs").unwrap_or_default();
        let (head, total) = head.split_at(head.len().saturating_sub(8));
        let contigs: Vec<u32> = head.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect();
        let count = total.try_into().map_or(0, u64::from_le_bytes);
        let range = |part: &str| container.range(&format!("frequency-{part}")).unwrap_or(0..0);
        let found = Frequencies { contigs, index: range("index"), rows: range("rows"), details: detail::Details::open(container), count };
        let blocks = found.index.len() / INDEX_BYTES;
        let whole = found.contigs.is_sorted() && found.contigs.last().copied().unwrap_or(0) as usize == blocks;
        if !whole || !found.index.len().is_multiple_of(INDEX_BYTES) {
            return Err(FileError::whole(container.path(), "its frequency index does not read"));
        }
        Ok(found)
    }

    /// Number of rows that the table holds.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    fn entry<'c>(&self, container: &'c Container, block: usize) -> &'c [u8] {
        let slot = self.index.start + block * INDEX_BYTES;
        container.slice(slot..slot + INDEX_BYTES)
    }

    /// First position, highest number examined, and rows of a block.
    fn block<'c>(&self, container: &'c Container, block: usize) -> (u32, u32, Cursor<'c>) {
        let entry = self.entry(container, block);
        let rows = container.slice(self.rows.clone());
        let last = (block + 1) * INDEX_BYTES >= self.index.len();
        let end = if last { rows.len() } else { offset(self.entry(container, block + 1)) };
        (word(entry, 0), word(entry, 4), Cursor(rows.get(offset(entry)..end).unwrap_or_default()))
    }

    /// The frequency of a normalised variant.
    pub(super) fn find(&self, container: &Container, variant: &Variant) -> Option<Frequency> {
        self.place(container, variant).map(|(_, _, frequency)| frequency)
    }

    /// What the source adds to the frequency of a normalised variant.
    pub(super) fn detail(&self, container: &Container, variant: &Variant) -> FrequencyDetail {
        let place = self.place(container, variant);
        place.map_or_else(FrequencyDetail::default, |(block, row, _)| self.details.find(container, block, row))
    }

    /// Block, place in it, and frequency of a normalised variant.
    fn place(&self, container: &Container, variant: &Variant) -> Option<(usize, usize, Frequency)> {
        let contig = usize::from(variant.contig.number());
        let (first, last) = (*self.contigs.get(contig)? as usize, *self.contigs.get(contig + 1)? as usize);
        let target = variant.position.get();
        // The first block that begins at or after the position; rows of the position may begin in the one before.
        let (mut low, mut high) = (first, last);
        while low < high {
            let middle = low.midpoint(high);
            if word(self.entry(container, middle), 0) < target { low = middle + 1 } else { high = middle }
        }
        let mut written = Vec::new();
        let alleles = code(variant, &mut written);
        for block in low.saturating_sub(1).max(first)..last {
            let (mut position, examined, mut cursor) = self.block(container, block);
            if position > target {
                return None;
            }
            let mut place = 0;
            while let Some(row) = cursor.row(position, examined) {
                position = row.position;
                if position > target {
                    return None;
                }
                if position == target && row.alleles == alleles {
                    return Some((block, place, row.frequency));
                }
                place += 1;
            }
        }
        None
    }
}

fn word(entry: &[u8], slot: usize) -> u32 {
    u32::from_le_bytes([entry[slot], entry[slot + 1], entry[slot + 2], entry[slot + 3]])
}

/// Where a block's rows begin.
fn offset(entry: &[u8]) -> usize {
    (u64::from(word(entry, 8)) | u64::from(word(entry, 12)) << 32) as usize
}

/// Alleles as a row has them. Long ones are kept by a hash, with no lengths that exact ones could have.
fn code<'w>(variant: &Variant, written: &'w mut Vec<u8>) -> Alleles<'w> {
    let (reference, alternate) = (variant.reference.as_bytes(), variant.alternate.as_bytes());
    let base = |b: &u8| b"ACGT".iter().position(|l| l == b);
    if let ([r], [a]) = (reference, alternate)
        && let (Some(r), Some(a)) = (base(r), base(a))
    {
        return Alleles::Substitution(r as u8, a as u8);
    }
    written.clear();
    let bases: Option<Vec<usize>> = reference.iter().chain(alternate).map(base).collect();
    if let Some(bases) = bases.filter(|_| reference.len() < 16 && alternate.len() < 16) {
        let packed = bases.chunks(4).map(|four| four.iter().fold(0, |byte, b| byte << 2 | *b as u8));
        written.push((reference.len() << 4 | alternate.len()) as u8);
        written.extend(packed);
    } else {
        written.push(0);
        written.extend(alleles::hash(reference, alternate).to_le_bytes());
    }
    Alleles::Written(written)
}

impl Pack {
    /// Every variant with a frequency whose alleles are kept exactly, in genome order, with its overall frequency.
    pub fn common_variants(&self) -> Vec<(Variant, f32)> {
        let (table, container) = (&self.frequencies, &self.container);
        let mut found = Vec::new();
        for (number, blocks) in table.contigs.windows(2).enumerate() {
            let Some(contig) = Contig::from_number(number as u8) else { continue };
            for block in blocks[0]..blocks[1] {
                let (mut position, examined, mut cursor) = table.block(container, block as usize);
                while let Some(row) = cursor.row(position, examined) {
                    position = row.position;
                    found.extend(named(contig, &row));
                }
            }
        }
        found
    }
}

/// A row as a variant; nothing for alleles kept by their hash.
fn named(contig: Contig, row: &Row) -> Option<(Variant, f32)> {
    let base = |code: u8| char::from(b"ACGT"[usize::from(code & 3)]);
    let (reference, alternate) = match row.alleles {
        Alleles::Substitution(r, a) => (base(r).to_string(), base(a).to_string()),
        Alleles::Written([0, ..] | []) => return None,
        Alleles::Written([lengths, packed @ ..]) => {
            let (reference, alternate) = (usize::from(lengths >> 4), usize::from(lengths & 15));
            let total = reference + alternate;
            let slot = |n: usize| {
                let in_byte = (total - n / 4 * 4).min(4);
                base(packed[n / 4] >> (2 * (in_byte - 1 - n % 4)))
            };
            ((0..reference).map(slot).collect(), (reference..total).map(slot).collect())
        }
    };
    let variant = Variant::new(contig, Position::new(row.position)?, &reference, &alternate).ok()?;
    Some((variant, row.frequency.overall))
}

#[cfg(test)]
mod tests;
