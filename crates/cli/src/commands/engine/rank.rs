//! `gms rank`

use super::phenotype;
use crate::arguments::Rank;
use anyhow::Context;
use engine::reference;
use ontology::likelihood;
use serde::Deserialize;
use std::{io::Write, process::ExitCode};

/// The parts of a GA4GH phenopacket that ranking needs.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Phenopacket {
    #[serde(default)]
    phenotypic_features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    r#type: Term,
    #[serde(default)]
    excluded: bool,
}

#[derive(Deserialize)]
struct Term {
    id: String,
}

/// Prints genes, best first.
pub fn run(arguments: &Rank) -> anyhow::Result<ExitCode> {
    let knowledge = reference::knowledge(&reference::open(&arguments.reference)?)?;
    let (mut observed, mut excluded) = (arguments.hpo.clone(), arguments.exclude_hpo.clone());
    if let Some(path) = &arguments.phenopacket {
        let text = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        let packet: Phenopacket = serde_json::from_slice(&text).with_context(|| format!("{} is not a phenopacket", path.display()))?;
        for feature in packet.phenotypic_features {
            if feature.excluded { &mut excluded } else { &mut observed }.push(feature.r#type.id);
        }
    }
    let phenotype = phenotype::read(&knowledge.hpo, &observed, &excluded)?;
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
