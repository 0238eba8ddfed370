//! ClinVar classifications: its VCF, and the compact table that ideogram publishes.

use crate::{FileError, FileResult, open, vcf};
use genome::{Assertion, Contig, Position, Significance, Variant};
use std::path::Path;

/// Stars of a review status. Source: ClinVar, review status table.
fn stars(status: &str) -> u8 {
    match status {
        "practice_guideline" => 4,
        "reviewed_by_expert_panel" => 3,
        s if s.starts_with("criteria_provided,_multiple_submitters") => 2,
        s if s.starts_with("criteria_provided") => 1,
        _ => 0,
    }
}

/// Reads either layout, told apart by the first line. Classifications outside the five tiers are left out.
pub fn read(path: &Path) -> FileResult<Vec<(Variant, Assertion)>> {
    let first = open::lines(path)?.next().transpose()?.map(|(_, line)| line).unwrap_or_default();
    if first.starts_with("##fileformat=VCF") { from_vcf(path) } else { from_ideogram(path) }
}

fn from_vcf(path: &Path) -> FileResult<Vec<(Variant, Assertion)>> {
    let mut stream = vcf::Stream::open(path)?;
    let samples = stream.header().samples.len();
    let mut found = Vec::new();
    while let Some(chunk) = stream.next_chunk()? {
        for (line, record) in chunk.records(samples) {
            let record = record.map_err(|e| vcf::Stream::line_error(path, line, e))?;
            let text = |key| record.info(key).map(|v| String::from_utf8_lossy(v).into_owned()).unwrap_or_default();
            let id = chunk_id(&chunk, line);
            if let (Some(variant), Some(significance)) = (record.variant(1), Significance::from_clinvar(&text("CLNSIG"))) {
                found.push((variant, Assertion { variation: id, significance, stars: stars(&text("CLNREVSTAT")) }));
            }
        }
    }
    Ok(found)
}

/// Conditions as ClinVar's VCF names them (CLNDN), by variant; its compact table names none.
pub fn conditions(path: &Path) -> FileResult<Vec<(Variant, String)>> {
    let mut found = Vec::new();
    let first = open::lines(path)?.next().transpose()?.map(|(_, line)| line).unwrap_or_default();
    if !first.starts_with("##fileformat=VCF") {
        return Ok(found);
    }
    let mut stream = vcf::Stream::open(path)?;
    let samples = stream.header().samples.len();
    while let Some(chunk) = stream.next_chunk()? {
        for (line, record) in chunk.records(samples) {
            let record = record.map_err(|e| vcf::Stream::line_error(path, line, e))?;
            let names = record.info("CLNDN").map(|v| String::from_utf8_lossy(v).replace('_', " ").replace('|', "; "));
            if let (Some(variant), Some(names)) = (record.variant(1), names.filter(|n| !n.is_empty() && n != "not provided")) {
                found.push((variant, names));
            }
        }
    }
    Ok(found)
}

/// The ID column of a line: ClinVar's variation number.
fn chunk_id(chunk: &vcf::Chunk, line: u64) -> u32 {
    chunk
        .lines()
        .nth((line - chunk.first_line) as usize)
        .and_then(|(_, text)| std::str::from_utf8(text.split(|b| *b == b'\t').nth(2)?).ok()?.parse().ok())
        .unwrap_or(0)
}

/// Columns `#CHROM POS ID REF ALT DISEASE_IDS AF_EXAC CLNREVSTAT CLNSIG …`, the last two coded by position in the
/// lists of the companion index: 0 several submitters, 1 expert panel, 2 guideline; 0 likely pathogenic, 1 both, 2 pathogenic.
fn from_ideogram(path: &Path) -> FileResult<Vec<(Variant, Assertion)>> {
    let mut found = Vec::new();
    for line in open::lines(path)? {
        let (number, line) = line?;
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        let [contig, position, id, reference, alternate, _, _, review, significance, ..] = fields[..] else {
            return Err(FileError::on_line(path, number, "columns", format!("{} columns, at least 9 are needed", fields.len())));
        };
        let Ok(contig) = contig.parse::<Contig>() else { continue };
        let position: Position = position.parse().map_err(|e| FileError::on_line(path, number, "POS", e))?;
        let Ok(variant) = Variant::new(contig, position, reference, alternate) else { continue };
        let stars = match review {
            "0" => 2,
            "1" => 3,
            "2" => 4,
            other => return Err(FileError::on_line(path, number, "CLNREVSTAT", format!("unknown code '{other}'"))),
        };
        let significance = match significance {
            "0" => Significance::LikelyPathogenic,
            "1" | "2" => Significance::Pathogenic,
            other => return Err(FileError::on_line(path, number, "CLNSIG", format!("unknown code '{other}'"))),
        };
        found.push((variant, Assertion { variation: id.parse().unwrap_or(0), significance, stars }));
    }
    Ok(found)
}
