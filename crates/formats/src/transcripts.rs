//! Transcript models: UCSC genePred tables and RefSeq or Ensembl GFF3, with the MANE set.

pub mod gff3;

use crate::{FileError, FileResult, open::Table};
use genome::{Contig, HgncId, Mane, Strand, Transcript, transcript::Exon};
use std::{collections::HashMap, path::Path};

/// One row of the MANE summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManeEntry {
    /// HGNC identifier of the gene.
    pub gene: HgncId,
    /// HGNC symbol of the gene.
    pub symbol: String,
    /// RefSeq transcript with version.
    pub refseq: String,
    /// RefSeq protein with version.
    pub protein: String,
    /// Ensembl transcript with version.
    pub ensembl: String,
    /// Select or Plus Clinical.
    pub status: Mane,
    /// Contig on which it lies.
    pub contig: Contig,
    /// First and last base on the genome.
    pub extent: Exon,
}

/// Reads `MANE.GRCh38.v*.summary.txt`; entries on alternate loci are left out.
pub fn mane(path: &Path) -> FileResult<Vec<ManeEntry>> {
    let table = Table::read(path, b'\t')?;
    let names = ["HGNC_ID", "symbol", "RefSeq_nuc", "RefSeq_prot", "Ensembl_nuc", "MANE_status", "GRCh38_chr", "chr_start", "chr_end"];
    let mut columns = [0; 9];
    for (slot, name) in columns.iter_mut().zip(names) {
        *slot = table.column(name)?;
    }
    let mut entries = Vec::new();
    for (line, row) in &table.rows {
        let field = |i: usize| row.get(columns[i]).map_or("", String::as_str);
        let number = |i: usize| field(i).parse::<u32>().map_err(|e| FileError::on_line(path, *line, names[i], e));
        let (Ok(contig), Ok(gene)) = (field(6).parse(), field(0).parse()) else { continue };
        entries.push(ManeEntry {
            gene,
            symbol: field(1).into(),
            refseq: field(2).into(),
            protein: field(3).into(),
            ensembl: field(4).into(),
            status: if field(5) == "MANE Select" { Mane::Select } else { Mane::PlusClinical },
            contig,
            extent: Exon { start: number(7)?, end: number(8)? },
        });
    }
    Ok(entries)
}

/// Reads a UCSC genePred table with its header line (refGene), keeping the models that MANE names.
/// A model without version takes the version of its MANE entry; one aligned elsewhere than MANE says is left out. MANE names
/// no mitochondrial genes, so all of those are kept, by their symbol (`name2`).
pub fn genepred(path: &Path, mane: &[ManeEntry], symbols: &HashMap<String, HgncId>) -> FileResult<Vec<Transcript>> {
    let by_accession: HashMap<&str, &ManeEntry> = mane.iter().map(|m| (bare(&m.refseq), m)).collect();
    let table = Table::read(path, b'\t')?;
    let names = ["name", "chrom", "strand", "cdsStart", "cdsEnd", "exonStarts", "exonEnds"];
    let mut columns = [0; 7];
    for (slot, name) in columns.iter_mut().zip(names) {
        *slot = table.column(name)?;
    }
    let symbol = table.column("name2").ok();
    let mut best: HashMap<String, Transcript> = HashMap::new();
    for (line, row) in &table.rows {
        let field = |i: usize| row.get(columns[i]).map_or("", String::as_str);
        let mitochondrial = mitochondrial(field(1), field(0), symbol.and_then(|index| row.get(index)), symbols);
        let Some(entry) = by_accession.get(bare(field(0))).copied().or(mitochondrial.as_ref()) else { continue };
        if field(1).parse() != Ok(entry.contig) {
            continue;
        }
        let fault = |i: usize, rule: String| FileError::on_line(path, *line, names[i], rule);
        let list = |i: usize| -> FileResult<Vec<u32>> {
            field(i).split(',').filter(|s| !s.is_empty()).map(|s| s.parse().map_err(|e| fault(i, format!("'{s}': {e}")))).collect()
        };
        let (starts, ends) = (list(5)?, list(6)?);
        if starts.len() != ends.len() || starts.is_empty() || starts.iter().zip(&ends).any(|(s, e)| s >= e) {
            return Err(fault(5, "exon starts and ends do not pair".into()));
        }
        let exons: Vec<Exon> = starts.iter().zip(&ends).map(|(s, e)| Exon { start: s + 1, end: *e }).collect();
        let coding: (u32, u32) =
            (field(3).parse().map_err(|e| fault(3, format!("{e}")))?, field(4).parse().map_err(|e| fault(4, format!("{e}")))?);
        let model = from_mane(entry, if field(2) == "-" { Strand::Reverse } else { Strand::Forward }, exons, coding);
        let distance = |t: &Transcript| t.extent().start.abs_diff(entry.extent.start) + t.extent().end.abs_diff(entry.extent.end);
        match best.get(&model.id) {
            Some(nearest) if distance(nearest) <= distance(&model) => {}
            _ => drop(best.insert(model.id.clone(), model)),
        }
    }
    Ok(sorted(best.into_values().collect()))
}

/// An entry as MANE would have it, for a mitochondrial gene.
fn mitochondrial(contig: &str, name: &str, symbol: Option<&String>, symbols: &HashMap<String, HgncId>) -> Option<ManeEntry> {
    let contig = contig.parse::<Contig>().ok().filter(|c| *c == Contig::MT)?;
    let symbol = symbol?;
    Some(ManeEntry {
        gene: *symbols.get(symbol)?,
        symbol: symbol.clone(),
        refseq: name.into(),
        ensembl: String::new(),
        protein: String::new(),
        status: Mane::Select,
        contig,
        extent: Exon { start: 1, end: 1 },
    })
}

fn from_mane(entry: &ManeEntry, strand: Strand, exons: Vec<Exon>, (coding_start, coding_end): (u32, u32)) -> Transcript {
    Transcript {
        id: entry.refseq.clone(),
        protein_id: Some(entry.protein.clone()),
        gene: entry.gene,
        symbol: entry.symbol.clone(),
        contig: entry.contig,
        strand,
        exons: merged(exons),
        coding: (coding_start < coding_end).then_some(Exon { start: coding_start + 1, end: coding_end }),
        mane: entry.status,
    }
}

/// Exons in genomic order; those that touch (alignment gaps of a few bases) become one.
pub(crate) fn merged(mut exons: Vec<Exon>) -> Vec<Exon> {
    exons.sort_by_key(|e| e.start);
    let mut kept: Vec<Exon> = Vec::with_capacity(exons.len());
    for exon in exons {
        match kept.last_mut() {
            Some(last) if exon.start <= last.end + 1 => last.end = last.end.max(exon.end),
            _ => kept.push(exon),
        }
    }
    kept
}

/// In genome order, so that packs are the same on every machine.
pub(crate) fn sorted(mut transcripts: Vec<Transcript>) -> Vec<Transcript> {
    transcripts
        .sort_by(|a, b| (a.contig, a.extent().start, a.extent().end, &a.id).cmp(&(b.contig, b.extent().start, b.extent().end, &b.id)));
    transcripts
}

fn bare(accession: &str) -> &str {
    accession.split('.').next().unwrap_or(accession)
}
