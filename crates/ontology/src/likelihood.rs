//! How well each disease explains a person's phenotype.
//!
//! Four parts, each counted per disease and weighed together:
//! - each observed term's likelihood ratio, P(term | disease) / P(term), after Robinson 2020 (LIRICAL, AJHG 107:403), with our
//!   own handling of terms that a disease shows only by an ancestor; divided by the root of the number of terms, since
//!   terms are not independent;
//! - the share of observed terms that the disease shows as such or more exactly;
//! - excluded terms twice over: a feature that the disease shows in four patients of five or more speaks against it when it is
//!   absent; but that a feature was looked for at all speaks for the diseases that have it sometimes, because people look for
//!   what they suspect;
//! - the number of features a disease is annotated with, since the richly annotated match by chance.
//!
//! The weights follow those that maximise the likelihood of the right gene among 300 near ones in 2,500 visible published
//! cases, with the annotations of each case's own paper left out (four folds by gene). The fit alone would let an excluded
//! term never speak against a disease, an artefact of how cohorts are coded; here it does from a frequency of 80 %.

mod parts;

pub use parts::{ExcludedPart, ObservedPart, Parts, Shown, parts};

use crate::{Diseases, Hpo, TermId, disease::LeftOut, hpo::TermIndex};
use genome::HgncId;
use std::collections::HashMap;

/// What was seen in a person and what was looked for and not seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phenotype {
    /// Terms that the person shows.
    pub observed: Vec<TermId>,
    /// Terms that were looked for and are absent.
    pub excluded: Vec<TermId>,
}

/// A gene's best disease for a phenotype.
#[derive(Clone, PartialEq, Debug)]
pub struct GeneScore {
    /// HGNC identifier of the gene.
    pub gene: HgncId,
    /// Natural logarithm of the likelihood ratio of its best disease.
    pub log_ratio: f32,
    /// Index of that disease.
    pub disease: u32,
}

genome::ruleset_constants! {
    /// What a term counts that a disease does not show, as a multiple of its background.
    /// Tuned on the visible published cases (see above); unconfirmed: no published source found.
    const FALSE_POSITIVE: f32 = 5.0;
    /// Share of a patient's features that a stated frequency may miss.
    /// Tuned on the visible published cases (see above); unconfirmed: no published source found.
    const FREQUENCY_MAX: f32 = 0.95;
    /// Weight of the observed terms' log ratio over the root of their number.
    /// Tuned on the visible published cases (see above); unconfirmed: no published source found.
    const WEIGHT_RATIO: f32 = 1.36;
    /// Most that the natural logarithm of one term's likelihood ratio counts, so that one rare term cannot decide alone.
    /// Unconfirmed: no published source found.
    const TERM_LOG_RATIO_MAX: f32 = 8.0;
    /// Weight of the share of observed terms that the disease shows.
    /// Tuned on the visible published cases (see above); unconfirmed: no published source found.
    const WEIGHT_SHOWN: f32 = 2.97;
    /// Weight of the share of excluded terms that the disease shows, times the root of their number.
    /// Tuned on the visible published cases (see above); unconfirmed: no published source found.
    const WEIGHT_LOOKED_FOR: f32 = 1.6;
    /// Weight of ln(1 − frequency) of excluded terms, over the root of their number.
    /// Tuned on the visible published cases (see above); unconfirmed: no published source found.
    const WEIGHT_ABSENT: f32 = 1.0;
    /// Weight of ln(1 + features annotated).
    /// Tuned on the visible published cases (see above); unconfirmed: no published source found.
    const WEIGHT_FEATURES: f32 = -0.6;
}

/// Log likelihood ratio of every disease, by index, up to a constant of the case; nothing observed says nothing.
pub fn diseases(phenotype: &Phenotype, hpo: &Hpo, all: &Diseases, left_out: &LeftOut) -> Vec<f32> {
    let observed = most_specific(&phenotype.observed, hpo);
    let excluded: Vec<TermIndex> = phenotype.excluded.iter().filter_map(|id| hpo.find(*id)).filter(|t| hpo.is_phenotype(*t)).collect();
    let mut scores = vec![0.0; all.all().len()];
    if observed.is_empty() {
        return scores;
    }
    let (root, count) = ((observed.len() as f32).sqrt(), observed.len() as f32);
    let mut probability = vec![0.0; scores.len()];
    for term in observed {
        let background = all.background(term);
        given_disease(term, hpo, all, left_out, &mut probability);
        for (score, &p) in scores.iter_mut().zip(&probability) {
            let ratio = 1.0 + p.min(FREQUENCY_MAX) / (FALSE_POSITIVE * background);
            *score += WEIGHT_RATIO / root * ratio.ln().min(TERM_LOG_RATIO_MAX);
        }
        each_with(term, all, left_out, |disease, _| scores[disease as usize] += WEIGHT_SHOWN / count);
    }
    let excluded_root = (excluded.len() as f32).sqrt();
    for term in excluded {
        each_with(term, all, left_out, |disease, frequency| {
            let absent = (1.0 - frequency.min(FREQUENCY_MAX)).ln();
            scores[disease as usize] += (WEIGHT_LOOKED_FOR + WEIGHT_ABSENT * absent) / excluded_root;
        });
    }
    for (index, score) in scores.iter_mut().enumerate() {
        *score += WEIGHT_FEATURES * (1.0 + all.feature_count(index as u32, left_out) as f32).ln();
    }
    scores
}

/// Calls back for every disease that shows a term or one below it, with its frequency.
fn each_with(term: TermIndex, all: &Diseases, left_out: &LeftOut, mut with: impl FnMut(u32, f32)) {
    for (disease, frequency) in all.with_term(term) {
        if left_out.profile(*disease).is_none() {
            with(*disease, *frequency);
        }
    }
    for (disease, profile) in left_out.profiles() {
        if let Some(frequency) = profile.get(&term) {
            with(*disease, *frequency);
        }
    }
}

/// P(term | disease) for every disease: the stated frequency where the term or one below it is annotated;
/// otherwise that of its nearest annotated ancestor, shared out by how common the term is below it.
fn given_disease(term: TermIndex, hpo: &Hpo, diseases: &Diseases, left_out: &LeftOut, probability: &mut [f32]) {
    probability.fill(0.0);
    let own = diseases.background(term);
    let mut above: Vec<TermIndex> = hpo.ancestors(term).iter().copied().filter(|a| hpo.is_phenotype(*a)).collect();
    above.sort_by(|a, b| diseases.background(*b).total_cmp(&diseases.background(*a)).then(a.cmp(b)));
    for ancestor in above {
        let share = if ancestor == term { 1.0 } else { (own / diseases.background(ancestor)).min(1.0) };
        each_with(ancestor, diseases, left_out, |disease, frequency| {
            let p = &mut probability[disease as usize];
            *p = p.max(frequency * share);
        });
    }
}

/// Observed terms without those that another observed term implies, each once.
fn most_specific(observed: &[TermId], hpo: &Hpo) -> Vec<TermIndex> {
    let mut terms: Vec<TermIndex> = observed.iter().filter_map(|id| hpo.find(*id)).filter(|t| hpo.is_phenotype(*t)).collect();
    terms.sort_unstable();
    terms.dedup();
    let implied = |t: &TermIndex| terms.iter().any(|other| other != t && hpo.is_within(*other, *t));
    terms.iter().filter(|t| !implied(t)).copied().collect()
}

/// Every gene with a disease, best first; ties stand in order of HGNC identifier.
pub fn genes(scores: &[f32], all: &Diseases) -> Vec<GeneScore> {
    let mut best: HashMap<HgncId, GeneScore> = HashMap::new();
    for (index, disease) in all.all().iter().enumerate() {
        for &gene in &disease.genes {
            let score = GeneScore { gene, log_ratio: scores[index], disease: index as u32 };
            best.entry(gene)
                .and_modify(|b| {
                    if score.log_ratio > b.log_ratio {
                        *b = score.clone();
                    }
                })
                .or_insert(score);
        }
    }
    let mut ranked: Vec<GeneScore> = best.into_values().collect();
    ranked.sort_by(|a, b| b.log_ratio.total_cmp(&a.log_ratio).then(a.gene.cmp(&b.gene)));
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Disease, disease::Feature, hpo::tests::small};

    fn disease(id: &str, gene: u32, features: &[(u32, f32)]) -> Disease {
        Disease {
            id: id.into(),
            name: id.into(),
            inheritance: vec![],
            features: features.iter().map(|(t, f)| Feature { term: TermId(*t), frequency: *f, pmid: Some(*t) }).collect(),
            genes: vec![HgncId(gene)],
        }
    }

    fn ranked(observed: &[u32], excluded: &[u32]) -> Vec<u32> {
        let hpo = small();
        let list = vec![
            disease("OMIM:1", 10, &[(7359, 0.9)]),
            disease("OMIM:2", 20, &[(1251, 0.9)]),
            disease("OMIM:3", 30, &[(1250, 0.9), (1251, 0.9)]),
        ];
        let all = Diseases::new("test".into(), list, &hpo);
        let ids = |terms: &[u32]| terms.iter().map(|t| TermId(*t)).collect();
        let phenotype = Phenotype { observed: ids(observed), excluded: ids(excluded) };
        genes(&diseases(&phenotype, &hpo, &all, &LeftOut::default()), &all).iter().map(|g| g.gene.0).collect()
    }

    #[test]
    fn the_disease_that_shows_the_terms_comes_first_and_excluded_terms_count_against() {
        assert_eq!(ranked(&[7359], &[])[0], 10);
        assert_eq!(ranked(&[1251], &[])[0], 20);
        assert_eq!(ranked(&[1251, 1250], &[])[0], 30);
        assert_eq!(ranked(&[1250], &[1251])[0], 10);
    }

    #[test]
    fn the_features_that_a_cases_own_paper_gave_can_be_left_out() {
        let hpo = small();
        let all = Diseases::new(
            "test".into(),
            vec![disease("OMIM:1", 10, &[(7359, 0.9), (1251, 0.5)]), disease("OMIM:2", 20, &[(1250, 0.9)])],
            &hpo,
        );
        let phenotype = Phenotype { observed: vec![TermId(7359)], excluded: vec![] };
        let first = |papers: &[u32]| {
            let left_out = all.left_out(&papers.iter().copied().collect(), &hpo);
            genes(&diseases(&phenotype, &hpo, &all, &left_out), &all)[0].gene.0
        };
        // Each feature of the test's diseases cites the paper of its own number.
        assert_eq!((first(&[]), first(&[1251]), first(&[7359])), (10, 10, 20));
    }
}
