//! `cargo xtask bench hgvs`

use anyhow::Context;
use formats::{
    chain::Chain,
    fasta, open,
    transcripts::{self, ManeEntry},
};
use genome::{
    Build, Contig, HgncId, Mane, Position, Reference, Transcript, Variant, consequence,
    edit::Edit,
    hgvs::{
        self, Description,
        notation::{Bound, Change, Interval, NucleotideChange, NucleotideEdit, Point},
    },
    transcript::Exon,
};
use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

/// Sequence on GRCh37, lifted back from GRCh38 regions where only those are at hand.
struct Sequence {
    sequences: HashMap<Contig, Vec<(u32, Vec<u8>)>>,
}

impl Reference for Sequence {
    fn bases(&self, contig: Contig, start: u32, end: u32) -> Option<Vec<u8>> {
        let regions = self.sequences.get(&contig)?;
        let (from, bases) = regions.iter().find(|(from, bases)| *from <= start && end < from + bases.len() as u32)?;
        Some(bases[(start - from) as usize..=(end - from) as usize].to_vec())
    }
}

/// Descriptions on GRCh37 beside those on transcripts, from biocommons' tables: carried to GRCh38, projected, compared.
pub fn run(conformance: &Path, sources: &Path, each: bool) -> anyhow::Result<()> {
    let chain = Chain::read(&sources.join("reference/hg19ToHg38.over.chain.gz"))?;
    let mut sequence = Sequence { sequences: HashMap::new() };
    fasta::stream(&sources.join("reference/grch38_lrg_regions.fa.gz"), |entry, bases| {
        let regions = sequence.sequences.entry(entry.contig).or_default();
        match regions.last_mut().filter(|(from, _)| *from == entry.start) {
            Some((_, sequences)) => sequences.extend(bases),
            None => regions.push((entry.start, bases.to_vec())),
        }
        Ok(())
    })?;
    let models = models(&sources.join("genes/refGene_hg38.tsv.gz"))?;
    let listed = transcripts::mane(&sources.join("genes/MANE.GRCh38.v1.5.summary.txt.gz"))?;
    let versions: HashMap<&str, &str> =
        listed.iter().map(|m| (m.refseq.split('.').next().unwrap_or_default(), m.refseq.as_str())).collect();
    let (mut counts, mut proteins) = (BTreeMap::new(), BTreeMap::new());
    for file in files(&conformance.join("hgvs/biocommons/gcp"))? {
        for line in open::lines(&file)? {
            let (_, line) = line?;
            let fields: Vec<&str> = line.split('\t').collect();
            let [_, genomic, coding, ref rest @ ..] = fields[..] else { continue };
            if !genomic.starts_with("NC_") || !coding.starts_with('N') {
                continue;
            }
            let outcome = compare(genomic, coding, &chain, &sequence, &models, &versions);
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            if each && outcome.0 == "differs" {
                println!("{name}: {genomic} {coding}: {}", outcome.1.as_deref().unwrap_or_default());
            }
            *counts.entry(outcome.0).or_default() += 1;
            let Some(protein) = rest.first().filter(|p| p.contains(":p.")) else { continue };
            let outcome = compare_protein(protein, &outcome, coding, &models, &sequence);
            if each && outcome.0 == "differs" {
                println!("{name}: {coding} {protein}: {}", outcome.1);
            }
            *proteins.entry(outcome.0).or_default() += 1;
        }
    }
    println!("## Coding descriptions");
    table(&counts);
    println!("## Protein descriptions, of coding descriptions that are the same");
    table(&proteins);
    read_back(&conformance.join("hgvs/biocommons"))
}

fn table(counts: &BTreeMap<&'static str, usize>) {
    for (what, count) in counts {
        println!("| {what} | {count} |");
    }
    let (same, differs) = (counts.get("same").copied().unwrap_or(0), counts.get("differs").copied().unwrap_or(0));
    println!("{same} of {} the same ({:.2} %)", same + differs, same as f64 * 100.0 / (same + differs).max(1) as f64);
}

/// Reads every description of the tables that have nothing to compare with, and those read back from what was written.
fn read_back(folder: &Path) -> anyhow::Result<()> {
    println!("## Descriptions read and written again");
    for name in ["gauntlet", "random-vars.gz", "clinvar.gz"] {
        let (mut read, mut refused) = (0, 0);
        for line in open::lines(&folder.join(name))? {
            let (_, line) = line?;
            let described = line.split('#').next().unwrap_or_default().split([' ', '\t']).filter(|word| word.contains(':'));
            for text in described {
                match text.parse::<Description>() {
                    // Writing leaves out what need not be said (`delA` is `del`); what is written is written the same again.
                    Ok(description) => {
                        let written = description.to_string();
                        let again = written.parse::<Description>().map(|d| d.to_string());
                        anyhow::ensure!(again.as_ref() == Ok(&written), "{text} is written as {written}, which reads as {again:?}");
                        read += 1;
                    }
                    Err(error) => {
                        refused += 1;
                        println!("{name}: {text}: {error}");
                    }
                }
            }
        }
        println!("| {name} | {read} read | {refused} refused |");
    }
    Ok(())
}

/// How the protein change of a variant compares with the published one.
fn compare_protein(
    published: &str,
    coding: &(&'static str, Option<String>, Option<Variant>),
    described: &str,
    models: &HashMap<String, Transcript>,
    sequence: &Sequence,
) -> (&'static str, String) {
    let Some(variant) = coding.2.as_ref().filter(|_| coding.0 == "same") else { return ("not compared", String::new()) };
    let accession = described.split('.').next().unwrap_or_default();
    let Some(model) = models.get(accession) else { return ("no model at hand", String::new()) };
    let Some(effect) = consequence::effect(variant, model, sequence) else { return ("differs", "no effect".into()) };
    if effect.uncertain.as_deref() == Some(consequence::NO_SEQUENCE) {
        return ("no sequence at hand", String::new());
    }
    let Some(ours) = effect.hgvs_p else { return ("differs", "no protein change".into()) };
    // Read and written again, so that `*` and `Ter`, `fs*5` and `fsTer5` are the same.
    let written = |text: &str| text.parse::<Description>().map(|d| d.change.to_string().replace(['(', ')'], ""));
    let accession = published.split(':').next().unwrap_or_default();
    match (written(&format!("{accession}:{ours}")), written(published)) {
        (Ok(a), Ok(b)) if a == b => ("same", ours),
        (_, Err(error)) => ("not read", error.to_string()),
        _ => ("differs", ours),
    }
}

fn files(folder: &Path) -> anyhow::Result<Vec<std::path::PathBuf>> {
    let mut found: Vec<_> =
        std::fs::read_dir(folder).with_context(|| folder.display().to_string())?.filter_map(|f| Some(f.ok()?.path())).collect();
    found.sort();
    Ok(found)
}

fn nucleotide(text: &str) -> Option<(Description, NucleotideChange)> {
    let description: Description = text.trim().parse().ok()?;
    match description.change.clone() {
        Change::Nucleotide(change) => Some((description, change)),
        Change::Protein(_) => None,
    }
}

/// How one pair compares, and what was made of it.
fn compare(
    genomic: &str,
    coding: &str,
    chain: &Chain,
    sequence: &Sequence,
    models: &HashMap<String, Transcript>,
    versions: &HashMap<&str, &str>,
) -> (&'static str, Option<String>, Option<Variant>) {
    let no = |why| (why, None, None);
    let (Some((from, change)), Some((to, expected))) = (nucleotide(genomic), nucleotide(coding)) else { return no("not read") };
    let Ok(contig) = from.reference.parse::<Contig>() else { return no("not read") };
    let accession = to.reference.split('.').next().unwrap_or_default();
    let Some(model) = models.get(accession) else { return no("no model at hand") };
    let known = |bound| match bound {
        Bound::At(Point::Base { base, .. }) => Some(base.unsigned_abs()),
        _ => None,
    };
    let Some((start, end)) = known(change.interval.first).zip(known(change.interval.last.unwrap_or(change.interval.first))) else {
        return no("uncertain");
    };
    let lifted = chain.lift(contig, start).zip(chain.lift(contig, end));
    let Some(((on, start), (_, end))) = lifted.filter(|((a, s), (b, e))| a == b && e >= s && e - s == end - start) else {
        return no("not lifted");
    };
    if on != model.contig {
        return no("no model at hand");
    }
    let variant = if let NucleotideEdit::Substitution { reference, alternate } = &change.edit {
        let letter_of = |base: &u8| char::from(*base).to_string();
        Position::new(start).and_then(|position| Variant::new(on, position, &letter_of(reference), &letter_of(alternate)).ok())
    } else {
        let point = |base: u32| Bound::At(Point::Base { after_stop: false, base: base as i32, offset: 0 });
        let interval = Interval { first: point(start), last: (start != end).then(|| point(end)) };
        let lifted = Description {
            reference: on.refseq(Build::GRCh38),
            within: None,
            change: Change::Nucleotide(NucleotideChange { interval, ..change }),
        };
        match hgvs::resolve(&lifted, Build::GRCh38, sequence, &|_| None) {
            Ok(variant) => Some(variant),
            Err(hgvs::ResolveError::NoSequence(_)) => return no("no sequence at hand"),
            Err(error) => return ("the other build reads otherwise", Some(error.to_string()), None),
        }
    };
    let Some(variant) = variant else { return no("not read") };
    let ours = hgvs::coding(&Edit::from_variant(&variant).shifted(model.strand, sequence), model, sequence).unwrap_or_default();
    let expected = Change::Nucleotide(expected).to_string();
    let moved = versions.get(accession).is_some_and(|version| *version != to.reference);
    let how = match ours == expected {
        true => "same",
        false if moved => "differs, but MANE has another version of the transcript",
        false => "differs",
    };
    (how, Some(ours), Some(variant))
}

/// Every model of a genePred table, by accession without version.
fn models(path: &Path) -> anyhow::Result<HashMap<String, Transcript>> {
    let mut entries = Vec::new();
    for line in open::lines(path)?.skip(1) {
        let (_, line) = line?;
        let [name, contig, _, start, end, ..] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
        let Ok(contig) = contig.parse::<Contig>() else { continue };
        entries.push(ManeEntry {
            gene: HgncId(1),
            symbol: String::new(),
            refseq: name.into(),
            ensembl: String::new(),
            protein: String::new(),
            status: Mane::Other,
            contig,
            extent: Exon { start: start.parse::<u32>()? + 1, end: end.parse()? },
        });
    }
    Ok(transcripts::genepred(path, &entries, &HashMap::new())?.into_iter().map(|t| (t.id.clone(), t)).collect())
}
