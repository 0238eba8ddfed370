//! Candidates as a table: one line per variant, best candidate first.

use germline::{Analysis, Candidate, analysis::CandidateVariant};
use std::fmt::Write;

/// Columns of `candidates.tsv`.
pub const COLUMNS: [&str; 26] = [
    "rank",
    "gene",
    "hgnc_id",
    "contig",
    "position",
    "ref",
    "alt",
    "transcript",
    "hgvs_c",
    "hgvs_p",
    "consequence",
    "genotypes",
    "inheritance",
    "gnomad_af",
    "clinvar",
    "phenotype_score",
    "acmg_class",
    "acmg_points",
    "acmg_criteria",
    "score",
    "hgvs_g",
    "exon",
    "on_panel",
    "disease",
    "flags",
    "tier",
];

/// The table as tab-separated text: provenance in `##` lines, then the header, then the body.
pub fn tsv(analysis: &Analysis) -> String {
    let mut text = String::new();
    for (what, version) in &analysis.provenance {
        let _ = writeln!(text, "##{what}={version}");
    }
    for limit in &analysis.limits {
        let _ = writeln!(text, "##missing={limit}");
    }
    let _ = writeln!(text, "{}", COLUMNS.join("\t"));
    for candidate in &analysis.candidates {
        for variant in &candidate.variants {
            let _ = writeln!(text, "{}", row(analysis, candidate, variant).join("\t"));
        }
    }
    text
}

fn row(analysis: &Analysis, candidate: &Candidate, v: &CandidateVariant) -> [String; COLUMNS.len()] {
    let dash = |text: Option<String>| text.filter(|t| !t.is_empty()).unwrap_or_else(|| "-".into());
    let calls = analysis.family.members().iter().zip(&v.genotypes);
    let genotypes: Vec<String> = calls.map(|(m, g)| format!("{}:{}", m.sample, g.zygosity.notation())).collect();
    let criteria: Vec<String> = v.classification.criteria.iter().map(ToString::to_string).collect();
    [
        candidate.rank.to_string(),
        candidate.symbol.clone(),
        candidate.gene.to_string(),
        v.variant.contig.to_string(),
        v.variant.position.to_string(),
        v.variant.reference.clone(),
        v.variant.alternate.clone(),
        v.effect.transcript.clone(),
        dash(v.effect.hgvs_c.clone()),
        dash(v.effect.hgvs_p.clone()),
        v.effect.term_names(),
        genotypes.join(";"),
        candidate.pattern.to_string(),
        frequency(v),
        dash(v.assertion.map(|a| format!("{} ({} stars, variation {})", a.significance.name(), a.stars, a.variation))),
        format!("{:.3}", candidate.phenotype_score),
        v.classification.class.label().into(),
        v.classification.points.to_string(),
        dash(Some(criteria.join(";"))),
        format!("{:.3}", candidate.score),
        v.hgvs_g.clone(),
        dash(v.effect.exon.map(|(n, total)| format!("{n}/{total}"))),
        candidate.on_panel.map_or("-", |on| if on { "yes" } else { "no" }).into(),
        dash(candidate.disease.as_ref().map(|(id, name)| format!("{id} {name}"))),
        dash(Some(v.doubts.join("; "))),
        dash(v.tier.map(|t| t.to_string())),
    ]
}

/// The frequency with what its source adds to it, for a reader.
pub fn frequency_words(v: &CandidateVariant) -> String {
    let mut parts = vec![frequency(v)];
    let detail = &v.frequency_detail;
    if let Some(seen) = v.frequency.filter(|f| f.alleles_examined > 0) {
        parts.push(format!("{} alleles examined, {} homozygotes", seen.alleles_examined, seen.homozygotes));
    }
    if detail.hemizygotes > 0 {
        parts.push(format!("{} hemizygotes", detail.hemizygotes));
    }
    parts.extend(detail.groups.iter().map(|(group, share)| format!("{} {share:.6}", group.name())));
    if detail.filtered {
        parts.push("the source's own filters failed".into());
    }
    parts.join("; ")
}

/// The frequency, `0` when looked for and not seen, `not evaluated` when the pack cannot say.
pub fn frequency(v: &CandidateVariant) -> String {
    match (v.frequency, v.frequency_known) {
        (Some(f), _) => format!("{:.6}", f.overall),
        (None, true) => "0".into(),
        (None, false) => "not evaluated".into(),
    }
}
