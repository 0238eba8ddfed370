//! Values keyed by variant: positions and allele codes sorted, values beside them, found by bisection.

use super::container::{Container, Writer};
use crate::{FileError, FileResult};
use genome::{Contig, Variant};
use std::ops::Range;

/// Index of one keyed section of an open pack.
#[derive(Clone)]
pub struct Alleles {
    /// First row of each contig, and one past the last.
    contigs: Vec<u32>,
    keys: Range<usize>,
    values: Range<usize>,
    width: usize,
}

/// Bytes of a key: position, then allele code.
const KEY: usize = 12;

impl Alleles {
    /// Finds the sections of this name; an absent one holds nothing.
    pub(super) fn open(container: &Container, name: &str, width: usize) -> FileResult<Alleles> {
        let contigs = container.section(&format!("{name}-contigs")).unwrap_or_default();
        let contigs: Vec<u32> = contigs.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect();
        let range = |part: &str| container.range(&format!("{name}-{part}")).unwrap_or(0..0);
        let index = Alleles { contigs, keys: range("keys"), values: range("values"), width };
        let rows = index.count();
        let ordered = index.contigs.is_sorted() && index.contigs.last().copied().unwrap_or(0) as usize == rows;
        if !ordered || index.keys.len() != rows * KEY || index.values.len() != rows * width {
            return Err(FileError::whole(container.path(), format!("its {name} index does not read")));
        }
        Ok(index)
    }

    /// Number of rows that the table holds.
    pub fn count(&self) -> usize {
        self.values.len() / self.width
    }

    /// The value of a variant.
    pub(super) fn find<'c>(&self, container: &'c Container, variant: &Variant) -> Option<&'c [u8]> {
        let contig = usize::from(variant.contig.number());
        let (mut low, mut high) = (*self.contigs.get(contig)? as usize, *self.contigs.get(contig + 1)? as usize);
        let target = key(variant);
        let keys = container.slice(self.keys.clone());
        while low < high {
            let middle = low.midpoint(high);
            match keys[middle * KEY..(middle + 1) * KEY].cmp(&target[..]) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    let place = self.values.start + middle * self.width;
                    return Some(container.slice(place..place + self.width));
                }
            }
        }
        None
    }
}

/// Position and allele code, big-endian so that bytes sort as numbers.
///
/// Alleles of up to 24 bases together are coded exactly, two bits a base; longer ones by a 64-bit FNV-1a hash with
/// the top bit set, so that the two kinds never meet.
fn key(variant: &Variant) -> [u8; KEY] {
    let (reference, alternate) = (variant.reference.as_bytes(), variant.alternate.as_bytes());
    let plain = reference.iter().chain(alternate).all(|b| b"ACGT".contains(b));
    let code = if plain && reference.len() + alternate.len() <= 24 {
        let bases =
            reference.iter().chain(alternate).fold(0u64, |code, b| code << 2 | b"ACGT".iter().position(|l| l == b).unwrap_or(0) as u64);
        (reference.len() as u64) << 53 | (alternate.len() as u64) << 48 | bases
    } else {
        hash(reference, alternate) | 1 << 63
    };
    let mut key = [0; KEY];
    key[..4].copy_from_slice(&variant.position.get().to_be_bytes());
    key[4..].copy_from_slice(&code.to_be_bytes());
    key
}

/// The 64-bit FNV-1a hash of both alleles, for those too long to be coded.
pub(super) fn hash(reference: &[u8], alternate: &[u8]) -> u64 {
    let joined = reference.iter().chain(b">").chain(alternate);
    joined.fold(0xcbf2_9ce4_8422_2325_u64, |hash, b| (hash ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// Writes normalised variants with values of one width. Where a variant stands twice, the last given wins.
pub(super) fn write<const W: usize>(writer: &mut Writer, name: &str, rows: Vec<(Variant, [u8; W])>) -> FileResult<()> {
    let mut keyed: Vec<(Contig, [u8; KEY], [u8; W])> = rows.into_iter().map(|(v, value)| (v.contig, key(&v), value)).collect();
    keyed.sort_by_key(|a| (a.0, a.1));
    keyed.reverse();
    keyed.dedup_by_key(|row| (row.0, row.1));
    keyed.reverse();
    let mut contigs = Vec::new();
    for number in 0..=26u8 {
        let before = keyed.partition_point(|row| row.0.number() < number) as u32;
        contigs.extend(before.to_le_bytes());
    }
    let keys: Vec<u8> = keyed.iter().flat_map(|row| row.1).collect();
    let values: Vec<u8> = keyed.iter().flat_map(|row| row.2).collect();
    writer.section(&format!("{name}-contigs"), &contigs)?;
    writer.section(&format!("{name}-keys"), &keys)?;
    writer.section(&format!("{name}-values"), &values)
}
