//! Published tables for structural variants: ClinGen's dosage regions, STRchive's repeats, gnomAD's frequencies.

use crate::{FileError, FileResult, open, open::Table};
use genome::{
    Contig, HgncId,
    dosage::{DosageEvidence, DosageRegion, RepeatLocus},
};
use serde::Deserialize;
use std::{collections::HashMap, io::Read, path::Path};

/// Frequency of a deletion (false) or duplication (true) with its extent.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Known {
    /// Contig on which it lies.
    pub contig: Contig,
    /// First base, 1-based.
    pub start: u32,
    /// Last base, 1-based and inclusive.
    pub end: u32,
    /// A gain, not a loss.
    pub gain: bool,
    /// Allele frequency, 0–1.
    pub frequency: f32,
}

fn evidence(score: &str) -> DosageEvidence {
    match score.split_whitespace().next() {
        Some("3") => DosageEvidence::Sufficient,
        Some("40") => DosageEvidence::Unlikely,
        _ => DosageEvidence::Other,
    }
}

/// Regions of ClinGen's dosage list (CSV) that have a place on GRCh38.
pub fn regions(path: &Path) -> FileResult<Vec<DosageRegion>> {
    let table = Table::read(path, b',')?;
    let [name, id, place, loss, gain] = ["Gene/Region", "HGNC/Dosage ID", "GRCh38", "HI Score", "TS Score"].map(|c| table.column(c));
    let (name, id, place, loss, gain) = (name?, id?, place?, loss?, gain?);
    let mut found = Vec::new();
    for (_, row) in &table.rows {
        let cell = |column: usize| row.get(column).map_or("", String::as_str);
        if !cell(id).starts_with("ISCA-") {
            continue;
        }
        let span = cell(place).split_once(':').and_then(|(contig, span)| {
            let (start, end) = span.split_once('-')?;
            Some((contig.parse::<Contig>().ok()?, start.parse().ok()?, end.parse().ok()?))
        });
        let Some((contig, start, end)) = span else { continue };
        let name = format!("{} ({})", cell(name), cell(id));
        found.push(DosageRegion { name, contig, start, end, loss: evidence(cell(loss)), gain: evidence(cell(gain)) });
    }
    found.sort_by(|a, b| (a.contig, a.start, &a.name).cmp(&(b.contig, b.start, &b.name)));
    Ok(found)
}

#[derive(Deserialize)]
struct Locus {
    id: String,
    gene: String,
    chrom: String,
    start_hg38: Option<u32>,
    stop_hg38: Option<u32>,
    disease: Option<String>,
    pathogenic_motif_reference_orientation: Vec<String>,
    novel: Option<String>,
    benign_max: Option<f64>,
    intermediate_min: Option<f64>,
    pathogenic_min: Option<f64>,
}

/// STRchive's loci (JSON). Those without a place on GRCh38 or without a gene that is known are left out.
pub fn repeats(path: &Path, symbols: &HashMap<String, HgncId>) -> FileResult<Vec<RepeatLocus>> {
    let mut text = String::new();
    open::reader(path)?.read_to_string(&mut text).map_err(|e| FileError::whole(path, e))?;
    let loci: Vec<Locus> =
        serde_json::from_str(&text).map_err(|e| FileError::whole(path, format!("does not read as STRchive's loci: {e}")))?;
    let whole = |copies: Option<f64>| copies.map(|c| c.ceil() as u32);
    let mut found: Vec<RepeatLocus> = loci
        .into_iter()
        .filter_map(|locus| {
            Some(RepeatLocus {
                gene: *symbols.get(&locus.gene)?,
                contig: locus.chrom.parse().ok()?,
                start: locus.start_hg38? + 1,
                end: locus.stop_hg38?,
                units: locus.pathogenic_motif_reference_orientation,
                other_unit_in_reference: locus.novel.as_deref() == Some("novel"),
                benign_max: whole(locus.benign_max),
                intermediate_min: whole(locus.intermediate_min),
                pathogenic_min: whole(locus.pathogenic_min),
                disease: locus.disease.unwrap_or_default(),
                id: locus.id,
            })
        })
        .collect();
    found.sort_by(|a, b| (a.contig, a.start, &a.id).cmp(&(b.contig, b.start, &b.id)));
    Ok(found)
}

/// Deletions and duplications with their frequency: contig, 0-based start, end, DEL or DUP, frequency.
pub fn frequencies(path: &Path, mut visit: impl FnMut(Known)) -> FileResult<()> {
    for line in open::lines(path)? {
        let (number, line) = line?;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let [contig, start, end, kind, frequency, ..] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(FileError::on_line(path, number, "columns", "contig, start, end, kind and frequency are needed"));
        };
        let Ok(contig) = contig.parse::<Contig>() else { continue };
        let gain = match kind {
            "DEL" => false,
            "DUP" => true,
            _ => continue,
        };
        let bound = |text: &str, field| text.parse::<u32>().map_err(|e| FileError::on_line(path, number, field, format!("'{text}': {e}")));
        let (start, end) = (bound(start, "start")? + 1, bound(end, "end")?);
        let frequency: f32 = frequency.parse().map_err(|e| FileError::on_line(path, number, "frequency", format!("'{frequency}': {e}")))?;
        if !(0.0..=1.0).contains(&frequency) || end < start {
            return Err(FileError::on_line(path, number, "frequency", "a share of 0 to 1 and an end after the start are needed"));
        }
        visit(Known { contig, start, end, gain, frequency });
    }
    Ok(())
}
