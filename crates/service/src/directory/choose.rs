//! Which test fits a patient: by how likely it is that the gene behind what the patient shows is on the test's panel.

use super::catalogue::Catalogue;
use annotation::Knowledge;
use care::directory::Test;
use ontology::{TermId, likelihood, likelihood::Phenotype, panel::Rating};
use std::collections::{HashMap, HashSet};

/// A test that fits, with why.
pub struct Fit<'c> {
    /// The test.
    pub test: &'c Test,
    /// Probability, by the patient's features alone, that the cause is in a green gene of its panel; of genes with a known disorder.
    pub covers: f32,
    /// The likeliest of its genes, best first.
    pub genes: Vec<String>,
    /// Green genes on its panel.
    pub green: usize,
}

/// Genes that are named for a test.
const GENES_NAMED: usize = 5;
/// A test below this says too little about the patient to be offered.
const COVERS_MIN: f32 = 0.02;

/// Tests of rare and inherited disease by how well they cover what a patient shows, best first.
pub fn fitting<'c>(catalogue: &'c Catalogue, knowledge: &Knowledge, observed: &[TermId], excluded: &[TermId], most: usize) -> Vec<Fit<'c>> {
    if observed.is_empty() {
        return vec![];
    }
    let phenotype = Phenotype { observed: observed.to_vec(), excluded: excluded.to_vec() };
    let left_out = knowledge.diseases.left_out(&HashSet::new(), &knowledge.hpo);
    let scores = likelihood::diseases(&phenotype, &knowledge.hpo, &knowledge.diseases, &left_out);
    let genes = likelihood::genes(&scores, &knowledge.diseases);
    let best = genes.first().map_or(0.0, |g| g.log_ratio);
    let total: f32 = genes.iter().map(|g| (g.log_ratio - best).exp()).sum();
    let share: HashMap<_, f32> = genes.iter().map(|g| (g.gene, (g.log_ratio - best).exp() / total)).collect();
    let mut fits: Vec<Fit> = Vec::new();
    // Dosage of the exons of a panel goes with its sequencing, and is not offered beside it.
    for test in catalogue.tests.iter().filter(|test| test.is_sequencing()) {
        let Some(panel) = catalogue.panel_of(test) else { continue };
        let mut shares: Vec<(f32, &str)> = panel
            .genes
            .iter()
            .filter(|g| g.rating == Rating::Green)
            .filter_map(|g| Some((*share.get(&g.gene)?, g.symbol.as_str())))
            .collect();
        shares.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let covers: f32 = shares.iter().map(|(share, _)| share).sum();
        if covers >= COVERS_MIN {
            let genes = shares.iter().take(GENES_NAMED).map(|(_, symbol)| (*symbol).to_owned()).collect();
            fits.push(Fit { test, covers, genes, green: shares.len() });
        }
    }
    // A panel of half of all genes covers half of anything: what counts is how much more the features put on it than its size does.
    let by_size = |fit: &Fit| fit.green.max(1) as f32 / genes.len().max(1) as f32;
    let worth = |fit: &Fit| fit.covers * (fit.covers / by_size(fit)).ln();
    fits.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then(a.test.code.cmp(&b.test.code)));
    fits.truncate(most);
    fits
}
