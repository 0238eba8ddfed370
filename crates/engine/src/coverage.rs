//! What was covered: the reference blocks of a gVCF, kept beside the analysis, and stretches of a BED file.

use super::sidefile::{self, ROW};
use annotation::Knowledge;
use formats::{FileResult, bed, vcf::Record};
use genome::{Contig, Genotype};
use std::path::Path;

/// Name of the file in an output folder.
pub const NAME: &str = "covered.bin.zst";

/// A stretch in which the proband was read and has the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Contig on which it lies.
    pub contig: Contig,
    /// First base, 1-based.
    pub start: u32,
    /// Last base, 1-based and inclusive.
    pub end: u32,
    /// Reads, at least.
    pub depth_reads: u16,
    /// Genotype quality, at least, Phred.
    pub quality_phred: u8,
}

/// Blocks of one chunk.
#[derive(Default)]
pub struct Blocks(Vec<u8>);

impl Blocks {
    /// Takes a record if it is a block of reference near an exon; says whether it is a block at all.
    pub fn add(&mut self, record: &Record, knowledge: &Knowledge, call: impl Fn() -> Option<Genotype>) -> bool {
        if !matches!(record.alternates, b"<NON_REF>" | b"<*>" | b".") {
            return false;
        }
        let text = |key| std::str::from_utf8(record.info(key)?).ok();
        let end = text("END").and_then(|e| e.parse().ok()).unwrap_or(record.position);
        let Some(contig) = record.contig.filter(|c| knowledge.is_near_exon(*c, record.position, end)) else { return true };
        if let Some(call) = call() {
            self.0.push(contig.number());
            self.0.extend(record.position.to_le_bytes());
            self.0.extend(end.to_le_bytes());
            self.0.extend((call.depth_reads.unwrap_or(0).min(u32::from(u16::MAX)) as u16).to_le_bytes());
            self.0.push(call.quality_phred.unwrap_or(0.0).clamp(0.0, 255.0) as u8);
        }
        true
    }

    /// As they are kept.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The block of an output folder that covers a position; nothing if none does or the analysis was not of a gVCF.
pub fn block(folder: &Path, contig: Contig, position: u32) -> std::io::Result<Option<Block>> {
    let path = folder.join(NAME);
    if !path.is_file() {
        return Ok(None);
    }
    let mut found = None;
    let mut reader = zstd::stream::read::Decoder::new(std::fs::File::open(path)?)?;
    sidefile::rows(&mut reader, |row: &[u8; ROW]| {
        let word = |offset: usize| u32::from_le_bytes([row[offset], row[offset + 1], row[offset + 2], row[offset + 3]]);
        let block = Contig::from_number(row[0]).map(|contig| Block {
            contig,
            start: word(1),
            end: word(5),
            depth_reads: u16::from_le_bytes([row[9], row[10]]),
            quality_phred: row[11],
        });
        found = found.or(block.filter(|b| b.contig == contig && (b.start..=b.end).contains(&position)));
        Ok(())
    })?;
    Ok(found)
}

/// What a BED file says of a position, perhaps with the depth in its fourth column: the depth if it tells one, or that it is listed.
pub fn listed(path: &Path, contig: Contig, position: u32) -> FileResult<Option<String>> {
    for region in bed::regions(path)? {
        let region = region?;
        if region.contains(contig, position) {
            let depth = region.name.filter(|name| name.parse::<f64>().is_ok());
            return Ok(Some(depth.map_or_else(|| "listed as covered".to_owned(), |depth| format!("read {depth} times"))));
        }
    }
    Ok(None)
}
