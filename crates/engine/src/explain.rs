//! What happened to a variant or a gene, and by which rule.

use super::{coverage, sidefile};
use annotation::{Knowledge, Reason};
use anyhow::Context;
use genome::{Contig, Variant};
use germline::{Analysis, Candidate, Considered};
use std::{collections::BTreeMap, fmt::Write, path::Path};

/// Reads the analysis of an output folder.
pub fn analysis(folder: &Path) -> anyhow::Result<Analysis> {
    let path = folder.join("candidates.json");
    let text = std::fs::read(&path)
        .with_context(|| format!("{} is not the output folder of an analysis: candidates.json cannot be read", folder.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} does not read", path.display()))
}

/// Tells a variant's way through the analysis.
/// `bed` lists what was covered, where the analysis itself cannot tell.
pub fn variant(folder: &Path, query: &Variant, bed: Option<&Path>, knowledge: &Knowledge) -> anyhow::Result<String> {
    variant_in(&analysis(folder)?, folder, query, bed, knowledge)
}

/// The same of an analysis that was read already; the folder holds its side file.
pub fn variant_in(
    analysis: &Analysis,
    folder: &Path,
    query: &Variant,
    bed: Option<&Path>,
    knowledge: &Knowledge,
) -> anyhow::Result<String> {
    let normalised = query.normalise(&*knowledge.evidence as &dyn genome::Reference);
    if let Some(candidate) = analysis.candidates.iter().find(|c| c.variants.iter().any(|v| v.variant == normalised)) {
        return Ok(describe_candidate(candidate, &normalised, analysis));
    }
    if let Some(considered) = analysis.considered.iter().find(|c| c.variant == normalised) {
        return Ok(describe_considered(considered));
    }
    let dropped = sidefile::find(folder, |d| d.is(query) || d.is(&normalised))?;
    Ok(match dropped.first() {
        Some(dropped) => format!("{query} was dropped: {}. Rule: {:?}.\n", dropped.cause.label(), dropped.cause.reason),
        None => not_called(folder, query, bed)?,
    })
}

/// No such allele stands in the VCF: was the place read at all?
fn not_called(folder: &Path, query: &Variant, bed: Option<&Path>) -> anyhow::Result<String> {
    let (contig, position) = (query.contig, query.position.get());
    let block = coverage::block(folder, contig, position)?;
    let listed = bed.map(|bed| coverage::listed(bed, contig, position)).transpose()?;
    let covered = match (block, listed) {
        (Some(block), _) => format!(
            "The place was read: the proband has the reference there, with at least {} reads and genotype quality {}",
            block.depth_reads, block.quality_phred
        ),
        (None, Some(Some(listed))) => format!("The place is {listed} by the coverage file, so it was looked at and not seen"),
        (None, Some(None)) => "The place is not in the coverage file: it was not read well enough to say that it is absent".to_owned(),
        (None, None) => "Whether the place was covered is not known: give a gVCF, or --coverage with a BED file".to_owned(),
    };
    Ok(format!("{query} was not called: no such allele stands in the VCF at that place. {covered}.\n"))
}

fn describe_candidate(candidate: &Candidate, variant: &Variant, analysis: &Analysis) -> String {
    let count = analysis.candidates.len();
    let mut text = format!("{variant} is in candidate {} of {count}: {}, {}.\n", candidate.rank, candidate.symbol, candidate.pattern);
    if let (Some((name, version)), Some(green)) = (&analysis.panel, candidate.on_panel) {
        let place = if green { "green on" } else { "not green on" };
        let _ = writeln!(text, "  {place} the panel {name}, version {version}");
    }
    for reason in candidate.reasons_shown() {
        let _ = writeln!(text, "  {reason}");
    }
    for matching in candidate.variants.iter().filter(|v| v.variant == *variant) {
        let _ = writeln!(text, "  {} {}", matching.described(), matching.effect.term_names());
        let _ = writeln!(text, "  {}", matching.classification.shown());
        for criterion in &matching.classification.criteria {
            let _ = writeln!(text, "    {criterion}: {}", criterion.evidence);
        }
        for missing in &matching.classification.not_evaluated {
            let _ = writeln!(text, "    not evaluated: {missing}");
        }
    }
    text
}

fn describe_considered(considered: &Considered) -> String {
    let place = match (&considered.symbol, &considered.consequence) {
        (Some(symbol), Some(consequence)) => format!(" ({symbol}, {consequence})"),
        _ => String::new(),
    };
    format!("{}{place} was set aside: {}. Rule: {:?}.\n", considered.variant, considered.cause.label(), considered.cause.reason)
}

/// Tells what was found in a gene and why it is or is not a candidate.
pub fn gene(folder: &Path, symbol: &str, knowledge: &Knowledge) -> anyhow::Result<String> {
    gene_in(&analysis(folder)?, folder, symbol, knowledge)
}

/// The same of an analysis that was read already; the folder holds its side file.
pub fn gene_in(analysis: &Analysis, folder: &Path, symbol: &str, knowledge: &Knowledge) -> anyhow::Result<String> {
    let gene = knowledge.gene_by_symbol(symbol).with_context(|| format!("the reference pack knows no gene '{symbol}'"))?;
    let mut text = String::new();
    if let Some(candidate) = analysis.candidates.iter().find(|c| c.gene == gene.id) {
        let first = candidate.variants.first().map(|v| v.variant.clone());
        text.push_str(&first.map_or_else(String::new, |v| describe_candidate(candidate, &v, analysis)));
    } else {
        let _ = writeln!(text, "{} is not a candidate.", gene.symbol);
        if let Some((name, version)) = &analysis.panel {
            let _ = writeln!(text, "The analysis was asked on the panel {name}, version {version}.");
        }
    }
    for considered in analysis.considered.iter().filter(|c| c.symbol.as_deref() == Some(gene.symbol.as_str())) {
        text.push_str(&describe_considered(considered));
    }
    let extents: Vec<_> = knowledge.transcripts_of(gene.id).map(|t| (t.contig, t.extent())).collect();
    if extents.is_empty() {
        let _ = writeln!(text, "The reference pack has no transcript of {}, so its variants were not looked at.", gene.symbol);
        return Ok(text);
    }
    let inside = |d: &sidefile::Dropped| extents.iter().any(|(contig, extent)| d.contig == Some(*contig) && extent.contains(d.position));
    counted(&sidefile::find(folder, inside)?, &mut text);
    Ok(text)
}

fn counted(dropped: &[sidefile::Dropped], text: &mut String) {
    let mut counts: BTreeMap<Reason, u64> = BTreeMap::new();
    for dropped in dropped {
        *counts.entry(dropped.cause.reason).or_default() += 1;
    }
    for (reason, count) in counts {
        let _ = writeln!(text, "{count} allele(s) dropped: {}. Rule: {reason:?}.", reason.label());
    }
}

/// Tells what was found in a region, 1-based inclusive, and what was dropped there.
pub fn region(folder: &Path, contig: Contig, start: u32, end: u32) -> anyhow::Result<String> {
    let analysis = analysis(folder)?;
    let within = |v: &Variant| v.contig == contig && v.position.get() <= end && v.end() >= start;
    let mut text = String::new();
    for candidate in &analysis.candidates {
        for matching in candidate.variants.iter().filter(|v| within(&v.variant)) {
            text.push_str(&describe_candidate(candidate, &matching.variant, &analysis));
        }
    }
    analysis.considered.iter().filter(|c| within(&c.variant)).for_each(|considered| text.push_str(&describe_considered(considered)));
    let dropped = sidefile::find(folder, |d| d.contig == Some(contig) && (start..=end).contains(&d.position))?;
    counted(&dropped, &mut text);
    if text.is_empty() {
        let _ = writeln!(text, "Nothing was called in {contig}:{start}-{end}.");
    }
    Ok(text)
}
