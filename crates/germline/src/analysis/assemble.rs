//! From the calls that came past the sieve to the finished analysis.

use super::{Analysis, Candidate, CandidateVariant, Considered, Counts, Finding};
use crate::settings as rules;
use crate::{
    classify::{self, Question},
    identity::{Parentage, Tally},
    inherit::{self, Explanation, Pattern, de_novo, imprinted},
    quality,
    rank::{self, Score},
    ruleset, tier,
    weights::RANKING,
};
use annotation::{
    Case, Cause, Knowledge, Reason,
    annotate::{self, Annotated},
    haplotype,
    phenotype::PhenotypeScores,
    screen,
};
use genome::{Build, HgncId, genotype::Call, hgvs};
use std::collections::BTreeMap;

/// What the sieve hands over.
pub struct Screened {
    /// Calls that came past it, in file order.
    pub calls: Vec<Call>,
    /// What was read and dropped.
    pub counts: Counts,
    /// Counts from which identity is told.
    pub tally: Tally,
    /// Counts of the quality of each sample.
    pub quality: quality::Tally,
    /// Imperfections of the file that were met.
    pub findings: Vec<Finding>,
}

impl Screened {
    /// Adds what a further file of the same family holds. Identity and quality are told from the first file alone.
    pub fn add(&mut self, more: Screened) {
        self.calls.extend(more.calls);
        self.calls.sort_by_key(|call| (call.variant.contig, call.variant.position));
        self.counts.records += more.counts.records;
        self.counts.alleles += more.counts.alleles;
        for (reason, count) in more.counts.dropped {
            match self.counts.dropped.iter_mut().find(|(existing, _)| *existing == reason) {
                Some((_, existing)) => *existing += count,
                None => self.counts.dropped.push((reason, count)),
            }
        }
        self.counts.dropped.sort_unstable_by_key(|(reason, _)| *reason);
        self.findings.extend(more.findings);
    }
}

struct Scored<'a> {
    gene: HgncId,
    explanation: Explanation,
    variants: Vec<&'a Annotated>,
    matched: annotation::phenotype::Match,
    score: Score,
}

/// Annotates, explains, classifies and ranks.
pub fn assemble(case: &Case, screened: Screened, knowledge: &Knowledge) -> Analysis {
    use rayon::prelude::*;
    let joints = haplotype::joints(&screened.calls, case.family.proband_index(), knowledge);
    let annotated: Vec<Result<Vec<Annotated>, Reason>> =
        screened.calls.par_iter().enumerate().map(|(index, call)| annotate::annotate(call, index, &joints, knowledge)).collect();
    let (mut by_gene, mut considered) = (BTreeMap::<HgncId, Vec<Annotated>>::new(), Vec::new());
    for (call, result) in screened.calls.iter().zip(annotated) {
        match result {
            Err(reason) => {
                let variant = call.variant.clone();
                considered.push(Considered { variant, symbol: None, consequence: None, cause: reason.into() });
            }
            Ok(list) => list.into_iter().for_each(|v| by_gene.entry(v.gene).or_default().push(v)),
        }
    }
    let phenotype = PhenotypeScores::new(case, knowledge);
    let judged: Vec<(Option<Scored>, Vec<Considered>)> =
        by_gene.par_iter().map(|(gene, variants)| of_gene(*gene, variants, case, &phenotype, knowledge)).collect();
    let mut best: Vec<Scored> = Vec::new();
    for (chosen, rest) in judged {
        best.extend(chosen);
        considered.extend(rest);
    }
    let on_panel = |gene: HgncId| case.panel.as_ref().map(|p| p.is_green(gene));
    let group = |s: &Scored| on_panel(s.gene) == Some(false);
    best.sort_by(|a, b| group(a).cmp(&group(b)).then(b.score.total().total_cmp(&a.score.total())).then(a.gene.cmp(&b.gene)));
    let (mut findings, quality) = (screened.findings, screened.quality.samples());
    findings.extend(screened.tally.observations(&case.family).into_iter().map(|message| Finding { message }));
    let parentage = screened.tally.parentage(&case.family);
    let totals: Vec<f32> = best.iter().map(|s| s.score.total()).collect();
    let posteriors = rank::posteriors(&totals, RANKING.posterior_scale, RANKING.none_of_these);
    let candidates = best
        .iter()
        .zip(&posteriors)
        .zip(1..)
        .map(|((scored, posterior), rank)| candidate(scored, (rank, *posterior), parentage, case, &phenotype, knowledge))
        .collect();
    Analysis { quality, ..finish(case, screened.counts, screened.tally, findings, candidates, considered, knowledge) }
}

fn finish(
    case: &Case,
    counts: Counts,
    tally: Tally,
    findings: Vec<Finding>,
    candidates: Vec<Candidate>,
    considered: Vec<Considered>,
    knowledge: &Knowledge,
) -> Analysis {
    let mut provenance = vec![
        ("program".to_owned(), format!("gms {}", env!("CARGO_PKG_VERSION"))),
        ("ruleset".to_owned(), rules::RULESET.to_owned()),
        ("ruleset digest".to_owned(), ruleset::digest().to_owned()),
    ];
    provenance.extend(knowledge.provenance.iter().cloned());
    Analysis {
        provenance,
        limits: knowledge.missing.clone(),
        family: case.family.clone(),
        observed: case.phenotype.observed.clone(),
        excluded: case.phenotype.excluded.clone(),
        panel: case.panel.as_ref().map(|p| (p.name.clone(), p.version.clone())),
        identity: tally.checks(&case.family),
        quality: vec![],
        counts,
        findings,
        candidates,
        considered,
    }
}

/// A gene's best explanation, and its variants that are not in it.
fn of_gene<'a>(
    gene: HgncId,
    variants: &'a [Annotated],
    case: &Case,
    phenotype: &PhenotypeScores,
    knowledge: &Knowledge,
) -> (Option<Scored<'a>>, Vec<Considered>) {
    let explained = inherit::explain(variants, case);
    let chosen = choose(gene, variants, &explained, case, phenotype, knowledge);
    let used = chosen.as_ref().map_or(&[][..], |c| &c.explanation.variants);
    let rest = variants.iter().enumerate().filter(|(index, _)| !used.contains(index));
    let considered = rest.map(|(index, variant)| reason_set_aside(variant, index, &explained, knowledge)).collect();
    (chosen, considered)
}

/// The gene's best explanation that is rare enough for its mode.
fn choose<'a>(
    gene: HgncId,
    variants: &'a [Annotated],
    explained: &[Explanation],
    case: &Case,
    phenotype: &PhenotypeScores,
    knowledge: &Knowledge,
) -> Option<Scored<'a>> {
    let scored = explained.iter().cloned().filter_map(|explanation| {
        let used: Vec<&Annotated> = explanation.variants.iter().map(|index| &variants[*index]).collect();
        if !used.iter().all(|v| rare_for(v, &explanation.pattern)) {
            return None;
        }
        let modes = inherit::modes(&explanation.pattern, used[0].call.variant.contig);
        let matched = phenotype.best(gene, modes, knowledge);
        let read = imprinted::is_expressed(gene, &explanation.pattern) == Some(true);
        if needs_two(&explanation.pattern, &matched) && !used[0].is_known_pathogenic() && !read {
            return None;
        }
        let panel_mode = case.panel.as_ref().and_then(|p| p.gene(gene)).filter(|g| !g.modes.is_empty());
        let panel_mode_fits = panel_mode.map(|g| g.modes.iter().any(|m| modes.contains(m)));
        let weakest = |a: f32, b: f32| a.min(b);
        let variant = used.iter().map(|v| rank::variant(v, &explanation.pattern, case, knowledge)).reduce(weakest)?;
        let score = Score {
            phenotype: rank::phenotype(matched.log_ratio),
            variant,
            pattern: rank::pattern(gene, &explanation.pattern, &matched, panel_mode_fits),
        };
        Some(Scored { gene, explanation, variants: used, matched, score })
    });
    scored.max_by(|a, b| a.score.total().total_cmp(&b.score.total()).then_with(|| b.explanation.variants.cmp(&a.explanation.variants)))
}

/// One copy that an unaffected relative also has, in a gene whose disorders need two.
fn needs_two(pattern: &Pattern, matched: &annotation::phenotype::Match) -> bool {
    matches!(pattern, Pattern::FromUnaffected { .. }) && !matched.mode_fits
}

fn rare_for(variant: &Annotated, pattern: &Pattern) -> bool {
    variant.frequency_max() <= frequency_max(pattern) || variant.is_known_pathogenic()
}

/// The frequency above which a variant is too common for a pattern.
fn frequency_max(pattern: &Pattern) -> f32 {
    match pattern {
        Pattern::Homozygous { .. } | Pattern::CompoundHeterozygous { .. } => rules::FREQUENCY_RECESSIVE_MAX,
        _ => rules::FREQUENCY_DOMINANT_MAX,
    }
}

/// Why a variant of a gene is not in the gene's candidate.
fn reason_set_aside(variant: &Annotated, index: usize, explained: &[Explanation], knowledge: &Knowledge) -> Considered {
    let explained: Vec<&Explanation> = explained.iter().filter(|e| e.variants.contains(&index)).collect();
    let shared = |e: &&Explanation| matches!(e.pattern, Pattern::FromUnaffected { .. });
    let cause = if explained.is_empty() {
        Reason::InheritanceDoesNotFit.into()
    } else if explained.iter().all(|e| !rare_for(variant, &e.pattern)) {
        let limit = explained.iter().map(|e| frequency_max(&e.pattern)).fold(0.0, f32::max);
        Cause { reason: Reason::TooCommon, value: Some(variant.frequency_max()), limit: Some(limit) }
    } else if explained.iter().all(shared) {
        Reason::OneOfTwo.into()
    } else {
        Reason::BetterInGene.into()
    };
    Considered {
        variant: variant.call.variant.clone(),
        symbol: Some(knowledge.symbol(variant.gene)),
        consequence: Some(variant.effect.term_names()),
        cause,
    }
}

fn candidate(
    scored: &Scored,
    (rank, posterior): (usize, f32),
    parentage: Parentage,
    case: &Case,
    phenotype: &PhenotypeScores,
    knowledge: &Knowledge,
) -> Candidate {
    let phenotype_rank = phenotype.rank(scored.gene);
    let variants = scored.variants.iter().enumerate().map(|(index, v)| {
        let partner = scored.variants.get(1 - index.min(1)).filter(|_| scored.variants.len() == 2).copied();
        let question = Question { variant: v, pattern: scored.explanation.pattern, partner, phenotype_rank, parentage };
        CandidateVariant {
            variant: v.call.variant.clone(),
            hgvs_g: hgvs::genomic(&v.call.variant, Build::GRCh38, &*knowledge.evidence),
            effect: v.effect.clone(),
            genotypes: v.call.genotypes.clone(),
            frequency: v.frequency,
            frequency_known: v.frequency_known,
            frequency_detail: v.frequency_detail.clone(),
            assertion: v.assertion,
            conditions: knowledge.evidence.conditions(&v.call.variant),
            classification: classify::classify(&question, knowledge),
            tier: case.panel.as_ref().and_then(|p| tier::tier(v.gene, &scored.explanation.pattern, v.call.variant.contig, &v.effect, p)),
            doubts: doubts(v, case),
        }
    });
    let disease = scored.matched.disease.map(|index| knowledge.diseases.get(index));
    Candidate {
        rank,
        gene: scored.gene,
        symbol: knowledge.symbol(scored.gene),
        pattern: scored.explanation.pattern,
        disease: disease.map(|d| (d.id.clone(), d.name.clone())),
        phenotype_score: scored.score.phenotype,
        phenotype_rank,
        on_panel: case.panel.as_ref().map(|p| p.is_green(scored.gene)),
        score: scored.score.total(),
        posterior,
        reasons: reasons(scored, posterior, phenotype_rank),
        variants: variants.collect(),
    }
}

fn doubts(variant: &Annotated, case: &Case) -> Vec<String> {
    let mut doubts = screen::doubts(&variant.call.genotypes[case.family.proband_index()]);
    doubts.extend(variant.effect.uncertain.clone());
    doubts.extend(parents(variant, case));
    doubts.extend(variant.together.iter().map(|v| format!("read together with {v} on the same copy of the gene")));
    doubts
}

/// What the parents' reads say beyond their calls.
fn parents(variant: &Annotated, case: &Case) -> Vec<String> {
    let (family, calls) = (&case.family, &variant.call.genotypes);
    let proband = family.proband();
    let mut messages = Vec::new();
    for (parent, name) in [(proband.father, "father"), (proband.mother, "mother")] {
        let Some(call) = parent.map(|p| &calls[p]) else { continue };
        if let Some((with, all)) = de_novo::may_be_mosaic(call) {
            messages.push(format!("{with} of {all} reads of the {name} have it too: a mosaic {name} may pass it on again"));
        }
        if variant.call.variant.contig == genome::Contig::MT && name == "mother" {
            messages.extend(call.allele_balance().map(|level| format!("in {:.0} % of the mother's reads", level * 100.0)));
        }
    }
    messages
}

fn reasons(scored: &Scored, posterior: f32, phenotype_rank: Option<usize>) -> Vec<String> {
    let place = phenotype_rank.map_or_else(|| "no annotated disorder".to_owned(), |r| format!("number {r} by phenotype alone"));
    let fit = if scored.matched.mode_fits { "fits" } else { "does not fit" };
    let mut reasons = vec![
        format!("{} likely to be the cause, from:", rank::likelihood(posterior)),
        format!("phenotype {:+.1} ({place})", scored.score.phenotype),
        format!("variant {:+.1}", scored.score.variant),
        format!("inheritance {:+.1} ({}; {fit} the disorder's mode)", scored.score.pattern, scored.explanation.pattern),
    ];
    reasons.extend(imprinted::is_expressed(scored.gene, &scored.explanation.pattern).map(|read| {
        let which = if read { "on the copy that is read" } else { "on the copy that is silent" };
        format!("an imprinted gene: the variant is {which}")
    }));
    reasons
}
