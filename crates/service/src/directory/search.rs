//! Finding a test by what a person types: code, name, abbreviation, gene, disease, sign or medicine, spelt about right; and for a
//! patient, where one is known. The index is built once for each version of the directory.

pub mod patient;

mod genes;
mod names;
mod phrases;
mod rank;
mod text;
mod vocabulary;

use annotation::Knowledge;
use care::directory::{Test, TestCode};
use genes::Genes;
use names::Names;
use ontology::Panel;
use patient::{Life, Patient, Rule};
use phrases::{Group, Phrase};
use std::collections::{BTreeSet, HashSet};
use vocabulary::{Gathered, Vocabulary, WordId};

/// A test that answers, with what it answers by.
#[derive(Clone, PartialEq, Debug)]
pub struct Hit {
    /// Place of the test in the catalogue.
    pub test: usize,
    /// Better is higher.
    pub score: f32,
    /// Why it is there, where its own words do not show it.
    pub why: String,
}

/// What a search finds.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Found {
    /// Tests, best first; those of one clinical indication together.
    pub hits: Vec<Hit>,
    /// Tests that fit the words and cannot be for the patient, with why.
    pub set_aside: Vec<(usize, &'static str)>,
    /// Words that were read as others: as typed, and as read.
    pub read_as: Vec<(String, String)>,
    /// Words that no test, gene, disease or sign has.
    pub not_understood: Vec<String>,
}

/// What leads to every test.
pub struct Index {
    codes: Vec<TestCode>,
    rules: Vec<Vec<Rule>>,
    /// Words of what each test looks at and how.
    test_words: Vec<BTreeSet<WordId>>,
    /// Reads genes rather than counting copies or chromosomes.
    is_sequencing: Vec<bool>,
    groups: Vec<Group>,
    phrases: Vec<Placed>,
    /// Phrases with each word, by its place in the vocabulary.
    phrases_with: Vec<Vec<u32>>,
    /// Phrases with a word that would deny, such as `no sense of smell`.
    denying_phrases: HashSet<Vec<String>>,
    vocabulary: Vocabulary,
    /// How much each word says, by its place in the vocabulary; nothing for one of no test.
    rarity: Vec<f32>,
    names: Names,
    genes: Genes,
}

/// A phrase with its words in the vocabulary.
struct Placed {
    phrase: Phrase,
    tokens: Vec<WordId>,
    /// Rarity of its words together.
    whole: f32,
}

/// Tests of one clinical indication that are listed among those of others.
const TESTS_OF_A_GROUP_MAX: usize = 6;
/// Tests that are said to be set aside.
const SET_ASIDE_MAX: usize = 5;
/// An indication with a smaller share of the best one's score is not an answer.
const SHARE_OF_BEST_MIN: f32 = 0.25;
/// Score of what was typed as a code.
const BY_CODE: f32 = 100.0;

impl Index {
    /// Indexes the tests of a catalogue.
    pub fn new(tests: &[Test], panels: &[Panel], knowledge: &Knowledge) -> Index {
        let (groups, phrases) = phrases::gather(tests);
        let mut gathered = Gathered::default();
        let own_words: Vec<Vec<text::Word>> =
            tests.iter().map(|test| text::tokens(&format!("{} {} {}", test.target, test.scope, test.method))).collect();
        let of_phrases = phrases.iter().flat_map(|phrase| text::tokens(&phrase.text));
        own_words.iter().flatten().cloned().chain(of_phrases).for_each(|word| gathered.add(&word.compared, &word.raw, true));
        let unplaced = names::gather(knowledge, &mut gathered);
        let vocabulary = Vocabulary::new(gathered);
        let id = |word: &String| vocabulary.id(word);
        let test_words: Vec<BTreeSet<WordId>> =
            own_words.iter().map(|tokens| tokens.iter().filter_map(|word| id(&word.compared)).collect()).collect();
        let rarity = rarity(&groups, &phrases, &test_words, &vocabulary);
        let mut phrases_with = vec![Vec::new(); vocabulary.len()];
        let mut placed = Vec::with_capacity(phrases.len());
        for (place, phrase) in (0_u32..).zip(phrases) {
            let tokens: Vec<WordId> = phrase.tokens.iter().filter_map(id).collect();
            for word in &tokens {
                phrases_with[*word as usize].push(place);
            }
            let whole = tokens.iter().map(|word| rarity[*word as usize]).sum();
            placed.push(Placed { phrase, tokens, whole });
        }
        let denies = |placed: &&Placed| placed.phrase.tokens.iter().any(|word| text::is_denying(word));
        Index {
            codes: tests.iter().map(|test| test.code.clone()).collect(),
            rules: tests.iter().map(patient::rules).collect(),
            is_sequencing: tests.iter().map(Test::is_sequencing).collect(),
            denying_phrases: placed.iter().filter(denies).map(|placed| placed.phrase.tokens.clone()).collect(),
            genes: Genes::new(tests, &groups, panels, knowledge),
            names: unplaced.place(&vocabulary),
            phrases: placed,
            test_words,
            groups,
            phrases_with,
            vocabulary,
            rarity,
        }
    }

    /// Tests that answer a text, best first, and can be for the patient. A code is exact: it finds its test or tests, or nothing.
    /// Without knowledge the names of diseases and signs lead nowhere.
    pub fn find(&self, knowledge: Option<&Knowledge>, text: &str, patient: &Patient, most: usize) -> Found {
        if text.parse::<TestCode>().is_ok() {
            let mut hits = self.by_code(text);
            hits.truncate(most);
            return Found { hits, ..Found::default() };
        }
        let query = rank::Query::read(self, text);
        let mut found = Found { read_as: query.read_as(self), ..Found::default() };
        found.not_understood = query.not_understood().into_iter().filter(|word| !is_rare_code(word) && !is_number(word)).collect();
        // A code among other words is what is meant, whatever the words say.
        let codes = text.split(|c: char| c.is_whitespace() || c == ',').filter(|part| is_rare_code(part));
        for hit in codes.flat_map(|part| self.by_code(part)) {
            if !found.hits.iter().any(|other| other.test == hit.test) {
                found.hits.push(hit);
            }
        }
        let patient = Patient { life: patient.life.or_else(|| query.says_alive().then_some(Life::Alive)), ..*patient };
        let ranked = rank::groups(self, knowledge, &query, &patient);
        let fits = |ranked: &&rank::Ranked| self.tests_of(ranked).iter().any(|test| patient.breaks(&self.rules[*test as usize]).is_none());
        let least = ranked.iter().filter(fits).map(|ranked| ranked.score).fold(0.0, f32::max) * SHARE_OF_BEST_MIN;
        for ranked in ranked.iter().filter(|ranked| ranked.score >= least) {
            self.add_tests(&query, ranked, &patient, &mut found);
        }
        found.hits.truncate(most);
        found
    }

    /// Tests of an indication that was found: those that can be for the patient, and what is set aside.
    fn add_tests(&self, query: &rank::Query, ranked: &rank::Ranked, patient: &Patient, found: &mut Found) {
        let tests = rank::tests_in_order(self, query, ranked);
        let misfit = |test: &u32| patient.breaks(&self.rules[*test as usize]);
        let (fitting, others): (Vec<u32>, Vec<u32>) = tests.into_iter().partition(|test| misfit(test).is_none());
        for test in fitting.into_iter().take(TESTS_OF_A_GROUP_MAX) {
            let test = test as usize;
            if !found.hits.iter().any(|hit| hit.test == test) {
                found.hits.push(Hit { test, score: ranked.score, why: ranked.why.clone() });
            }
        }
        if let Some(test) = others.first()
            && found.set_aside.len() < SET_ASIDE_MAX
            && let Some(reason) = misfit(test)
        {
            found.set_aside.push((*test as usize, reason));
        }
    }

    fn tests_of(&self, ranked: &rank::Ranked) -> &[u32] {
        &self.groups[ranked.group as usize].tests
    }

    fn by_code(&self, text: &str) -> Vec<Hit> {
        let Ok(typed) = text.parse::<TestCode>() else { return vec![] };
        let is = |code: &TestCode| *code == typed || code.indication() == typed.as_str();
        let found = self.codes.iter().enumerate().filter(|(_, code)| is(code));
        found.map(|(test, _)| Hit { test, score: BY_CODE, why: String::new() }).collect()
    }

    /// Whether every word of a text, numbers apart, is known to some test, gene, disease or sign.
    pub(super) fn is_understood(&self, text: &str) -> bool {
        rank::Query::read(self, text).is_understood()
    }

    /// Tests that a text alone leads to, best first.
    pub(super) fn by_words(&self, text: &str) -> Vec<Hit> {
        self.find(None, text, &Patient::default(), usize::MAX).hits
    }
}

/// A code of the rare directory; `M3` among other words is a kind of leukaemia.
fn is_rare_code(part: &str) -> bool {
    part.starts_with(['R', 'r']) && part.parse::<TestCode>().is_ok()
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// How much each word says: one that few indications have says more.
fn rarity(groups: &[Group], phrases: &[Phrase], test_words: &[BTreeSet<WordId>], vocabulary: &Vocabulary) -> Vec<f32> {
    let mut with_word: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); vocabulary.len()];
    for phrase in phrases {
        for id in phrase.tokens.iter().filter_map(|word| vocabulary.id(word)) {
            with_word[id as usize].insert(phrase.group);
        }
    }
    for (number, group) in (0_u32..).zip(groups) {
        for id in group.tests.iter().flat_map(|test| &test_words[*test as usize]) {
            with_word[*id as usize].insert(number);
        }
    }
    let all = groups.len() as f32;
    with_word.iter().map(|with| if with.is_empty() { 0.0 } else { (1.0 + all / with.len() as f32).ln() }).collect()
}
