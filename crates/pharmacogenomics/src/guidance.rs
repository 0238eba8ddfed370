//! What to do when a medicine is prescribed to somebody whose genes are known: after the published guidelines, in our words.

use crate::call::{Call, Made};
pub use crate::medicine::{Medicine, medicine, medicines, named_in};
use crate::phenotype::Meaning;
use crate::table::{listed, rows};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// How strongly a guideline advises.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Level {
    /// Nothing changes: usual dose and watchfulness.
    Usual,
    /// Usual dose, watched more closely.
    Watch,
    /// Another dose, or another medicine where there is a choice.
    Change,
    /// Another medicine.
    Avoid,
}

impl Level {
    /// In a word.
    pub fn label(self) -> &'static str {
        match self {
            Level::Avoid => "Avoid",
            Level::Change => "Change",
            Level::Watch => "Watch",
            Level::Usual => "Usual",
        }
    }
}

/// One line of the guidance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guidance {
    /// Names of the medicines to which it applies.
    pub medicines: Vec<&'static str>,
    /// HGNC symbol of the gene.
    pub gene: &'static str,
    /// Phenotypes to which it applies; of an HLA gene, the allele that is carried.
    pub phenotypes: Vec<&'static str>,
    /// How strongly it advises.
    pub level: Level,
    /// What to do.
    pub advice: &'static str,
    /// Guideline, by its PubMed number and year.
    pub source: &'static str,
}

/// Advice for one person and medicine from one gene.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Advice {
    /// Name of the medicine.
    pub medicine: String,
    /// HGNC symbol of the gene.
    pub gene: String,
    /// Phenotype of the person, as the guideline names it.
    pub phenotype: String,
    /// How strongly it advises.
    pub level: Level,
    /// What to do.
    pub advice: String,
    /// Guideline, by its PubMed number and year.
    pub source: String,
    /// What stands behind it: the diplotype, and how many positions were not read.
    pub basis: String,
    /// The phenotype is one of several that the calls allow, or positions were not read that could tell a worse one.
    pub uncertain: bool,
}

static GUIDANCE: LazyLock<Vec<Guidance>> = LazyLock::new(|| {
    let line = |columns: [&'static str; 6]| {
        let [medicines, gene, phenotypes, level, advice, source] = columns;
        let level = match level {
            "avoid" => Level::Avoid,
            "change" => Level::Change,
            "watch" => Level::Watch,
            _ => Level::Usual,
        };
        Guidance { medicines: listed(medicines), gene, phenotypes: listed(phenotypes), level, advice, source }
    };
    rows(include_str!("../../../data/pharmacogenomics/guidance.tsv")).map(line).collect()
});

impl Guidance {
    /// Whether it applies to a phenotype. Where it says for which activity score, that must be it, or not be known.
    fn is_for(&self, phenotype: &str, score: Option<f32>) -> bool {
        let scored = score.map(|score| format!("{phenotype} {score}"));
        self.phenotypes.iter().any(|stated| match &scored {
            Some(scored) => *stated == phenotype || stated == scored,
            None => *stated == phenotype || stated.strip_prefix(phenotype).is_some_and(|rest| rest.trim().parse::<f32>().is_ok()),
        })
    }
}

/// Every line of the guidance.
pub fn all() -> &'static [Guidance] {
    &GUIDANCE
}

/// Advice on a medicine from the genes of a person, strongest first. Where a gene informs the medicine and its phenotype is one
/// for which nothing changes, the guideline's usual dosing is said too.
pub fn advise(medicine: &str, genes: &[(Call, Meaning)]) -> Vec<Advice> {
    let mut advice = Vec::new();
    for line in GUIDANCE.iter().filter(|line| line.medicines.contains(&medicine)) {
        for (call, meaning) in genes.iter().filter(|(call, _)| call.gene == line.gene) {
            let matching = phenotypes(call, meaning);
            for (phenotype, uncertain) in matching.iter().filter(|(phenotype, _)| line.is_for(phenotype, meaning.score)) {
                advice.push(Advice {
                    medicine: medicine.to_owned(),
                    gene: line.gene.to_owned(),
                    phenotype: phenotype.clone(),
                    level: line.level,
                    advice: line.advice.to_owned(),
                    source: line.source.to_owned(),
                    basis: basis(call),
                    uncertain: *uncertain || !call.not_excluded.is_empty(),
                });
            }
        }
    }
    advice.sort_by(|a, b| b.level.cmp(&a.level).then_with(|| a.gene.cmp(&b.gene)));
    advice.dedup();
    advice
}

/// Genes that inform a medicine and of which nothing is known: not called, or not read at all.
pub fn unknown(medicine: &str, genes: &[(Call, Meaning)]) -> Vec<&'static str> {
    let known = |gene: &str| genes.iter().any(|(call, _)| call.gene == gene && !matches!(call.made, Made::No(_)));
    let mut unknown: Vec<&str> =
        GUIDANCE.iter().filter(|line| line.medicines.contains(&medicine)).map(|line| line.gene).filter(|gene| !known(gene)).collect();
    unknown.sort_unstable();
    unknown.dedup();
    unknown
}

fn basis(call: &Call) -> String {
    let missing = match call.missing.len() {
        0 => String::new(),
        1 => "; 1 position was not read".into(),
        n => format!("; {n} positions were not read"),
    };
    format!("{}{missing}", call.label())
}

/// Phenotypes of a gene as the guidance names them, and whether others are as possible.
fn phenotypes(call: &Call, meaning: &Meaning) -> Vec<(String, bool)> {
    if call.gene.starts_with("HLA-") {
        let Made::Outside(diplotype) = &call.made else { return vec![] };
        return diplotype.alleles.iter().map(|allele| (two_fields(allele), false)).collect();
    }
    let several = meaning.phenotypes.len() + meaning.otherwise.len() > 1;
    meaning.phenotypes.iter().chain(&meaning.otherwise).map(|phenotype| (phenotype.clone(), several)).collect()
}

/// An HLA allele to two fields: `*57:01:01` is `*57:01`.
fn two_fields(allele: &str) -> String {
    allele.splitn(3, ':').take(2).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{definition::Definitions, outside, phenotype};

    fn advice_on(medicine: &str, calls: &str) -> String {
        let definitions = Definitions::built_in();
        let genes: Vec<_> = outside::read(definitions, calls)
            .expect("calls")
            .into_iter()
            .map(|call| {
                let meaning = definitions.gene(&call.gene).map_or_else(Meaning::default, |gene| phenotype::interpret(gene, &call));
                (call, meaning)
            })
            .collect();
        advise(medicine, &genes).iter().map(|a| format!("{:?} {} {}", a.level, a.gene, a.phenotype)).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn advice_follows_the_phenotype_and_the_strongest_stands_first() {
        assert_eq!(advice_on("capecitabine", "DPYD Reference/c.1905+1G>A (*2A)"), "Change DPYD Intermediate Metabolizer");
        assert_eq!(advice_on("fluorouracil", "DPYD c.1905+1G>A (*2A)/c.1905+1G>A (*2A)"), "Avoid DPYD Poor Metabolizer");
        assert_eq!(advice_on("clopidogrel", "CYP2C19 *2/*2"), "Avoid CYP2C19 Poor Metabolizer");
        assert_eq!(advice_on("codeine", "CYP2D6 *1x3/*1"), "Avoid CYP2D6 Ultrarapid Metabolizer");
        assert_eq!(advice_on("abacavir", "HLA-B *57:01:01/*07:02"), "Avoid HLA-B *57:01");
        assert_eq!(advice_on("azathioprine", "TPMT *1/*1\nNUDT15 *3/*3"), "Avoid NUDT15 Poor Metabolizer; Usual TPMT Normal Metabolizer");
        assert_eq!(advice_on("meloxicam", "CYP2C9 *1/*2"), "Usual CYP2C9 Intermediate Metabolizer", "a score of 1.5");
        assert_eq!(advice_on("meloxicam", "CYP2C9 *1/*3"), "Change CYP2C9 Intermediate Metabolizer", "a score of 1");
        assert_eq!(advice_on("abacavir", "CYP2C19 *2/*2"), "");
        assert_eq!(medicine("L01BC06").map(|m| m.name), Some("capecitabine"));
        assert_eq!(named_in("Capecitabine 500mg tablets").map(|m| m.name), Some("capecitabine"));
        assert_eq!(named_in("Hydrocodeine 10mg").map(|m| m.name), None);
        assert_eq!(medicine("2670").map(|m| m.name), Some("codeine"));
        assert_eq!(medicine("Succinylcholine").map(|m| m.name), Some("suxamethonium"));
    }

    #[test]
    fn every_line_names_what_is_held() {
        let definitions = Definitions::built_in();
        for line in all() {
            for name in &line.medicines {
                assert!(medicines().iter().any(|m| m.name == *name), "{name} has no codes");
            }
            assert!(line.source.contains("PMID"), "{:?}", line.medicines);
            if line.gene.starts_with("HLA-") {
                continue;
            }
            let gene = definitions.gene(line.gene).unwrap_or_else(|| panic!("{}", line.gene));
            for phenotype in &line.phenotypes {
                let plain = phenotype.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').trim();
                let known = gene.phenotypes.iter().any(|t| [plain, phenotype].contains(&t.phenotype.as_str())) || gene.symbol == "CYP2D6";
                assert!(known, "{} is never {phenotype}", line.gene);
            }
        }
    }
}
