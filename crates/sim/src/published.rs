//! The published cases of the demonstration: phenotypes and causal variants are facts of the named papers; names, parents
//! and every other variant are simulated.

use anyhow::Context;
use genome::{AcmgCode, Strength, Variant};
use ontology::TermId;
use serde::Deserialize;

/// One case.
#[derive(Clone, Debug, Deserialize)]
pub struct Published {
    /// Identifier in phenopacket-store.
    pub source: String,
    /// Paper.
    pub paper: String,
    /// Disorder in the paper.
    pub disorder: String,
    /// Test ordered.
    pub test: String,
    /// How the family carries the variants.
    pub shape: Shape,
    /// The family agrees to research.
    pub research: bool,
    /// Sex of the patient.
    pub sex: String,
    /// Causal variants on GRCh38.
    variants: Vec<String>,
    /// What papers report of the variant beyond what the analysis looks at, where its class is established.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// Terms present.
    pub observed: Vec<TermId>,
    /// Terms absent.
    pub excluded: Vec<TermId>,
}

/// What a paper reports of a variant, as a criterion.
#[derive(Clone, Debug, Deserialize)]
pub struct Evidence {
    /// Criterion.
    pub criterion: AcmgCode,
    /// How strongly it speaks for the variant being pathogenic.
    pub strength: Strength,
    /// In words.
    pub text: String,
    /// Number of the paper in PubMed.
    pub pubmed: u32,
}

/// How the family carries the causal variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Shape {
    DeNovo,
    CompoundHeterozygous,
    XLinked,
    NoFinding,
    DominantFromMother,
}

/// The five cases.
pub fn all() -> anyhow::Result<Vec<Published>> {
    serde_json::from_str(include_str!("../../../data/demo-cases.json")).context("reading data/demo-cases.json")
}

impl Published {
    /// Causal variants with the calls of child, father and mother.
    pub fn planted(&self) -> anyhow::Result<Vec<(Variant, [&'static str; 3])>> {
        let calls = |index: usize| match (self.shape, index) {
            (Shape::DeNovo | Shape::NoFinding, _) => ["0/1", "0/0", "0/0"],
            (Shape::CompoundHeterozygous, 0) => ["0/1", "0/1", "0/0"],
            (Shape::CompoundHeterozygous | Shape::DominantFromMother, _) => ["0/1", "0/0", "0/1"],
            (Shape::XLinked, _) => ["1", "0", "0/1"],
        };
        self.variants.iter().enumerate().map(|(index, text)| Ok((text.parse()?, calls(index)))).collect()
    }
}
