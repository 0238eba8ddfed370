//! The names of every feature by the words in them. A name that holds each word that was typed is better than one that merely has its
//! letters somewhere, and a plain feature is better than the narrower ones beneath it.

use crate::{Hpo, hpo::TermIndex, spelling};
use std::collections::HashMap;

/// The names and synonyms of every phenotypic term, with the words of each.
pub(crate) struct Names {
    vocabulary: Vec<String>,
    all: Vec<Name>,
    /// Terms at or below each term, by its index: how general it is.
    below: Vec<u32>,
}

/// A name or synonym of a term.
struct Name {
    term: TermIndex,
    /// Which: 0 is the name that the ontology prefers, the others are its synonyms in their order.
    place: usize,
    /// Its words, by their place in the vocabulary.
    parts: Box<[u32]>,
}

/// How well a typed word and a word of a name agree; the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Agreement {
    Same,
    /// The typed word begins it.
    Beginning,
    /// Spelt a little differently.
    Misspelt,
}

/// What names are sorted by, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Rank {
    /// The worst of the typed words; nothing where the name is what was typed, word for word.
    agreement: Option<Agreement>,
    /// Words of the name that were not typed.
    others: usize,
    /// Terms above it: a plain term has few.
    above: usize,
    /// Terms below it: of two that lie as deep, the more general comes first.
    below: std::cmp::Reverse<u32>,
    is_synonym: bool,
    term: TermIndex,
}

/// Words that join others in names and in questions.
const JOINING: [&str; 13] = ["of", "the", "and", "in", "with", "a", "an", "on", "to", "for", "by", "or", "s"];
/// Words of a question that are looked at; no name that anybody types has more.
const TYPED_WORDS_MAX: usize = 12;
/// Letters of a word from which one may be wrong, and from which two may: in a shorter word another letter makes another word.
const ONE_WRONG_LETTERS_MIN: usize = 5;
const TWO_WRONG_LETTERS_MIN: usize = 9;

impl Names {
    pub(crate) fn new(hpo: &Hpo) -> Names {
        let mut places: HashMap<String, u32> = HashMap::new();
        let (mut all, mut below) = (Vec::new(), vec![0; hpo.terms().len()]);
        for term in (0..hpo.terms().len() as TermIndex).filter(|term| hpo.is_phenotype(*term)) {
            for above in hpo.ancestors(term) {
                below[*above as usize] += 1;
            }
            for (place, name) in super::names(hpo.term(term)).enumerate() {
                let part = |word: String| {
                    let next = places.len() as u32;
                    *places.entry(word).or_insert(next)
                };
                all.push(Name { term, place, parts: parts(name).into_iter().map(part).collect() });
            }
        }
        let mut vocabulary = vec![String::new(); places.len()];
        for (word, place) in places {
            vocabulary[place as usize] = word;
        }
        Names { vocabulary, all, below }
    }

    /// Terms one of whose names has every typed word, the best first, each with that name.
    pub(crate) fn find(&self, hpo: &Hpo, text: &str) -> Vec<super::Hit> {
        let mut typed = parts(text);
        typed.truncate(TYPED_WORDS_MAX);
        if typed.is_empty() {
            return vec![];
        }
        let agreements: Vec<Vec<Option<Agreement>>> =
            typed.iter().map(|word| self.vocabulary.iter().map(|other| agreement(word, other)).collect()).collect();
        let mut best: HashMap<TermIndex, (Rank, usize)> = HashMap::new();
        for name in &self.all {
            let Some(rank) = self.rank(hpo, name, &agreements) else { continue };
            let kept = best.entry(name.term).or_insert((rank, name.place));
            *kept = (*kept).min((rank, name.place));
        }
        let mut ranked: Vec<(Rank, usize)> = best.into_values().collect();
        ranked.sort_unstable();
        let hit = |(rank, place): (Rank, usize)| {
            let matched = super::names(hpo.term(rank.term)).nth(place).cloned().unwrap_or_default();
            super::Hit { term: rank.term, matched }
        };
        ranked.into_iter().map(hit).collect()
    }

    /// How good a name is; nothing where it lacks a typed word.
    fn rank(&self, hpo: &Hpo, name: &Name, agreements: &[Vec<Option<Agreement>>]) -> Option<Rank> {
        let of_word = |of: &Vec<Option<Agreement>>| name.parts.iter().filter_map(|part| of[*part as usize]).min();
        let worst = agreements.iter().map(of_word).collect::<Option<Vec<_>>>()?.into_iter().max()?;
        let others = name.parts.len().saturating_sub(agreements.len());
        let is_whole = worst == Agreement::Same && name.parts.len() == agreements.len();
        Some(Rank {
            agreement: (!is_whole).then_some(worst),
            others,
            above: hpo.ancestors(name.term).len(),
            below: std::cmp::Reverse(self.below[name.term as usize]),
            is_synonym: name.place > 0,
            term: name.term,
        })
    }
}

/// The words of a name or a question as they are compared, without those that join others, unless there are no others.
fn parts(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let all: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let telling: Vec<&str> = all.iter().copied().filter(|word| !JOINING.contains(word)).collect();
    let chosen = if telling.is_empty() { all } else { telling };
    chosen.into_iter().map(spelling::compared).collect()
}

fn agreement(typed: &str, other: &str) -> Option<Agreement> {
    if typed == other {
        return Some(Agreement::Same);
    }
    if typed.len() > 1 && other.starts_with(typed) {
        return Some(Agreement::Beginning);
    }
    let wrong_max = match typed.len() {
        TWO_WRONG_LETTERS_MIN.. => 2,
        ONE_WRONG_LETTERS_MIN.. => 1,
        _ => return None,
    };
    let is_near = typed.len().abs_diff(other.len()) <= wrong_max && strsim::osa_distance(typed, other) <= wrong_max;
    is_near.then_some(Agreement::Misspelt)
}
