//! Transcript models of the demo pack: refGene's, and for MANE transcripts that it lacks those of Ensembl with the same extent.

use anyhow::Context;
use formats::{open, transcripts::ManeEntry};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt::Write as _,
    io::{BufRead, Read},
    path::Path,
};

/// A genePred table of both, with refGene's columns.
pub fn genepred(genes: &Path) -> anyhow::Result<String> {
    let mut table = String::new();
    open::reader(&genes.join("refGene_hg38.tsv.gz"))?.read_to_string(&mut table)?;
    let columns: Vec<String> = table.lines().next().context("no header")?.trim_start_matches('#').split('\t').map(str::to_owned).collect();
    let bare = |accession: &str| accession.split('.').next().unwrap_or(accession).to_owned();
    let accessions: HashSet<String> = table.lines().skip(1).filter_map(|l| Some(bare(l.split('\t').next()?))).collect();
    let mane = formats::transcripts::mane(&genes.join("MANE.GRCh38.v1.5.summary.txt.gz"))?;
    let models = ensembl(genes)?;
    for entry in mane.iter().filter(|m| !accessions.contains(&bare(&m.refseq))) {
        if let Some(model) = models.get(&entry.symbol).and_then(|list| list.iter().find(|m| m.is(entry))) {
            let _ = writeln!(table, "{}", model.row(entry, &columns));
        }
    }
    for gene in mitochondrial(genes)? {
        let values = columns.iter().map(|column| gene.get(column.as_str()).cloned().unwrap_or_default());
        let _ = writeln!(table, "{}", values.collect::<Vec<_>>().join("\t"));
    }
    Ok(table)
}

/// Mitochondrial genes that are read from the light strand. Source: MITOMAP, functional locations.
const LIGHT_STRAND: [&str; 9] = ["MT-ND6", "MT-TQ", "MT-TA", "MT-TN", "MT-TC", "MT-TY", "MT-TS1", "MT-TE", "MT-TP"];

/// The mitochondrial genes as rows: one exon each, coding unless they make an RNA.
fn mitochondrial(genes: &Path) -> anyhow::Result<Vec<HashMap<&'static str, String>>> {
    let mut found = Vec::new();
    for line in open::reader(&genes.join("ideogram_ensembl110_genes.tsv.gz"))?.lines() {
        let line = line?;
        let ["MT", start, length, _, symbol, ..] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
        let (start, length): (u32, u32) = (start.parse()?, length.parse()?);
        let (before, end) = (start - 1, start + length);
        let makes_rna = symbol.starts_with("MT-T") || symbol.starts_with("MT-R");
        let strand = if LIGHT_STRAND.contains(&symbol) { "-" } else { "+" };
        found.push(HashMap::from([
            ("name", symbol.to_owned()),
            ("chrom", "chrM".to_owned()),
            ("strand", strand.to_owned()),
            ("txStart", before.to_string()),
            ("txEnd", end.to_string()),
            ("cdsStart", if makes_rna { end } else { before }.to_string()),
            ("cdsEnd", end.to_string()),
            ("exonCount", "1".to_owned()),
            ("exonStarts", format!("{before},")),
            ("exonEnds", format!("{end},")),
            ("name2", symbol.to_owned()),
        ]));
    }
    Ok(found)
}

/// One transcript of Ensembl's canonical set, 1-based inclusive.
struct Model {
    reverse: bool,
    exons: Vec<(u32, u32)>,
    coding: (u32, u32),
}

impl Model {
    /// Whether this has the extent of a MANE entry and a whole number of codons.
    fn is(&self, entry: &ManeEntry) -> bool {
        let extent = (self.exons.first().map(|e| e.0), self.exons.last().map(|e| e.1));
        let inside = |(start, end): &(u32, u32)| (end.min(&self.coding.1) + 1).saturating_sub(*start.max(&self.coding.0));
        let coding: u32 = self.exons.iter().map(inside).sum();
        extent == (Some(entry.extent.start), Some(entry.extent.end)) && coding > 0 && coding.is_multiple_of(3)
    }

    fn row(&self, entry: &ManeEntry, columns: &[String]) -> String {
        let list = |value: &dyn Fn(&(u32, u32)) -> u32| self.exons.iter().map(|e| format!("{},", value(e))).collect::<String>();
        let value = |column: &String| match column.as_str() {
            "name" => entry.refseq.split('.').next().unwrap_or_default().to_owned(),
            "chrom" => format!("chr{}", entry.contig),
            "strand" => if self.reverse { "-" } else { "+" }.to_owned(),
            "txStart" => (entry.extent.start - 1).to_string(),
            "txEnd" => entry.extent.end.to_string(),
            "cdsStart" => (self.coding.0 - 1).to_string(),
            "cdsEnd" => self.coding.1.to_string(),
            "exonCount" => self.exons.len().to_string(),
            "exonStarts" => list(&|e| e.0 - 1),
            "exonEnds" => list(&|e| e.1),
            "name2" => entry.symbol.clone(),
            _ => String::new(),
        };
        columns.iter().map(value).collect::<Vec<_>>().join("\t")
    }
}

/// Protein-coding models by gene symbol, in the order of their names.
fn ensembl(genes: &Path) -> anyhow::Result<HashMap<String, Vec<Model>>> {
    let mut starts: HashMap<String, u32> = HashMap::new();
    for line in open::reader(&genes.join("ideogram_ensembl110_genes.tsv.gz"))?.lines() {
        let line = line?;
        if let [_, start, _, _, symbol, ..] = line.split('\t').collect::<Vec<_>>()[..]
            && let Ok(start) = start.parse()
        {
            starts.insert(symbol.to_owned(), start);
        }
    }
    let mut models: BTreeMap<String, (String, Model)> = BTreeMap::new();
    for line in open::reader(&genes.join("ideogram_ensembl110_gene_structures.tsv.gz"))?.lines() {
        let line = line?;
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, offset, "0", strand, features @ ..] = &fields[..] else { continue };
        let Some((symbol, _)) = name.rsplit_once('-') else { continue };
        let (Some(start), Ok(offset)) = (starts.get(symbol), offset.parse::<u32>()) else { continue };
        if let Some(model) = model(start + offset, *strand == "-", features) {
            models.insert((*name).to_owned(), (symbol.to_owned(), model));
        }
    }
    let mut by_symbol: HashMap<String, Vec<Model>> = HashMap::new();
    for (symbol, model) in models.into_values() {
        by_symbol.entry(symbol).or_default().push(model);
    }
    Ok(by_symbol)
}

/// Features are `kind;start;length`: 0 untranslated before, 1 exon, 2 untranslated after; the end is start + length.
fn model(base: u32, reverse: bool, features: &[&str]) -> Option<Model> {
    let mut parts: [Vec<(u32, u32)>; 3] = Default::default();
    for feature in features.iter().filter(|f| !f.is_empty()) {
        let numbers: Vec<u32> = feature.split(';').map(|n| n.parse().ok()).collect::<Option<_>>()?;
        let [kind, start, length] = numbers[..] else { return None };
        parts.get_mut(kind as usize)?.push((base + start, base + start + length));
    }
    let [before, mut exons, after] = parts;
    exons.sort_unstable();
    let (left, right) = if reverse { (after, before) } else { (before, after) };
    let first = left.iter().map(|p| p.1 + 1).max().or(exons.first().map(|e| e.0))?;
    let last = right.iter().map(|p| p.0 - 1).min().or(exons.last().map(|e| e.1))?;
    // The coding sequence may begin after an intron that follows the untranslated part.
    let first = exons.iter().find(|e| e.1 >= first).map(|e| e.0.max(first))?;
    let last = exons.iter().rev().find(|e| e.0 <= last).map(|e| e.1.min(last))?;
    (first < last).then_some(Model { reverse, exons, coding: (first, last) })
}
