//! How well each gene's disorders explain what the proband shows.

use crate::{
    Case, Knowledge,
    settings::{LOG_RATIO_UNANNOTATED, OWN_GENES_MAX},
};
use genome::HgncId;
use ontology::{Inheritance, likelihood};
use std::collections::HashMap;

/// Phenotype evidence for every disease, computed once per case.
pub struct PhenotypeScores {
    diseases: Vec<f32>,
    ranks: HashMap<HgncId, usize>,
}

/// A gene's disorder that explains the proband best under a mode of inheritance.
#[derive(Clone, PartialEq, Debug)]
pub struct Match {
    /// Natural logarithm of the likelihood ratio.
    pub log_ratio: f32,
    /// Index of the disease, if the gene has one.
    pub disease: Option<u32>,
    /// Its mode of inheritance answers the pattern.
    pub mode_fits: bool,
}

impl PhenotypeScores {
    /// Scores every disease and ranks every gene for a case.
    pub fn new(case: &Case, knowledge: &Knowledge) -> PhenotypeScores {
        let left_out = knowledge.diseases.left_out(&case.papers_left_out, &knowledge.hpo);
        let diseases = likelihood::diseases(&case.phenotype, &knowledge.hpo, &knowledge.diseases, &left_out);
        let genes = likelihood::genes(&diseases, &knowledge.diseases);
        PhenotypeScores { diseases, ranks: genes.iter().zip(1..).map(|(score, rank)| (score.gene, rank)).collect() }
    }

    /// Place of a gene by phenotype alone, from 1.
    pub fn rank(&self, gene: HgncId) -> Option<usize> {
        self.ranks.get(&gene).copied()
    }

    /// The gene's best disorder whose mode is among `modes`, or failing that its best of any mode.
    pub fn best(&self, gene: HgncId, modes: &[Inheritance], knowledge: &Knowledge) -> Match {
        let diseases = knowledge.diseases.of_gene(gene);
        let score = |index: &u32| self.diseases[*index as usize];
        let any = |stated: &[Inheritance]| stated.is_empty() || stated.iter().any(|mode| modes.contains(mode));
        // A disorder of many genes states the modes of all of them; the gene's own disorders tell which are this gene's.
        let own: Vec<Inheritance> = diseases
            .iter()
            .map(|index| knowledge.diseases.get(*index))
            .filter(|d| d.genes.len() <= OWN_GENES_MAX)
            .flat_map(|d| d.inheritance.iter().copied())
            .collect();
        let fits = |index: &&u32| {
            let disease = knowledge.diseases.get(**index);
            any(&disease.inheritance) && (disease.genes.len() <= OWN_GENES_MAX || any(&own))
        };
        let best = |list: &mut dyn Iterator<Item = &u32>| list.max_by(|a, b| score(a).total_cmp(&score(b)).then(b.cmp(a))).copied();
        let fitting = best(&mut diseases.iter().filter(fits));
        match fitting.or_else(|| best(&mut diseases.iter())) {
            Some(index) => Match { log_ratio: score(&index), disease: Some(index), mode_fits: fitting.is_some() },
            None => Match { log_ratio: LOG_RATIO_UNANNOTATED, disease: None, mode_fits: true },
        }
    }
}
