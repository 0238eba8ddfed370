//! What happened to a variant or a gene, and by which rule.

use super::sidefile;
use anyhow::Context;
use genome::Variant;
use interpret::{Analysis, Candidate, Considered, Knowledge, Reason};
use std::{collections::BTreeMap, fmt::Write, path::Path};

/// Reads the analysis of an output folder.
pub fn analysis(folder: &Path) -> anyhow::Result<Analysis> {
    let path = folder.join("candidates.json");
    let text = std::fs::read(&path)
        .with_context(|| format!("{} is not the output folder of an analysis: candidates.json cannot be read", folder.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} does not read", path.display()))
}

/// Tells a variant's way through the analysis.
pub fn variant(folder: &Path, given: &Variant, knowledge: &Knowledge) -> anyhow::Result<String> {
    let analysis = analysis(folder)?;
    let normalised = given.normalise(&*knowledge.evidence as &dyn genome::Reference);
    if let Some(candidate) = analysis.candidates.iter().find(|c| c.variants.iter().any(|v| v.variant == normalised)) {
        return Ok(of_candidate(candidate, &normalised, analysis.candidates.len()));
    }
    if let Some(aside) = analysis.considered.iter().find(|c| c.variant == normalised) {
        return Ok(of_aside(aside));
    }
    let dropped = sidefile::find(folder, |d| d.is(given) || d.is(&normalised))?;
    Ok(match dropped.first() {
        Some(dropped) => format!("{given} was dropped: {}. Rule: {:?}.\n", dropped.reason.words(), dropped.reason),
        None => format!(
            "{given} was not called: no such allele stands in the VCF at that place. It may be absent, not covered, or written in another form.\n"
        ),
    })
}

fn of_candidate(candidate: &Candidate, variant: &Variant, of: usize) -> String {
    let mut text = format!("{variant} is in candidate {} of {of}: {}, {}.\n", candidate.rank, candidate.symbol, candidate.pattern);
    for reason in &candidate.reasons {
        let _ = writeln!(text, "  {reason}");
    }
    for held in candidate.variants.iter().filter(|v| v.variant == *variant) {
        let _ = writeln!(
            text,
            "  {} {} {}",
            held.effect.transcript,
            held.effect.hgvs_c.as_deref().unwrap_or("-"),
            held.effect.hgvs_p.as_deref().unwrap_or("")
        );
        let _ = writeln!(text, "  {}", held.classification.shown());
        for criterion in &held.classification.criteria {
            let _ = writeln!(text, "    {criterion}: {}", criterion.evidence);
        }
        for missing in &held.classification.not_evaluated {
            let _ = writeln!(text, "    not evaluated: {missing}");
        }
    }
    text
}

fn of_aside(aside: &Considered) -> String {
    let place = match (&aside.symbol, &aside.consequence) {
        (Some(symbol), Some(consequence)) => format!(" ({symbol}, {consequence})"),
        _ => String::new(),
    };
    format!("{}{place} was set aside: {}. Rule: {:?}.\n", aside.variant, aside.reason.words(), aside.reason)
}

/// Tells what was found in a gene and why it is or is not a candidate.
pub fn gene(folder: &Path, symbol: &str, knowledge: &Knowledge) -> anyhow::Result<String> {
    let analysis = analysis(folder)?;
    let gene = knowledge.gene_by_symbol(symbol).with_context(|| format!("the reference pack knows no gene '{symbol}'"))?;
    let mut text = String::new();
    match analysis.candidates.iter().find(|c| c.gene == gene.id) {
        Some(candidate) => {
            let first = candidate.variants.first().map(|v| v.variant.clone());
            text.push_str(&first.map_or_else(String::new, |v| of_candidate(candidate, &v, analysis.candidates.len())));
        }
        None => {
            let _ = writeln!(text, "{} is not a candidate.", gene.symbol);
        }
    }
    for aside in analysis.considered.iter().filter(|c| c.symbol.as_deref() == Some(gene.symbol.as_str())) {
        text.push_str(&of_aside(aside));
    }
    let extents: Vec<_> = knowledge.transcripts_of(gene.id).map(|t| (t.contig, t.extent())).collect();
    if extents.is_empty() {
        let _ = writeln!(text, "The reference pack has no transcript of {}, so its variants were not looked at.", gene.symbol);
        return Ok(text);
    }
    let inside = |d: &sidefile::Dropped| extents.iter().any(|(contig, extent)| d.contig == Some(*contig) && extent.contains(d.position));
    let mut counts: BTreeMap<Reason, u64> = BTreeMap::new();
    for dropped in sidefile::find(folder, inside)? {
        *counts.entry(dropped.reason).or_default() += 1;
    }
    for (reason, count) in counts {
        let _ = writeln!(text, "{count} allele(s) dropped: {}. Rule: {reason:?}.", reason.words());
    }
    Ok(text)
}
