//! Names of diseases and of signs that lead to genes, and so to the tests that look at them.

use super::{
    text::Folded,
    vocabulary::{Gathered, Vocabulary, WordId},
};
use annotation::Knowledge;
use genome::HgncId;
use ontology::hpo::TermIndex;
use std::{borrow::Cow, collections::BTreeSet};

/// A name that leads to genes.
struct Name {
    text: String,
    /// Words of it.
    length: u32,
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

/// Names before their words have places in the vocabulary.
pub(super) struct Unplaced {
    folded: Folded,
    names: Vec<(Name, Vec<u32>)>,
}

/// The best name for some words.
pub(super) struct Best<'n> {
    pub(super) text: &'n str,
    pub(super) named: Named,
    /// Words of the name.
    pub(super) length: usize,
}

/// Diseases with a gene, and phenotypic terms with their synonyms; their words are added to the vocabulary.
pub(super) fn gather(knowledge: &Knowledge, vocabulary: &mut Gathered) -> Unplaced {
    let mut unplaced = Unplaced { folded: Folded::default(), names: Vec::new() };
    for (index, disease) in knowledge.diseases.all().iter().enumerate().filter(|(_, disease)| !disease.genes.is_empty()) {
        unplaced.add(&disease.name, Named::Disease(index));
    }
    let hpo = &knowledge.hpo;
    for index in (0..hpo.terms().len() as TermIndex).filter(|index| hpo.is_phenotype(*index)) {
        let term = hpo.term(index);
        std::iter::once(&term.name).chain(&term.synonyms).for_each(|text| unplaced.add(text, Named::Sign(index)));
    }
    unplaced.folded.all().iter().for_each(|word| vocabulary.add(&word.compared, &word.raw, false));
    unplaced
}

impl Unplaced {
    fn add(&mut self, text: &str, named: Named) {
        let numbers = self.folded.numbers(text);
        self.names.push((Name { text: text.to_owned(), length: numbers.len() as u32, named }, numbers));
    }

    pub(super) fn place(self, vocabulary: &Vocabulary) -> Names {
        let ids: Vec<Option<WordId>> = self.folded.all().iter().map(|word| vocabulary.id(&word.compared)).collect();
        let (mut names, mut with_word) = (Vec::with_capacity(self.names.len()), vec![Vec::new(); vocabulary.len()]);
        for (place, (name, numbers)) in (0_u32..).zip(self.names) {
            for id in numbers.iter().filter_map(|number| ids[*number as usize]) {
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
        let mut lists: Vec<Cow<'_, [u32]>> = typed.iter().map(|meant| self.with_any(meant)).collect();
        lists.sort_by_key(|list| list.len());
        let Some((shortest, others)) = lists.split_first() else { return vec![] };
        shortest.iter().copied().filter(|name| others.iter().all(|list| list.binary_search(name).is_ok())).collect()
    }

    /// Names with any of some words, in order.
    fn with_any(&self, meant: &[(WordId, f32)]) -> Cow<'_, [u32]> {
        if let [(id, _)] = meant {
            return Cow::Borrowed(&self.with_word[*id as usize]);
        }
        let mut all: Vec<u32> = meant.iter().flat_map(|(id, _)| &self.with_word[*id as usize]).copied().collect();
        all.sort_unstable();
        all.dedup();
        Cow::Owned(all)
    }

    /// Of some names the shortest of a disease, and the shortest of a sign.
    pub(super) fn shortest(&self, places: &[u32]) -> Vec<Best<'_>> {
        let of_kind = |is_disease: bool| {
            let all = places.iter().map(|place| &self.names[*place as usize]);
            all.filter(|name| matches!(name.named, Named::Disease(_)) == is_disease).min_by_key(|name| (name.length, name.text.len()))
        };
        [of_kind(true), of_kind(false)]
            .into_iter()
            .flatten()
            .map(|name| Best { text: &name.text, named: name.named, length: name.length as usize })
            .collect()
    }
}

/// Genes behind what is named.
pub(super) fn genes(named: Named, knowledge: &Knowledge) -> BTreeSet<HgncId> {
    match named {
        Named::Disease(index) => knowledge.diseases.all()[index].genes.iter().copied().collect(),
        Named::Sign(term) => {
            let diseases = knowledge.diseases.with_term(term).iter().filter(|(_, frequency)| *frequency > 0.0);
            diseases.flat_map(|(disease, _)| &knowledge.diseases.get(*disease).genes).copied().collect()
        }
    }
}
