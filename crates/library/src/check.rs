//! A question whose words are known: genes of the pack, terms of the HPO with their descendants.

use crate::question::Question;
use genome::Variant;
use ontology::{Hpo, TermId, search};
use std::collections::BTreeSet;

/// What names mean.
pub struct Names<'a> {
    /// Features.
    pub hpo: &'a Hpo,
    /// The approved symbol of a gene, by that or an earlier one.
    pub gene: &'a dyn Fn(&str) -> Option<String>,
}

/// A question whose words are known.
#[derive(Clone, PartialEq, Debug)]
pub struct Checked {
    /// As it was asked, with approved symbols and identifiers of terms.
    pub question: Question,
    /// For each feature that is wanted: it and all its descendants.
    pub with: Vec<BTreeSet<u32>>,
    /// For each feature of which one is enough: it and all its descendants.
    pub with_any: Vec<BTreeSet<u32>>,
    /// For each feature that is not.
    pub without: Vec<BTreeSet<u32>>,
    /// The variant that is asked about, if one is.
    pub variant: Option<Variant>,
}

/// Why a question means nothing here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// No such gene.
    #[error("'{0}' is no gene of the reference pack; write its approved symbol, such as SCN1A")]
    Gene(String),
    /// No such term.
    #[error("'{0}' is no term of the HPO; write its identifier, such as HP:0001250, or its exact name in quotes")]
    Term(String),
    /// No variant.
    #[error("'{0}' is no variant; write contig-position-reference-alternative on GRCh38, such as 1-119757272-C-T")]
    Variant(String),
}

/// Checks every word; all that is unknown is told.
pub fn check(question: &Question, names: &Names) -> Result<Checked, Vec<Unknown>> {
    let (mut question, mut unknown) = (question.clone(), Vec::new());
    for gene in &mut question.genes {
        match (names.gene)(gene) {
            Some(symbol) => *gene = symbol,
            None => unknown.push(Unknown::Gene(gene.clone())),
        }
    }
    let mut closures = |terms: &mut Vec<String>| {
        let mut found = Vec::new();
        for term in terms {
            match search::resolve(names.hpo, std::slice::from_ref(term)).ok().and_then(|mut ids| ids.pop()) {
                Some(id) => {
                    *term = id.to_string();
                    found.push(descendants(names.hpo, id));
                }
                None => unknown.push(Unknown::Term(term.clone())),
            }
        }
        found
    };
    let with = closures(&mut question.with);
    let (with_any, without) = (closures(&mut question.with_any), closures(&mut question.without));
    let variant = question.variant().and_then(|text| {
        let parsed = text.parse().ok();
        if parsed.is_none() {
            unknown.push(Unknown::Variant(text.to_owned()));
        }
        parsed
    });
    if unknown.is_empty() { Ok(Checked { question, with, with_any, without, variant }) } else { Err(unknown) }
}

/// A term and everything that is one.
fn descendants(hpo: &Hpo, id: TermId) -> BTreeSet<u32> {
    let Some(top) = hpo.find(id) else { return BTreeSet::from([id.0]) };
    let within = (0..hpo.terms().len() as u32).filter(|index| hpo.is_within(*index, top));
    within.map(|index| hpo.term(index).id.0).collect()
}
