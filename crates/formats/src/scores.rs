//! Scores in the layouts in which they are published.
//!
//! REVEL: CSV with `chr,hg19_pos,grch38_pos,ref,alt,…,REVEL`. AlphaMissense: TSV with `am_pathogenicity`. CADD: TSV with `PHRED`.
//! SpliceAI: VCF with INFO SpliceAI. phyloP: wigFix or bedGraph. Where several transcripts score one allele, the highest is kept.

use crate::{FileError, FileResult, open, vcf};
use genome::{Build, Contig, Position, Score, Variant};
use std::path::Path;

/// One value: of an allele, or of a position.
#[derive(Clone, PartialEq, Debug)]
pub enum Scored {
    /// Of an allele.
    Allele(Variant, f32),
    /// Of every allele at a position.
    Place(Contig, u32, f32),
}

/// Streams the values of a file; those outside the primary assembly are passed over.
pub fn read(path: &Path, score: Score, build: Build, mut visit: impl FnMut(Scored)) -> FileResult<()> {
    match score {
        Score::SpliceAi => spliceai(path, &mut visit),
        Score::PhyloP => positions(path, &mut visit),
        _ => table(path, score, build, &mut visit),
    }
}

/// Where the columns of a table stand.
struct Columns {
    separator: char,
    /// Contig, position, reference, alternate, value.
    places: [usize; 5],
    /// Column that names the build of each row.
    build: Option<usize>,
}

fn columns(path: &Path, line: u64, header: &str, score: Score, build: Build) -> FileResult<Columns> {
    let separator = if header.contains('\t') { '\t' } else { ',' };
    let names: Vec<&str> = header.trim_start_matches('#').split(separator).map(str::trim).collect();
    let position: &[&str] = match build {
        Build::GRCh38 => &["grch38_pos", "POS", "Pos"],
        Build::GRCh37 => &["hg19_pos", "POS", "Pos"],
    };
    let value: &[&str] = match score {
        Score::Revel => &["REVEL"],
        Score::AlphaMissense => &["am_pathogenicity"],
        _ => &["PHRED"],
    };
    let find = |aliases: &[&str]| {
        let found = aliases.iter().find_map(|w| names.iter().position(|n| n == w));
        found.ok_or_else(|| {
            FileError::on_line(path, line, "header", format!("has no column {}: is this {score}'s own file?", aliases.join(" or ")))
        })
    };
    let places =
        [find(&["chr", "CHROM", "Chrom"])?, find(position)?, find(&["ref", "REF", "Ref"])?, find(&["alt", "ALT", "Alt"])?, find(value)?];
    Ok(Columns { separator, places, build: names.iter().position(|n| *n == "genome") })
}

fn table(path: &Path, score: Score, build: Build, visit: &mut dyn FnMut(Scored)) -> FileResult<()> {
    let mut columns_found: Option<Columns> = None;
    for line in open::lines(path)? {
        let (number, line) = line?;
        if score == Score::Cadd && line.starts_with("## CADD") && !line.contains(&build.to_string()) {
            return Err(FileError::on_line(path, number, "header", format!("is of another build; this pack is {build}")));
        }
        let Some(columns) = &columns_found else {
            if !line.starts_with("##") && (line.starts_with("#C") || line.contains(score_column(score))) {
                columns_found = Some(columns(path, number, &line, score, build)?);
            } else if !line.starts_with('#') && !line.is_empty() {
                return Err(FileError::on_line(path, number, "header", "a line with the names of the columns must come first"));
            }
            continue;
        };
        if line.is_empty() {
            continue;
        }
        let fields: Vec<&str> = line.split(columns.separator).collect();
        let field = |index: usize| fields.get(columns.places[index]).copied().unwrap_or_default();
        if let Some(named) = columns.build.and_then(|index| fields.get(index)) {
            let here = if build == Build::GRCh38 { "hg38" } else { "hg19" };
            if *named != here {
                return Err(FileError::on_line(path, number, "genome", format!("is {named}; this pack is {build}")));
            }
        }
        // REVEL writes '.' for what has no place on the build.
        let (Ok(contig), Some(position)) = (field(0).parse::<Contig>(), field(1).parse().ok().and_then(Position::new)) else {
            if field(1) == "." || field(0).parse::<Contig>().is_err() {
                continue;
            }
            return Err(FileError::on_line(path, number, "position", format!("'{}' is not a position", field(1))));
        };
        let value: f32 = field(4).parse().map_err(|e| FileError::on_line(path, number, score.name(), format!("'{}': {e}", field(4))))?;
        let variant = Variant::new(contig, position, field(2), field(3)).map_err(|e| FileError::on_line(path, number, "alleles", e))?;
        visit(Scored::Allele(variant, value));
    }
    if columns_found.is_none() {
        return Err(FileError::whole(path, "has no line with the names of its columns"));
    }
    Ok(())
}

fn score_column(score: Score) -> &'static str {
    if score == Score::Revel { "REVEL" } else { "\0" }
}

/// `ALLELE|SYMBOL|DS_AG|DS_AL|DS_DG|DS_DL|…`, one entry for each allele and gene.
fn spliceai(path: &Path, visit: &mut dyn FnMut(Scored)) -> FileResult<()> {
    let mut stream = vcf::Stream::open(path)?;
    let samples = stream.header().samples.len();
    while let Some(chunk) = stream.next_chunk()? {
        for (line, record) in chunk.records(samples) {
            let record = record.map_err(|e| vcf::Stream::line_error(path, line, e))?;
            let Some(text) = record.info("SpliceAI") else { continue };
            let text = String::from_utf8_lossy(text);
            for entry in text.split(',') {
                let parts: Vec<&str> = entry.split('|').collect();
                let deltas = parts.get(2..6).map(|d| d.iter().filter_map(|v| v.parse::<f32>().ok()).fold(f32::MIN, f32::max));
                let Some(value) = deltas.filter(|v| *v >= 0.0) else { continue };
                let allele = record.alternate_alleles().position(|a| a == parts[0].as_bytes());
                if let Some(variant) = allele.and_then(|index| record.variant(index + 1)) {
                    visit(Scored::Allele(variant, value));
                }
            }
        }
    }
    Ok(())
}

/// wigFix (`fixedStep chrom=chr1 start=10918 step=1`, then a value a line) or bedGraph (contig, 0-based start, end, value).
fn positions(path: &Path, visit: &mut dyn FnMut(Scored)) -> FileResult<()> {
    let mut run: Option<(Option<Contig>, u32, u32)> = None;
    for line in open::lines(path)? {
        let (number, line) = line?;
        let fault = |field, why: String| FileError::on_line(path, number, field, why);
        if line.is_empty() || line.starts_with('#') || line.starts_with("track") || line.starts_with("browser") {
            continue;
        }
        if let Some(rest) = line.strip_prefix("fixedStep") {
            let value = |key: &str| rest.split_whitespace().find_map(|f| f.strip_prefix(key)?.strip_prefix('='));
            let whole = |key: &'static str| value(key).and_then(|v| v.parse::<u32>().ok()).filter(|n| *n > 0);
            let start = whole("start").ok_or_else(|| fault("start", "a whole number of 1 or more is needed".into()))?;
            run = Some((value("chrom").and_then(|c| c.parse().ok()), start, whole("step").unwrap_or(1)));
            continue;
        }
        let fields: Vec<&str> = line.split_whitespace().collect();
        match (&mut run, &fields[..]) {
            (Some((contig, position, step)), [value]) => {
                let value = value.parse().map_err(|e| fault("value", format!("'{value}': {e}")))?;
                if let Some(contig) = contig {
                    visit(Scored::Place(*contig, *position, value));
                }
                *position = position.checked_add(*step).ok_or_else(|| fault("value", "runs past the end of any contig".into()))?;
            }
            (_, [contig, start, end, value]) => {
                let bound = |text: &str, name| text.parse::<u32>().map_err(|e| fault(name, format!("'{text}': {e}")));
                let (start, end) = (bound(start, "start")?, bound(end, "end")?);
                let value = value.parse().map_err(|e| fault("value", format!("'{value}': {e}")))?;
                if let Ok(contig) = contig.parse() {
                    (start..end).for_each(|position| visit(Scored::Place(contig, position + 1, value)));
                }
            }
            _ => return Err(fault("line", "is neither wigFix nor bedGraph".into())),
        }
    }
    Ok(())
}
