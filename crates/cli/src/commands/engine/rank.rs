//! `gms rank`

use super::phenotype;
use crate::arguments::Rank;
use anyhow::{Context, bail};
use engine::reference;
use ontology::{Hpo, TermId, likelihood, likelihood::Phenotype, phenopacket};
use std::{io::Write, path::Path, process::ExitCode};

/// Prints genes, best first.
pub fn run(arguments: &Rank) -> anyhow::Result<ExitCode> {
    let knowledge = reference::knowledge(&reference::open(&arguments.reference)?)?;
    let (mut observed, mut excluded) = (arguments.hpo.clone(), arguments.exclude_hpo.clone());
    if let Some(path) = &arguments.phenopacket {
        let packet = packet(path)?;
        let contradictions: Vec<String> = packet.features.iter().filter_map(|f| phenopacket::contradiction(f, &knowledge.hpo)).collect();
        if !contradictions.is_empty() {
            bail!("{}: {}: write the identifier or the label that was meant", path.display(), contradictions.join("; "));
        }
        for feature in packet.features {
            if feature.absent { &mut excluded } else { &mut observed }.push(feature.term.to_string());
        }
    }
    let phenotype = phenotype::read(&knowledge.hpo, &observed, &excluded)?;
    says_something(&knowledge.hpo, &phenotype)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let left_out = knowledge.diseases.left_out(&arguments.leave_out_paper.iter().copied().collect(), &knowledge.hpo);
    let scores = likelihood::diseases(&phenotype, &knowledge.hpo, &knowledge.diseases, &left_out);
    let genes = likelihood::genes(&scores, &knowledge.diseases);
    for (gene, rank) in genes.iter().zip(1..).take(arguments.most.unwrap_or(usize::MAX)) {
        let line = writeln!(out, "{rank}\t{}\t{}\t{:.4}", knowledge.symbol(gene.gene), gene.gene, gene.log_ratio);
        // A reader such as `head` that closes early has what it wanted.
        if line.is_err() {
            break;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// That something is present by which genes can be told apart: an order of genes that follows from nothing would be taken for one.
fn says_something(hpo: &Hpo, phenotype: &Phenotype) -> anyhow::Result<()> {
    let index = |term: &TermId| hpo.find(*term);
    let is_of_use = |term: u32| hpo.is_phenotype(term) && hpo.term(term).id != Hpo::PHENOTYPIC_ABNORMALITY;
    for term in phenotype.observed.iter().filter(|term| !index(term).is_some_and(is_of_use)) {
        eprintln!("{term} {} is left out: it is no feature that genes are told apart by", hpo.name(*term).unwrap_or_default());
    }
    if !phenotype.observed.iter().filter_map(index).any(is_of_use) {
        bail!("no feature is present: genes are ranked by what the person shows, so name one feature at least");
    }
    Ok(())
}

/// The features of a file; what of it was not understood is said, and that none was is refused.
fn packet(path: &Path) -> anyhow::Result<phenopacket::PacketFeatures> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let packet = phenopacket::read(&bytes).with_context(|| path.display().to_string())?;
    if packet.features.is_empty() {
        bail!("{}: no feature is a term of the HPO: {}", path.display(), packet.left_out.join("; "));
    }
    for left in &packet.left_out {
        eprintln!("{}: left out {left}", path.display());
    }
    for unread in &packet.unread {
        eprintln!("{}: not read: {unread}", path.display());
    }
    Ok(packet)
}
