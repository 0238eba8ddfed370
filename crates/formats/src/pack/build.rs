//! Building a pack from the sources' own files. The same files give the same bytes on every machine.

use super::{
    CONDITIONS, COVERED, DIRECTORY, DISEASES, GENES, HPO, PANELS, REGIONS, REPEATS, TRANSCRIPTS, alleles, bases::Collector,
    container::Writer, directory, extents, frequencies, scores,
};
use crate::{FileError, FileResult, clinvar, genes, gnomad, hpoa, obo, panelapp, structural, transcripts};
use genome::{Assertion, Build, Contig, Gene, HgncId, Mane, Reference, Score, Significance, Transcript, Variant, consequence};
use ontology::panel::published::{Entity, GeneData, PanelType, Published, SIGNED_OFF};
use rayon::prelude::*;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

/// Source files of a pack; what is not given is recorded as missing.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Reference sequence (FASTA): whole contigs, or `>chr:start-end` regions.
    pub fasta: Vec<PathBuf>,
    /// Summary of the MANE set (NCBI, EMBL-EBI).
    pub mane: Option<PathBuf>,
    /// Transcripts as a genePred table of UCSC.
    pub genepred: Option<PathBuf>,
    /// Transcripts as GFF3 of RefSeq or Ensembl, in place of a genePred table.
    pub gff3: Option<PathBuf>,
    /// HGNC's complete set of genes.
    pub hgnc: Option<PathBuf>,
    /// gnomAD's constraint by gene.
    pub constraint: Option<PathBuf>,
    /// Probabilities of haploinsufficiency by gene (Collins 2022).
    pub haploinsufficiency: Option<PathBuf>,
    /// ClinGen's dosage sensitivity list (CSV).
    pub dosage: Option<PathBuf>,
    /// The phenotype ontology (`hp.obo`).
    pub hpo: Option<PathBuf>,
    /// Diseases with their features (`phenotype.hpoa`).
    pub hpoa: Option<PathBuf>,
    /// Genes of the diseases (`genes_to_phenotype.txt`).
    pub genes_to_phenotype: Option<PathBuf>,
    /// ClinVar's VCF.
    pub clinvar: Option<PathBuf>,
    /// Population frequencies (VCF in gnomAD's layout).
    pub frequency: Vec<PathBuf>,
    /// Scores, each with its kind; several files of one kind are read as one.
    pub scores: Vec<(Score, PathBuf)>,
    /// Deletions and duplications of a population with their frequency.
    pub structural_frequency: Vec<PathBuf>,
    /// Only those of them that overlap the sequence held.
    pub structural_within_sequence: bool,
    /// Loci of disease repeats (STRchive's JSON).
    pub repeats: Option<PathBuf>,
    /// The frequency files list every variant of these contigs, so that an allele not in them was not seen.
    pub frequency_complete: Vec<String>,
    /// Panels, as PanelApp's API gives them (JSON).
    pub panels: Vec<PathBuf>,
    /// Lists of genes of signed-off panels, for a pack without the panels themselves.
    pub panel_lists: Option<PathBuf>,
    /// Test Directory (JSON).
    pub directory: Option<PathBuf>,
    /// Releases that the files do not state themselves: what, version.
    pub versions: Vec<(String, String)>,
}

/// No transcript spans more bases than this on the genome (the longest, of CNTNAP2 and RBFOX1, span 2.5 Mb).
const TRANSCRIPT_BASES_MAX: u32 = 3_000_000;

/// Tells how far the work is: a word on what is done next.
pub type Progress<'p> = &'p mut dyn FnMut(&str);

/// Builds a pack.
pub fn build(to: &Path, name: &str, build: Build, sources: &Sources, progress: Progress) -> FileResult<()> {
    let mut writer = Writer::create(to, name, build)?;
    writer.manifest().versions.clone_from(&sources.versions);
    progress("sequence");
    let mut collector = Collector::default();
    for path in &sources.fasta {
        collector.add(path)?;
    }
    let stretches = collector.stretches();
    collector.write(&mut writer)?;
    progress("genes");
    let mut genes = gene_table(sources)?;
    let symbols = genes::symbols(&genes);
    progress("transcripts");
    let transcripts = transcript_table(sources, &symbols)?;
    writer.rows(TRANSCRIPTS, &transcripts)?;
    structural_tables(&mut writer, sources, &symbols, &stretches)?;
    progress("phenotypes");
    phenotypes(&mut writer, sources, &symbols)?;
    progress("panels and directory");
    writer.rows(PANELS, &panel_table(sources, &genes)?)?;
    if let Some(path) = &sources.directory {
        let (version, entries) = directory::read(path)?;
        writer.manifest().versions.push(("Test Directory".into(), version));
        writer.rows(DIRECTORY, &entries)?;
    }
    missing(&mut writer, sources);
    writer.manifest().versions.sort();
    if sources.clinvar.is_none() && sources.frequency.is_empty() && sources.scores.is_empty() {
        writer.rows(GENES, &genes)?;
        return writer.finish();
    }
    // Alleles are normalised against the sequence, so it is laid out once more by itself before they are added.
    progress("variants");
    let genome = sequence_of(sources, to)?;
    let classified = classifications(sources, &genome)?;
    count_truncating(&classified, &transcripts, &mut genes, &genome);
    writer.rows(GENES, &genes)?;
    evidence(&mut writer, sources, &classified, &genome)?;
    for score in Score::ALL {
        let files: Vec<&Path> = sources.scores.iter().filter(|(kind, _)| *kind == score).map(|(_, path)| path.as_path()).collect();
        if !files.is_empty() {
            progress(score.name());
            scores::write(&mut writer, score, &files, build, &genome)?;
        }
    }
    writer.finish()
}

/// Curated regions, repeats, and the frequencies of deletions and duplications.
fn structural_tables(
    writer: &mut Writer,
    sources: &Sources,
    symbols: &HashMap<String, HgncId>,
    stretches: &[super::Stretch],
) -> FileResult<()> {
    if let Some(path) = &sources.dosage {
        writer.rows(REGIONS, &structural::regions(path)?)?;
    }
    if let Some(path) = &sources.repeats {
        writer.rows(REPEATS, &structural::repeats(path, symbols)?)?;
    }
    if sources.structural_frequency.is_empty() {
        return Ok(());
    }
    extents::write(writer, &sources.structural_frequency, if sources.structural_within_sequence { stretches } else { &[] })
}

/// ClinVar's classifications, normalised.
fn classifications(sources: &Sources, genome: &dyn Reference) -> FileResult<Vec<(Variant, Assertion)>> {
    let Some(path) = &sources.clinvar else { return Ok(vec![]) };
    Ok(clinvar::read(path)?.into_iter().map(|(variant, assertion)| (variant.normalise(genome), assertion)).collect())
}

/// Counts, for each gene, the pathogenic variants of two stars or more that truncate its protein: what establishes loss of
/// function as a mechanism of disease (PVS1).
fn count_truncating(classified: &[(Variant, Assertion)], transcripts: &[Transcript], genes: &mut [Gene], genome: &dyn Reference) {
    let mut counts: HashMap<HgncId, u32> = HashMap::new();
    for (variant, _) in classified.iter().filter(|(_, a)| a.significance.is_pathogenic() && a.stars >= 2) {
        let from = transcripts.partition_point(|t| {
            (t.contig, t.extent().start) <= (variant.contig, variant.position.get().saturating_sub(TRANSCRIPT_BASES_MAX))
        });
        let near = transcripts[from..].iter().take_while(|t| (t.contig, t.extent().start) <= (variant.contig, variant.end()));
        for transcript in near.filter(|t| t.mane == Mane::Select && t.extent().end >= variant.position.get()) {
            if consequence::effect(variant, transcript, genome).is_some_and(|e| e.truncation.is_some()) {
                *counts.entry(transcript.gene).or_default() += 1;
            }
        }
    }
    for gene in genes {
        gene.pathogenic_truncating = counts.get(&gene.id).copied().unwrap_or(0);
    }
}

/// The sequence alone, as a temporary pack beside the one that is built, to normalise alleles against.
fn sequence_of(sources: &Sources, beside: &Path) -> FileResult<super::Pack> {
    let stem = beside.file_stem().unwrap_or_default().to_string_lossy();
    let path = beside.with_file_name(format!("{stem}-sequence.gmspack"));
    let mut collector = Collector::default();
    for fasta in &sources.fasta {
        collector.add(fasta)?;
    }
    let mut writer = Writer::create(&path, "sequence", Build::GRCh38)?;
    collector.write(&mut writer)?;
    writer.finish()?;
    let pack = super::Pack::open(&path);
    // The mapping keeps the data; the name is no longer needed.
    std::fs::remove_file(&path).map_err(|e| FileError::whole(&path, e))?;
    pack
}

fn gene_table(sources: &Sources) -> FileResult<Vec<Gene>> {
    let Some(path) = &sources.hgnc else { return Ok(vec![]) };
    let mut table = genes::hgnc(path)?;
    if let Some(path) = &sources.constraint {
        genes::add_constraint(path, &mut table)?;
    }
    if let Some(path) = &sources.haploinsufficiency {
        genes::add_haploinsufficiency(path, &mut table)?;
    }
    if let Some(path) = &sources.dosage {
        genes::add_dosage(path, &mut table)?;
    }
    Ok(table)
}

fn transcript_table(sources: &Sources, symbols: &HashMap<String, HgncId>) -> FileResult<Vec<genome::Transcript>> {
    let mane = sources.mane.as_deref().map(transcripts::mane).transpose()?.unwrap_or_default();
    match (&sources.genepred, &sources.gff3) {
        (_, Some(path)) => transcripts::gff3::read(path, &mane, symbols),
        (Some(path), None) => transcripts::genepred(path, &mane, symbols),
        (None, None) => Ok(vec![]),
    }
}

fn phenotypes(writer: &mut Writer, sources: &Sources, symbols: &HashMap<String, HgncId>) -> FileResult<()> {
    if let Some(path) = &sources.hpo {
        let (version, terms) = obo::read(path)?;
        writer.manifest().versions.push(("HPO".into(), version));
        writer.rows(HPO, &terms)?;
    }
    let Some(path) = &sources.hpoa else { return Ok(()) };
    let (version, mut diseases) = hpoa::read(path)?;
    writer.manifest().versions.push(("HPO annotations".into(), version));
    if let Some(path) = &sources.genes_to_phenotype {
        let (links, _) = hpoa::gene_links(path, symbols)?;
        for disease in &mut diseases {
            disease.genes = links.get(&disease.id).into_iter().flatten().copied().collect();
        }
    }
    writer.rows(DISEASES, &diseases)
}

fn panel_table(sources: &Sources, genes: &[Gene]) -> FileResult<Vec<Published>> {
    let mut panels: HashMap<String, Published> = HashMap::new();
    for path in &sources.panels {
        for panel in panelapp::read(path)? {
            match panels.get(&panel.id) {
                Some(existing) if !existing.genes.is_empty() && panel.genes.is_empty() => {}
                _ => drop(panels.insert(panel.id.clone(), panel)),
            }
        }
    }
    if let Some(path) = &sources.panel_lists {
        add_lists(&mut panels, path, genes)?;
    }
    let mut panels: Vec<Published> = panels.into_values().filter(|p| p.entities().next().is_some()).collect();
    panels.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(panels)
}

/// Indications whose panel is not there in full get the published list of its green genes.
fn add_lists(panels: &mut HashMap<String, Published>, path: &Path, genes: &[Gene]) -> FileResult<()> {
    let symbols: HashMap<HgncId, &str> = genes.iter().map(|g| (g.id, g.symbol.as_str())).collect();
    for (code, (name, version, list)) in panelapp::signed_off_lists(path)? {
        // Tests of one or two genes have no panel of their own; their list is named after its genes.
        let named = list.iter().filter_map(|g| symbols.get(g).copied()).collect::<Vec<_>>().join(", ");
        let name = if name.starts_with("HGNC:") { named } else { name };
        let existing = panels.values_mut().find(|p| p.name.eq_ignore_ascii_case(&name) && !p.genes.is_empty());
        if let Some(panel) = existing {
            if !panel.relevant_disorders.contains(&code) {
                panel.relevant_disorders.push(code);
            }
            continue;
        }
        let mut entries: Vec<Entity> = list.iter().map(|gene| green(*gene, symbols.get(gene).copied().unwrap_or_default())).collect();
        entries.sort_by_key(Entity::gene);
        let named = |p: &&Published| p.name.eq_ignore_ascii_case(&name) && p.entities().next().is_none();
        let id = panels.values().find(named).map_or_else(|| code.clone(), |p| p.id.clone());
        let signed_off = PanelType { name: "GMS signed-off".into(), slug: SIGNED_OFF.into(), description: String::new() };
        let panel =
            Published { name, version, types: vec![signed_off], relevant_disorders: vec![code], genes: entries, ..Published::default() };
        panels.insert(id.clone(), Published { id, status: "public".into(), ..panel });
    }
    Ok(())
}

/// A green gene of which nothing else is said.
fn green(gene: HgncId, symbol: &str) -> Entity {
    let known = GeneData {
        hgnc_id: Some(gene.to_string()),
        hgnc_symbol: Some(symbol.into()),
        gene_symbol: Some(symbol.into()),
        ..GeneData::default()
    };
    Entity {
        entity_type: "gene".into(),
        entity_name: symbol.into(),
        gene_data: Some(known),
        confidence_level: "3".into(),
        ..Entity::default()
    }
}

fn evidence(writer: &mut Writer, sources: &Sources, classified: &[(Variant, Assertion)], genome: &dyn Reference) -> FileResult<()> {
    if sources.clinvar.is_some() {
        let rows = classified.iter().map(|(variant, assertion)| {
            let class = [
                Significance::Benign,
                Significance::LikelyBenign,
                Significance::Uncertain,
                Significance::Conflicting,
                Significance::LikelyPathogenic,
                Significance::Pathogenic,
            ]
            .iter()
            .position(|s| *s == assertion.significance)
            .unwrap_or(0);
            let id = assertion.variation.to_le_bytes();
            (variant.clone(), [id[0], id[1], id[2], id[3], class as u8, assertion.stars, 0, 0])
        });
        alleles::write(writer, "clinvar", rows.collect())?;
        conditions(writer, sources, genome)?;
    }
    let mut table = frequencies::write::Table::default();
    gnomad::by_contig(&sources.frequency, |contig, rows| {
        let normalised = rows.into_par_iter().map(|(variant, frequency, detail)| (variant.normalise(genome), frequency, detail));
        table.contig(contig, normalised.collect());
        Ok(())
    })?;
    table.write(writer)?;
    writer.section(COVERED, &covered(sources)?)
}

/// Conditions by variant, where ClinVar's file names them; each distinct wording is kept once.
fn conditions(writer: &mut Writer, sources: &Sources, genome: &dyn Reference) -> FileResult<()> {
    let Some(path) = &sources.clinvar else { return Ok(()) };
    let named = clinvar::conditions(path)?;
    if named.is_empty() {
        return Ok(());
    }
    let (mut names, mut places, mut rows) = (Vec::new(), HashMap::new(), Vec::new());
    for (variant, condition) in named {
        let index = *places.entry(condition).or_insert_with_key(|condition| {
            let index = names.len() as u32;
            names.extend(condition.as_bytes());
            names.push(b'\n');
            index
        });
        rows.push((variant.normalise(genome), index.to_le_bytes()));
    }
    writer.section(CONDITIONS, &names)?;
    alleles::write(writer, "condition", rows)
}

fn covered(sources: &Sources) -> FileResult<Vec<u8>> {
    let mut bytes = Vec::new();
    for name in &sources.frequency_complete {
        let (contig, range) = name.split_once(':').unwrap_or((name, "1-4294967295"));
        let contig: Contig = contig.parse().map_err(|e| FileError::whole(Path::new(name), e))?;
        let bounds = range.split_once('-').and_then(|(a, b)| Some((a.parse::<u32>().ok()?, b.parse::<u32>().ok()?)));
        let (start, end) = bounds.ok_or_else(|| FileError::whole(Path::new(name), "must be contig or contig:start-end"))?;
        bytes.push(contig.number());
        bytes.extend(start.to_le_bytes());
        bytes.extend(end.to_le_bytes());
    }
    Ok(bytes)
}

/// Scores that say something of a missense change.
const MISSENSE_SCORES: [Score; 3] = [Score::Revel, Score::AlphaMissense, Score::Cadd];

fn missing(writer: &mut Writer, sources: &Sources) {
    let absent = [
        (sources.fasta.is_empty(), "reference sequence: no protein changes, no left-alignment"),
        (sources.frequency.is_empty(), "population frequencies: common variants are not filtered"),
        (
            !sources.frequency.is_empty() && sources.frequency_complete.is_empty(),
            "complete population frequencies: a variant that is not in the pack is not known to be rare (PM2 is not evaluated)",
        ),
        (sources.structural_frequency.is_empty(), "frequencies of structural variants: common deletions and duplications are not filtered"),
        (
            sources.structural_within_sequence,
            "frequencies of structural variants away from its sequence: common ones are not filtered there",
        ),
        (sources.repeats.is_none(), "disease repeats: repeat expansions are not looked at"),
        (sources.clinvar.is_none(), "ClinVar"),
        (
            !sources.scores.iter().any(|(s, _)| MISSENSE_SCORES.contains(s)),
            "missense scores (REVEL, AlphaMissense or CADD): PP3 and BP4 are not evaluated for missense changes",
        ),
        (
            !sources.scores.iter().any(|(s, _)| *s == Score::SpliceAi),
            "splicing scores (SpliceAI): PP3, BP4 and BP7 are not evaluated on splicing",
        ),
        (sources.hpoa.is_none(), "disease annotations: no ranking by phenotype"),
    ];
    let labels = absent.iter().filter(|(is_absent, _)| *is_absent).map(|(_, labels)| (*labels).to_owned());
    writer.manifest().missing.extend(labels);
}
