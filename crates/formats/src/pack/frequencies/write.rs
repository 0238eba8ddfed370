//! Writing frequencies into a pack.

use super::{
    Alleles, BLOCK_ROWS, COUNT_WRITTEN, INDEX_BYTES, RARE_BELOW, RATIO_ONE, RATIO_STEPS, RAW, SAME_EXAMINED, SHARE_LEAST, WRITTEN, code,
    detail,
};
use crate::{FileResult, gnomad::Seen, pack::container::Writer};
use genome::{Contig, Frequency};

pub(super) fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Rows laid out contig by contig.
#[derive(Default)]
pub(in crate::pack) struct Table {
    /// Blocks before each contig, by number.
    contigs: Vec<u32>,
    index: Vec<u8>,
    rows: Vec<u8>,
    details: detail::Writer,
    count: u64,
}

impl Table {
    /// Adds the normalised variants of a contig, which comes after every one added before. Where a variant stands twice, the
    /// last given wins.
    pub(in crate::pack) fn contig(&mut self, contig: Contig, mut seen: Vec<Seen>) {
        seen.reverse();
        seen.sort_by(|a, b| a.0.cmp(&b.0));
        seen.dedup_by(|later, first| later.0 == first.0);
        self.contigs.resize(usize::from(contig.number()) + 1, self.blocks());
        for block in seen.chunks(BLOCK_ROWS) {
            write_block(block, &mut self.index, &mut self.rows);
            self.details.block(block);
        }
        self.count += seen.len() as u64;
    }

    fn blocks(&self) -> u32 {
        (self.index.len() / INDEX_BYTES) as u32
    }

    /// Writes the sections; none when there is no row.
    pub(in crate::pack) fn write(mut self, writer: &mut Writer) -> FileResult<()> {
        if self.count == 0 {
            return Ok(());
        }
        self.contigs.resize(usize::from(Contig::MT.number()) + 2, self.blocks());
        let mut head: Vec<u8> = self.contigs.iter().flat_map(|blocks| blocks.to_le_bytes()).collect();
        head.extend(self.count.to_le_bytes());
        writer.section("frequency-contigs", &head)?;
        writer.section("frequency-index", &self.index)?;
        writer.section("frequency-rows", &self.rows)?;
        self.details.write(writer)
    }
}

pub(super) fn write_block(block: &[Seen], index: &mut Vec<u8>, bytes: &mut Vec<u8>) {
    let mut before = block[0].0.position.get();
    let highest = block.iter().map(|row| row.1.alleles_examined).max().unwrap_or(0);
    let same = highest < SAME_EXAMINED && block.iter().all(|row| row.1.alleles_examined == highest);
    let examined = if same { highest | SAME_EXAMINED } else { highest };
    index.extend(before.to_le_bytes());
    index.extend(examined.to_le_bytes());
    index.extend((bytes.len() as u64).to_le_bytes());
    let mut written = Vec::new();
    for (variant, frequency, _) in block {
        let alleles = code(variant, &mut written);
        let counted = counted(frequency, examined);
        let kind = match (&counted, alleles) {
            (None, _) => RAW,
            (_, Alleles::Substitution(r, a)) => r * 3 + a - u8::from(a > r),
            (_, Alleles::Written(_)) => WRITTEN,
        };
        let tag = counted.as_ref().map_or(0, |(tag, _)| *tag);
        bytes.push(kind | tag);
        push_number(bytes, variant.position.get() - before);
        before = variant.position.get();
        match alleles {
            Alleles::Written(written) => bytes.extend(written),
            // A row kept as it came has its alleles written, a substitution too.
            Alleles::Substitution(r, a) if kind == RAW => bytes.extend([0x11, r << 2 | a]),
            Alleles::Substitution(..) => {}
        }
        if let Some((_, rest)) = counted {
            bytes.extend(rest);
        } else {
            bytes.extend(frequency.overall.to_le_bytes());
            bytes.extend(frequency.highest_group.to_le_bytes());
            bytes.extend(frequency.homozygotes.to_le_bytes());
            bytes.extend(frequency.alleles_examined.to_le_bytes());
        }
    }
}

/// The high half of the tag and the bytes after the alleles, if the frequency is a count of the alleles examined.
fn counted(frequency: &Frequency, examined: u32) -> Option<(u8, Vec<u8>)> {
    let total = frequency.alleles_examined;
    let count = (frequency.overall * total as f32).round();
    // Published frequencies have six figures.
    let exact = total > 0 && count <= total as f32 && (count / total as f32 - frequency.overall).abs() <= frequency.overall * 1e-5;
    if !exact {
        return None;
    }
    let (count, mut rest) = (count as u32, Vec::new());
    let small = if count < u32::from(COUNT_WRITTEN) { count as u8 } else { COUNT_WRITTEN };
    if small == COUNT_WRITTEN {
        push_number(&mut rest, count);
    }
    if examined & SAME_EXAMINED == 0 {
        push_number(&mut rest, examined - total);
    }
    let overall = count as f32 / total as f32;
    if overall >= RARE_BELOW {
        rest.extend(share_code(frequency.highest_group)?.to_le_bytes());
    } else if count == 0 {
        rest.push(if frequency.highest_group == 0.0 { 0 } else { return None });
    } else {
        rest.push(ratio_code(frequency.highest_group / overall)?);
    }
    if frequency.homozygotes > 0 {
        push_number(&mut rest, frequency.homozygotes);
    }
    Some((small << 4 | u8::from(frequency.homozygotes > 0) << 7, rest))
}

fn ratio_code(ratio: f32) -> Option<u8> {
    if ratio == 0.0 {
        return Some(0);
    }
    let code = (ratio.log2() * RATIO_STEPS + RATIO_ONE).round();
    (1.0..=255.0).contains(&code).then_some(code as u8)
}

pub(super) fn share_code(share: f32) -> Option<u16> {
    if share == 0.0 {
        return Some(0);
    }
    let code = ((1.0 - share.ln() / SHARE_LEAST.ln()) * f32::from(u16::MAX)).round();
    (1.0..=f32::from(u16::MAX)).contains(&code).then_some(code as u16)
}
