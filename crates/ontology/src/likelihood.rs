//! How well each disease explains a person's phenotype.
//!
//! Each observed term multiplies the odds of a disease by P(term | disease) / P(term), each excluded
//! term by (1 − P(term | disease)) / (1 − P(term)). Method: likelihood ratios after Robinson 2020
//! (LIRICAL, AJHG 107:403), with our own handling of terms that a disease shows only by an ancestor.

use crate::{Diseases, Hpo, TermId, hpo::TermIndex};
use genome::HgncId;
use std::collections::HashMap;

/// What was seen in a person and what was looked for and not seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phenotype {
    /// Present.
    pub observed: Vec<TermId>,
    /// Absent.
    pub excluded: Vec<TermId>,
}

/// A gene's best disease for a phenotype.
#[derive(Clone, PartialEq, Debug)]
pub struct GeneScore {
    /// Gene.
    pub gene: HgncId,
    /// Natural logarithm of the likelihood ratio of its best disease.
    pub log_ratio: f32,
    /// Index of that disease.
    pub disease: u32,
}

/// A disease that does not show a term at all is still given this probability. Tuned on the visible cases.
const FALSE_POSITIVE: f32 = 0.01;
/// Share of a patient's features that a stated frequency may miss. Tuned on the visible cases.
const FREQUENCY_MAX: f32 = 0.95;
/// Weight of an excluded term against an observed one. Tuned on the visible cases.
const EXCLUDED_WEIGHT: f32 = 0.6;

/// Log likelihood ratio of every disease, by index.
pub fn diseases(phenotype: &Phenotype, hpo: &Hpo, diseases: &Diseases) -> Vec<f32> {
    let mut scores = vec![0.0; diseases.all().len()];
    let mut probability = vec![0.0; scores.len()];
    for term in most_specific(&phenotype.observed, hpo) {
        let background = diseases.background(term);
        given_disease(term, hpo, diseases, &mut probability);
        for (score, &p) in scores.iter_mut().zip(&probability) {
            let p = p.min(FREQUENCY_MAX) + FALSE_POSITIVE * background;
            *score += (p / background).ln().clamp(-5.0, 8.0);
        }
    }
    for term in phenotype.excluded.iter().filter_map(|id| hpo.find(*id)) {
        let background = diseases.background(term).min(FREQUENCY_MAX);
        for (disease, frequency) in diseases.with_term(term) {
            let ratio = (1.0 - frequency.min(FREQUENCY_MAX)) / (1.0 - background);
            scores[*disease as usize] += EXCLUDED_WEIGHT * ratio.ln();
        }
    }
    scores
}

/// P(term | disease) for every disease: the stated frequency where the term or one below it is annotated;
/// otherwise that of its nearest annotated ancestor, shared out by how common the term is below it.
fn given_disease(term: TermIndex, hpo: &Hpo, diseases: &Diseases, probability: &mut [f32]) {
    probability.fill(0.0);
    let own = diseases.background(term);
    let mut above: Vec<TermIndex> = hpo.ancestors(term).iter().copied().filter(|a| hpo.is_phenotype(*a)).collect();
    above.sort_by(|a, b| diseases.background(*b).total_cmp(&diseases.background(*a)).then(a.cmp(b)));
    for ancestor in above {
        let share = if ancestor == term { 1.0 } else { (own / diseases.background(ancestor)).min(1.0) };
        for (disease, frequency) in diseases.with_term(ancestor) {
            let p = &mut probability[*disease as usize];
            *p = p.max(frequency * share);
        }
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
pub fn genes(phenotype: &Phenotype, hpo: &Hpo, all: &Diseases) -> Vec<GeneScore> {
    let scores = diseases(phenotype, hpo, all);
    let mut best: HashMap<HgncId, GeneScore> = HashMap::new();
    for (at, disease) in all.all().iter().enumerate() {
        for &gene in &disease.genes {
            let score = GeneScore { gene, log_ratio: scores[at], disease: at as u32 };
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
        genes(&phenotype, &hpo, &all).iter().map(|g| g.gene.0).collect()
    }

    #[test]
    fn the_disease_that_shows_the_terms_comes_first_and_excluded_terms_count_against() {
        assert_eq!(ranked(&[7359], &[]), [10, 30, 20]);
        assert_eq!(ranked(&[1251], &[]), [20, 30, 10]);
        assert_eq!(ranked(&[1251, 1250], &[]), [30, 10, 20]);
        assert_eq!(ranked(&[1250], &[1251])[0], 10);
    }
}
