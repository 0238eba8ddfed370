//! What the alleles of a gene mean for it: the phenotype, and the activity score where the gene has one.

use crate::table::rows;
use crate::{
    call::{Call, Diplotype, Made},
    definition::{Allele, Gene},
};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// What a call means.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Meaning {
    /// Phenotypes: one, or several that the calls cannot tell apart; none when nothing was called.
    pub phenotypes: Vec<String>,
    /// Others, were the phase otherwise than the call that names most.
    pub otherwise: Vec<String>,
    /// Sum of the activity values, when every allele has one and all diplotypes agree.
    pub score: Option<f32>,
}

impl Meaning {
    /// The phenotypes in words, with the activity score and what another phase would mean.
    pub fn label(&self) -> String {
        let mut text = self.phenotypes.join(" or ");
        if let Some(score) = self.score {
            text += &format!(" (activity score {score})");
        }
        if !self.otherwise.is_empty() {
            text += &format!("; were the phase otherwise: {}", self.otherwise.join(" or "));
        }
        if text.is_empty() { "Not known".into() } else { text }
    }
}

/// A gene's phenotype up to an activity score.
struct ScoredPhenotype {
    gene: &'static str,
    score_max: f32,
    phenotype: &'static str,
}

/// Phenotypes by activity score, lowest first: of CYP2D6 poor 0, intermediate up to 1, normal from 1.25 up to 2.25, ultrarapid beyond.
/// Source: Caudle 2020, Clin Transl Sci 13:116 (consensus of CPIC and DPWG), table 2.
static BY_SCORE: LazyLock<Vec<ScoredPhenotype>> = LazyLock::new(|| {
    let line = |[gene, most, phenotype, _source]: [&'static str; 4]| {
        let most = if most.is_empty() { f32::MAX } else { most.parse().expect("a number of the program's own table") };
        ScoredPhenotype { gene, score_max: most, phenotype }
    };
    rows(include_str!("../../../data/pharmacogenomics/phenotypes-by-score.tsv")).map(line).collect()
});

/// Functions from the least: where each variant counts by itself, the two least of them decide.
const LEAST_FIRST: [&str; 7] = [
    "No function",
    "Malignant Hyperthermia associated",
    "Decreased function",
    "Uncertain function",
    "Unknown function",
    "Normal function",
    "Increased function",
];

/// What a call of a gene means.
pub fn interpret(gene: &Gene, call: &Call) -> Meaning {
    match &call.made {
        Made::No(_) => Meaning::default(),
        Made::Outside(diplotype) => of_all(gene, std::slice::from_ref(diplotype), &[]),
        Made::Fits { diplotypes, otherwise, .. } => of_all(gene, diplotypes, otherwise),
        Made::Variants { copies, all } => of_all(gene, &[least(gene, copies.as_ref(), all)], &[]),
    }
}

fn of_all(gene: &Gene, diplotypes: &[Diplotype], otherwise: &[Diplotype]) -> Meaning {
    let names = |list: &[Diplotype]| {
        let mut names: Vec<String> = list.iter().map(|d| phenotype(gene, d)).collect();
        names.sort();
        names.dedup();
        names
    };
    let phenotypes = names(diplotypes);
    let mut others = names(otherwise);
    others.retain(|other| !phenotypes.contains(other));
    let mut scores = diplotypes.iter().map(|d| score(gene, d));
    let first = scores.next().flatten();
    Meaning { phenotypes, otherwise: others, score: first.filter(|_| scores.all(|other| other == first)) }
}

/// Phenotype of a diplotype; indeterminate where no table says.
pub fn phenotype(gene: &Gene, diplotype: &Diplotype) -> String {
    let mut by_score = BY_SCORE.iter().filter(|line| line.gene == gene.symbol).peekable();
    if by_score.peek().is_some() {
        let found = score(gene, diplotype).and_then(|score| by_score.find(|line| score <= line.score_max));
        return found.map_or_else(|| "Indeterminate".into(), |line| line.phenotype.to_owned());
    }
    let mut functions: Vec<&str> =
        diplotype.alleles.iter().filter_map(|name| gene.allele(name)).map(|allele| allele.function.as_str()).collect();
    functions.sort_unstable();
    let together = gene.phenotypes.iter().find(|t| t.functions == functions);
    together.map_or_else(|| "Indeterminate".into(), |t| t.phenotype.clone())
}

/// Sum of the activity values of a diplotype; a name such as `*1x2` counts as often as it says.
fn score(gene: &Gene, diplotype: &Diplotype) -> Option<f32> {
    let activity = |name: &String| {
        let (name, times) = match name.rsplit_once('x') {
            Some((name, times)) => (name, times.parse::<u8>().ok()?),
            None => (name.as_str(), 1),
        };
        Some(gene.allele(name)?.activity? * f32::from(times))
    };
    diplotype.alleles.iter().map(activity).sum()
}

/// The two variants of the least function: one of each copy where the phase is known, else as if they were on different ones.
fn least(gene: &Gene, copies: Option<&[Vec<String>; 2]>, all: &[String]) -> Diplotype {
    let reference = gene.alleles.first().map_or_else(String::new, |allele| allele.name.clone());
    // By activity value where there is one, in hundredths, else by function.
    let rank = |name: &str| {
        let allele = gene.allele(name);
        let function = allele.map_or("", |allele: &Allele| allele.function.as_str());
        let by_function = || LEAST_FIRST.iter().position(|known| *known == function).unwrap_or(LEAST_FIRST.len());
        allele.and_then(|a| a.activity).map_or_else(by_function, |activity| (activity * 100.0) as usize)
    };
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.push(reference.clone());
        list.sort_by_key(|name| rank(name));
        list
    };
    let alleles = if let Some([one, other]) = copies {
        vec![sorted(one).swap_remove(0), sorted(other).swap_remove(0)]
    } else {
        let mut list = sorted(all);
        list.push(reference.clone());
        list.truncate(2);
        list
    };
    Diplotype { alleles }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Definitions;

    fn meaning_of(gene: &str, diplotype: &str) -> String {
        let gene = Definitions::built_in().gene(gene).expect("a gene");
        let diplotype = Diplotype { alleles: diplotype.split('/').map(str::to_owned).collect() };
        let score = score(gene, &diplotype).map_or_else(String::new, |score| format!(" {score}"));
        format!("{}{score}", phenotype(gene, &diplotype))
    }

    /// Diplotypes and phenotypes as the guidelines' own tables give them.
    #[test]
    fn diplotypes_mean_what_the_guidelines_say() {
        for (gene, diplotype, means) in [
            ("CYP2C19", "*1/*2", "Intermediate Metabolizer"),
            ("CYP2C19", "*2/*3", "Poor Metabolizer"),
            ("CYP2C19", "*17/*17", "Ultrarapid Metabolizer"),
            ("CYP2C9", "*1/*3", "Intermediate Metabolizer 1"),
            ("CYP2C9", "*3/*3", "Poor Metabolizer 0"),
            ("DPYD", "Reference/c.1905+1G>A (*2A)", "Intermediate Metabolizer 1"),
            ("DPYD", "Reference/c.2846A>T", "Intermediate Metabolizer 1.5"),
            ("TPMT", "*1/*3A", "Intermediate Metabolizer"),
            ("NUDT15", "*3/*3", "Poor Metabolizer"),
            ("CYP2D6", "*1/*4", "Intermediate Metabolizer 1"),
            ("CYP2D6", "*4/*4", "Poor Metabolizer 0"),
            ("CYP2D6", "*1x2/*1", "Ultrarapid Metabolizer 3"),
            ("CYP2D6", "*1/*10", "Normal Metabolizer 1.25"),
            ("UGT1A1", "*28/*28", "Poor Metabolizer"),
            ("G6PD", "B (reference)", "Normal"),
            ("G6PD", "A- 202A_376G", "Deficient"),
            ("MT-RNR1", "m.1555A>G", "increased risk of aminoglycoside-induced hearing loss"),
        ] {
            assert_eq!(meaning_of(gene, diplotype), means, "{gene} {diplotype}");
        }
    }
}
