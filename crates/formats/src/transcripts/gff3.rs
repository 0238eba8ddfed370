//! GFF3 transcript models as RefSeq and Ensembl write them. Source: Sequence Ontology, GFF3 1.26.

use super::{ManeEntry, merged, sorted};
use crate::{FileError, FileResult, open};
use genome::{Contig, HgncId, Mane, Strand, Transcript, transcript::Exon};
use std::{collections::HashMap, path::Path};

#[derive(Default)]
struct Model {
    name: String,
    gene: String,
    contig: Option<Contig>,
    reverse: bool,
    mane: Option<Mane>,
    exons: Vec<Exon>,
    /// Parts of the coding sequence, each with its phase.
    coding: Vec<(Exon, u32)>,
    protein: Option<String>,
}

/// Genes seen in a GFF3 without an HGNC identifier of their own are numbered from here, by order of appearance.
const UNNAMED_GENES_FROM: u32 = 10_000_000;

/// Reads coding models. With a MANE list, only its transcripts (by RefSeq or Ensembl accession); without
/// one, those tagged MANE or Ensembl canonical, or all if none is tagged.
pub fn read(path: &Path, mane: &[ManeEntry], symbols: &HashMap<String, HgncId>) -> FileResult<Vec<Transcript>> {
    let mut genes: HashMap<String, (String, Option<HgncId>)> = HashMap::new();
    let mut models: HashMap<String, Model> = HashMap::new();
    for line in open::lines(path)? {
        let (number, line) = line?;
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        // Some files have tabs within the last column.
        let fields: Vec<&str> = line.splitn(9, '\t').collect();
        let [contig, _, kind, start, end, _, strand, phase, attributes] = fields[..] else {
            return Err(FileError::on_line(path, number, "columns", format!("{} columns, 9 are needed", fields.len())));
        };
        let value = |key: &str| attributes.split(';').find_map(|a| a.strip_prefix(key)?.strip_prefix('='));
        let bound = |text: &str, name| text.parse::<u32>().map_err(|e| FileError::on_line(path, number, name, e));
        match kind {
            "gene" | "ncRNA_gene" | "pseudogene" => {
                let Some(id) = value("ID") else { continue };
                let symbol = value("gene").or_else(|| value("Name")).unwrap_or(id);
                let hgnc = attributes.split([';', ',', '=']).find_map(|a| a.strip_prefix("HGNC:HGNC:")).and_then(|n| n.parse().ok());
                genes.insert(id.into(), (symbol.into(), hgnc.or_else(|| symbols.get(symbol).copied())));
            }
            "exon" | "CDS" => {
                let span = Exon { start: bound(start, "start")?, end: bound(end, "end")? };
                if span.start == 0 || span.end < span.start {
                    return Err(FileError::on_line(path, number, "start", "must be 1 or more and not after end"));
                }
                for parent in value("Parent").into_iter().flat_map(|p| p.split(',')) {
                    let model = models.entry(parent.into()).or_default();
                    if kind == "exon" {
                        model.exons.push(span);
                    } else {
                        model.coding.push((span, phase.parse().unwrap_or(0)));
                        model.protein = value("protein_id").or_else(|| value("Name")).map(str::to_owned);
                    }
                }
            }
            _ => {
                let (Some(id), Some(gene)) = (value("ID"), value("Parent")) else { continue };
                let model = models.entry(id.into()).or_default();
                model.name = accession(value("transcript_id").unwrap_or_else(|| id.trim_start_matches("transcript:")), value("version"));
                model.gene = gene.into();
                model.contig = contig.parse().ok();
                model.reverse = strand == "-";
                model.mane = tag(value("tag").unwrap_or(""));
            }
        }
    }
    Ok(sorted(collect(models, &genes, mane)))
}

/// The extent of the coding sequence. Of a model whose beginning is not known the bases before its first whole codon are left
/// out (the phase of its first part), so that the rest is read in frame.
fn whole_codons(model: &Model) -> Option<Exon> {
    let start = model.coding.iter().min_by_key(|(part, _)| part.start)?;
    let end = model.coding.iter().max_by_key(|(part, _)| part.end)?;
    let (first, last) = (start.0.start, end.0.end);
    Some(if model.reverse { Exon { start: first, end: last.checked_sub(end.1)? } } else { Exon { start: first + start.1, end: last } })
}

fn accession(id: &str, version: Option<&str>) -> String {
    match version {
        Some(version) if !id.contains('.') => format!("{id}.{version}"),
        _ => id.into(),
    }
}

fn tag(tags: &str) -> Option<Mane> {
    let has = |tag: &str| tags.split(',').any(|t| t.replace('_', " ") == tag);
    if has("MANE Select") || has("Ensembl canonical") {
        Some(Mane::Select)
    } else if has("MANE Plus Clinical") {
        Some(Mane::PlusClinical)
    } else {
        None
    }
}

fn collect(models: HashMap<String, Model>, genes: &HashMap<String, (String, Option<HgncId>)>, mane: &[ManeEntry]) -> Vec<Transcript> {
    let by_accession: HashMap<&str, &ManeEntry> = mane.iter().flat_map(|m| [(m.refseq.as_str(), m), (m.ensembl.as_str(), m)]).collect();
    let any_tagged = models.values().any(|m| m.mane.is_some());
    let mut unnamed: Vec<&String> = genes.iter().filter(|(_, (_, id))| id.is_none()).map(|(gene, _)| gene).collect();
    unnamed.sort();
    let invented: HashMap<&String, u32> = unnamed.into_iter().zip(UNNAMED_GENES_FROM..).collect();
    models
        .into_values()
        .filter_map(|model| {
            let listed = by_accession.get(model.name.as_str());
            let status = match listed {
                Some(entry) => entry.status,
                None if !mane.is_empty() => return None,
                None => model.mane.or((!any_tagged).then_some(Mane::Other))?,
            };
            let (symbol, id) = genes.get(&model.gene)?;
            let coding = Some(whole_codons(&model)?);
            // Models of genomes without introns name only the coding parts.
            let exons = if model.exons.is_empty() { model.coding.iter().map(|(part, _)| *part).collect() } else { model.exons };
            let id = listed.map(|m| m.gene).or(*id).or_else(|| invented.get(&model.gene).map(|n| HgncId(*n)))?;
            Some(Transcript {
                id: model.name,
                protein_id: model.protein,
                gene: id,
                symbol: symbol.clone(),
                contig: model.contig?,
                strand: if model.reverse { Strand::Reverse } else { Strand::Forward },
                exons: merged(exons),
                coding,
                mane: status,
            })
        })
        .filter(|t| !t.exons.is_empty() && t.coding_offsets().is_some())
        .collect()
}
