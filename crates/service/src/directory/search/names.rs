//! Names of diseases and of signs that lead to genes, and so to the tests that look at them.

use super::{
    text,
    vocabulary::{Gathered, Vocabulary, WordId},
};
use annotation::Knowledge;
use ontology::hpo::TermIndex;
use std::collections::BTreeSet;

/// A name that leads to genes.
struct Name {
    text: String,
    tokens: u32,
    named: Named,
}

/// What a name names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Named {
    Disease(usize),
    Sign(TermIndex),
}

/// The names, and which have each word.
pub(super) struct Names {
    names: Vec<Name>,
    /// Places of the names with a word, in order, by the word's place in the vocabulary.
    with_word: Vec<Vec<u32>>,
}

/// Names before their words have places.
pub(super) struct Unplaced(Vec<(Name, Vec<String>)>);

/// The best name for some words.
pub(super) struct Best<'n> {
    pub(super) text: &'n str,
    pub(super) named: Named,
    /// Words of the name.
    pub(super) tokens: usize,
}

/// Diseases with a gene, and phenotypic terms with their synonyms; their words are added to the vocabulary.
pub(super) fn gather(knowledge: &Knowledge, vocabulary: &mut Gathered) -> Unplaced {
    let mut found = Vec::new();
    let mut add = |text: &str, named: Named| {
        let tokens = text::tokens(text);
        tokens.iter().for_each(|word| vocabulary.add(&word.compared, &word.raw, false));
        let name = Name { text: text.to_owned(), tokens: tokens.len() as u32, named };
        found.push((name, tokens.into_iter().map(|word| word.compared).collect()));
    };
    for (index, disease) in knowledge.diseases.all().iter().enumerate().filter(|(_, disease)| !disease.genes.is_empty()) {
        add(&disease.name, Named::Disease(index));
    }
    let hpo = &knowledge.hpo;
    for index in (0..hpo.terms().len() as TermIndex).filter(|index| hpo.is_phenotype(*index)) {
        let term = hpo.term(index);
        std::iter::once(&term.name).chain(&term.synonyms).for_each(|text| add(text, Named::Sign(index)));
    }
    Unplaced(found)
}

impl Unplaced {
    pub(super) fn place(self, vocabulary: &Vocabulary) -> Names {
        let (mut names, mut with_word) = (Vec::with_capacity(self.0.len()), vec![Vec::new(); vocabulary.len()]);
        for (place, (name, tokens)) in (0_u32..).zip(self.0) {
            for id in tokens.iter().filter_map(|word| vocabulary.id(word)) {
                with_word[id as usize].push(place);
            }
            names.push(name);
        }
        Names { names, with_word }
    }
}

impl Names {
    /// Names that have a word for each of those typed; each may mean several.
    pub(super) fn with_all(&self, typed: &[&[(WordId, f32)]]) -> Vec<u32> {
        let mut found: Option<Vec<u32>> = None;
        for meant in typed {
            let mut of_word: Vec<u32> = meant.iter().flat_map(|(id, _)| &self.with_word[*id as usize]).copied().collect();
            if meant.len() > 1 {
                of_word.sort_unstable();
                of_word.dedup();
            }
            found = Some(match found {
                None => of_word,
                Some(so_far) => so_far.into_iter().filter(|name| of_word.binary_search(name).is_ok()).collect(),
            });
        }
        found.unwrap_or_default()
    }

    /// Of some names the shortest of a disease, and the shortest of a sign.
    pub(super) fn shortest(&self, places: &[u32]) -> Vec<Best<'_>> {
        let of_kind = |is_disease: bool| {
            let all = places.iter().map(|place| &self.names[*place as usize]);
            all.filter(|name| matches!(name.named, Named::Disease(_)) == is_disease).min_by_key(|name| (name.tokens, name.text.len()))
        };
        [of_kind(true), of_kind(false)]
            .into_iter()
            .flatten()
            .map(|name| Best { text: &name.text, named: name.named, tokens: name.tokens as usize })
            .collect()
    }
}

/// Symbols, in capitals, of the genes behind what is named.
pub(super) fn symbols(named: Named, knowledge: &Knowledge) -> BTreeSet<String> {
    let symbol = |id| knowledge.symbol(id).to_uppercase();
    match named {
        Named::Disease(index) => knowledge.diseases.all()[index].genes.iter().map(|id| symbol(*id)).collect(),
        Named::Sign(term) => {
            let diseases = knowledge.diseases.with_term(term).iter().filter(|(_, frequency)| *frequency > 0.0);
            diseases.flat_map(|(disease, _)| &knowledge.diseases.get(*disease).genes).map(|id| symbol(*id)).collect()
        }
    }
}
