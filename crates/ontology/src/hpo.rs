//! The ontology as a graph: names, ancestors, descendants.

use crate::{Term, TermId, search::Names};
use std::{collections::HashMap, sync::OnceLock};

/// The Human Phenotype Ontology of one release.
pub struct Hpo {
    /// Release, such as `2025-05-06`.
    pub version: String,
    terms: Vec<Term>,
    index: HashMap<TermId, u32>,
    ancestors: Vec<Box<[u32]>>,
    /// Every name by its words, once somebody searches.
    names: OnceLock<Names>,
}

/// A term's place in the loaded ontology.
pub type TermIndex = u32;

impl Hpo {
    /// Root of phenotypic abnormality.
    pub const PHENOTYPIC_ABNORMALITY: TermId = TermId(118);

    /// Builds the graph. Parents that are not among the terms are ignored.
    pub fn new(version: String, terms: Vec<Term>) -> Hpo {
        let mut index = HashMap::with_capacity(terms.len() * 2);
        for (place, term) in terms.iter().enumerate() {
            for alternative in &term.alternatives {
                index.insert(*alternative, place as u32);
            }
        }
        for (place, term) in terms.iter().enumerate() {
            index.insert(term.id, place as u32);
        }
        let mut hpo = Hpo { version, ancestors: vec![Box::default(); terms.len()], terms, index, names: OnceLock::new() };
        for place in 0..hpo.terms.len() {
            hpo.ancestors[place] = hpo.walk_up(place as u32);
        }
        hpo
    }

    fn walk_up(&self, from: TermIndex) -> Box<[u32]> {
        let mut seen = vec![from];
        let mut next = 0;
        while let Some(&place) = seen.get(next) {
            for parent in &self.terms[place as usize].parents {
                if let Some(&parent) = self.index.get(parent)
                    && !seen.contains(&parent)
                {
                    seen.push(parent);
                }
            }
            next += 1;
        }
        seen.sort_unstable();
        seen.into_boxed_slice()
    }

    /// All terms, in the order of their indices.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// A term by its identifier or an identifier merged into it.
    pub fn find(&self, id: TermId) -> Option<TermIndex> {
        self.index.get(&id).copied()
    }

    /// The term at an index.
    pub fn term(&self, place: TermIndex) -> &Term {
        &self.terms[place as usize]
    }

    /// The preferred label of an identifier.
    pub fn name(&self, id: TermId) -> Option<&str> {
        self.find(id).map(|place| self.term(place).name.as_str())
    }

    /// The term itself and every term above it, sorted by index.
    pub fn ancestors(&self, place: TermIndex) -> &[u32] {
        &self.ancestors[place as usize]
    }

    /// Whether `term` is `ancestor` or lies below it.
    pub fn is_within(&self, term: TermIndex, ancestor: TermIndex) -> bool {
        self.ancestors(term).binary_search(&ancestor).is_ok()
    }

    /// Every name of its phenotypic terms, by its words.
    pub(crate) fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::new(self))
    }

    /// Whether it describes an abnormality, not an inheritance mode, onset or modifier.
    pub fn is_phenotype(&self, place: TermIndex) -> bool {
        self.find(Self::PHENOTYPIC_ABNORMALITY).is_some_and(|root| self.is_within(place, root))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn term(id: u32, name: &str, parents: &[u32]) -> Term {
        Term {
            id: TermId(id),
            name: name.into(),
            synonyms: vec![],
            alternatives: vec![],
            parents: parents.iter().map(|p| TermId(*p)).collect(),
        }
    }

    /// All ← abnormality ← {seizure ← focal seizure, ataxia}.
    pub(crate) fn small() -> Hpo {
        let mut seizure = term(1250, "Seizure", &[118]);
        seizure.alternatives.push(TermId(1275));
        seizure.synonyms.push("Epilepsy".into());
        Hpo::new(
            "test".into(),
            vec![
                term(1, "All", &[]),
                term(118, "Phenotypic abnormality", &[1]),
                seizure,
                term(7359, "Focal-onset seizure", &[1250]),
                term(1251, "Ataxia", &[118]),
            ],
        )
    }

    #[test]
    fn ancestors_follow_is_a_and_merged_terms_are_found() {
        let hpo = small();
        let focal = hpo.find(TermId(7359)).expect("held");
        let seizure = hpo.find(TermId(1275)).expect("merged");
        assert!(hpo.is_within(focal, seizure) && !hpo.is_within(seizure, focal));
        assert_eq!(hpo.ancestors(focal).len(), 4);
        assert!(hpo.is_phenotype(focal) && !hpo.is_phenotype(hpo.find(TermId(1)).expect("held")));
    }
}
