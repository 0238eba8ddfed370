//! Finding a test by what a person types: code, name, gene, disease, phenotype or medicine, spelt about right.

use annotation::Knowledge;
use care::directory::{Test, TestCode};
use genome::HgncId;
use ontology::{Panel, hpo::TermIndex, panel::Rating};
use pharmacogenomics::tested;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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

/// Words of every test, and what leads to its genes.
pub struct Index {
    codes: Vec<TestCode>,
    /// Word, and the tests that have it with the weight of the field it stands in.
    test_words: Vec<(String, Vec<(u32, f32)>)>,
    /// Symbol in capitals, and the tests that look at the gene.
    genes: HashMap<String, Vec<u32>>,
    /// Genes that each test looks at.
    sizes: Vec<usize>,
    /// Names of diseases and of phenotypic terms.
    names: Vec<Name>,
    /// Every word of the names, once: a typed word is compared with it once, however many names have it.
    vocabulary: Vec<String>,
}

/// A name that leads to genes.
struct Name {
    text: String,
    /// Places in the vocabulary.
    places: Vec<u32>,
    named: Named,
}

#[derive(Clone, Copy)]
enum Named {
    Disease(usize),
    Term(TermIndex),
}

/// Weights of the fields that a word stands in.
const INDICATION: f32 = 3.0;
const TARGET: f32 = 1.5;
const METHOD: f32 = 0.7;
/// Most that a test scores by its genes: the gene itself, a medicine, the name of a disease or phenotype.
const GENE: f32 = 12.0;
const MEDICINE: f32 = 10.0;
const NAME: f32 = 6.0;
/// How much a word counts that is only begun, or spelt a little differently.
const BEGUN: f32 = 0.75;
const MISSPELT: f32 = 0.5;
/// Letters from which one, and two, slips are forgiven.
const ONE_SLIP_LETTERS: usize = 4;
const TWO_SLIPS_LETTERS: usize = 8;

impl Index {
    /// Indexes the tests of a catalogue.
    pub fn new(tests: &[Test], panels: &[Panel], knowledge: &Knowledge) -> Index {
        let mut test_words: BTreeMap<String, BTreeMap<u32, f32>> = BTreeMap::new();
        let mut genes: HashMap<String, Vec<u32>> = HashMap::new();
        let mut sizes = Vec::new();
        for (index, test) in (0u32..).zip(tests) {
            let fields = [
                (&test.indication, INDICATION),
                (&test.target, TARGET),
                (&test.scope, METHOD),
                (&test.method, METHOD),
                (&test.group, METHOD),
            ];
            for (text, weight) in fields {
                for word in split(text) {
                    let weight_so_far = test_words.entry(word).or_default().entry(index).or_default();
                    *weight_so_far = weight_so_far.max(weight);
                }
            }
            let symbols = symbols_of(test, panels, knowledge);
            sizes.push(symbols.len());
            for symbol in symbols {
                genes.entry(symbol).or_default().push(index);
            }
        }
        let (names, vocabulary) = names(knowledge);
        Index {
            codes: tests.iter().map(|t| t.code.clone()).collect(),
            test_words: test_words.into_iter().map(|(word, tests)| (word, tests.into_iter().collect())).collect(),
            genes,
            sizes,
            names,
            vocabulary,
        }
    }

    /// Tests that answer a text, best first.
    pub fn search(&self, knowledge: &Knowledge, text: &str, most: usize) -> Vec<Hit> {
        let text = text.trim();
        let exact = self.by_code(text);
        if !exact.is_empty() {
            return exact;
        }
        let mut best: BTreeMap<usize, Hit> = BTreeMap::new();
        let mut offer = |hit: Hit| {
            best.entry(hit.test)
                .and_modify(|best| {
                    if hit.score > best.score {
                        *best = hit.clone();
                    }
                })
                .or_insert(hit);
        };
        self.by_words(text).into_iter().for_each(&mut offer);
        self.by_gene(&[text.to_uppercase()], GENE, |symbol| format!("looks at {symbol}")).into_iter().for_each(&mut offer);
        let small = text.to_lowercase();
        for medicine in tested::medicines().iter().filter(|medicine| alike(&small, medicine.name)) {
            let why = |symbol: &str| format!("looks at {symbol}, for {}", medicine.name);
            self.by_gene(&medicine.genes, MEDICINE, why).into_iter().for_each(&mut offer);
        }
        if small.len() >= ONE_SLIP_LETTERS {
            self.by_name(knowledge, &small).into_iter().for_each(&mut offer);
        }
        let mut hits: Vec<Hit> = best.into_values().collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(self.codes[a.test].cmp(&self.codes[b.test])));
        hits.truncate(most);
        hits
    }

    fn by_code(&self, text: &str) -> Vec<Hit> {
        let Ok(typed) = text.parse::<TestCode>() else { return vec![] };
        let is = |code: &TestCode| *code == typed || code.indication() == typed.as_str();
        let found = self.codes.iter().enumerate().filter(|(_, code)| is(code));
        found.map(|(test, _)| Hit { test, score: 100.0, why: String::new() }).collect()
    }

    /// Tests that have every word of the text, or the most of them.
    pub(super) fn by_words(&self, text: &str) -> Vec<Hit> {
        let mut scores: HashMap<u32, (usize, f32)> = HashMap::new();
        let terms = split(text);
        for word in &terms {
            let mut of_word: HashMap<u32, f32> = HashMap::new();
            for (word_of_test, tests) in &self.test_words {
                let Some(quality) = quality(word, word_of_test) else { continue };
                // A word that few tests have says more.
                let rarity = (self.codes.len() as f32 / tests.len() as f32).ln().max(0.2);
                for (test, weight) in tests {
                    let score = of_word.entry(*test).or_default();
                    *score = score.max(quality * weight * rarity);
                }
            }
            for (test, score) in of_word {
                let score_so_far = scores.entry(test).or_default();
                *score_so_far = (score_so_far.0 + 1, score_so_far.1 + score);
            }
        }
        let most = scores.values().map(|(count, _)| *count).max().unwrap_or(0);
        let enough = if most == terms.len() { most } else { terms.len().div_ceil(2) };
        let kept = scores.into_iter().filter(|(_, (count, _))| *count >= enough.max(1));
        // A test that lacks a word of the text is a guess.
        let whole = |count: usize| (count as f32 / terms.len() as f32).powi(3);
        kept.map(|(test, (count, score))| Hit { test: test as usize, score: score * whole(count), why: String::new() }).collect()
    }

    /// Tests that look at any of the genes; the fewer others they look at, the better.
    fn by_gene(&self, symbols: &[String], score: f32, why: impl Fn(&str) -> String) -> Vec<Hit> {
        let mut found: BTreeMap<usize, (usize, &str)> = BTreeMap::new();
        for symbol in symbols {
            for test in self.genes.get(symbol).into_iter().flatten() {
                found.entry(*test as usize).or_insert((0, symbol)).0 += 1;
            }
        }
        let hit = |(test, (count, symbol)): (usize, (usize, &str))| {
            let share = count as f32 / (self.sizes[test].max(1) as f32).powf(0.3);
            Hit { test, score: score * share / symbols.len() as f32, why: why(symbol) }
        };
        found.into_iter().map(hit).collect()
    }

    /// Tests that look at the genes behind the best name of a disease, and of a phenotypic term.
    fn by_name(&self, knowledge: &Knowledge, text: &str) -> Vec<Hit> {
        let alike: Vec<Vec<bool>> =
            split(text).iter().map(|word| self.vocabulary.iter().map(|known| quality(word, known).is_some()).collect()).collect();
        let fits = |name: &&Name| alike.iter().all(|fits| name.places.iter().any(|word| fits[*word as usize]));
        let shortest = |is_kind: fn(Named) -> bool| {
            self.names.iter().filter(|name| is_kind(name.named)).filter(fits).min_by_key(|name| name.text.len())
        };
        let mut hits = Vec::new();
        for name in
            [shortest(|named| matches!(named, Named::Disease(_))), shortest(|named| matches!(named, Named::Term(_)))].into_iter().flatten()
        {
            let mut symbols: Vec<String> =
                genes_of(name.named, knowledge).into_iter().map(|id| knowledge.symbol(id).to_uppercase()).collect();
            symbols.sort_unstable();
            hits.extend(self.by_gene(&symbols, NAME, |symbol| format!("looks at {symbol}: {}", name.text)));
        }
        hits
    }
}

fn genes_of(named: Named, knowledge: &Knowledge) -> BTreeSet<HgncId> {
    match named {
        Named::Disease(index) => knowledge.diseases.all()[index].genes.iter().copied().collect(),
        Named::Term(term) => {
            let diseases = knowledge.diseases.with_term(term).iter().filter(|(_, frequency)| *frequency > 0.0);
            diseases.flat_map(|(disease, _)| knowledge.diseases.get(*disease).genes.iter().copied()).collect()
        }
    }
}

/// Names of diseases with a gene, and of phenotypic terms with their synonyms.
fn names(knowledge: &Knowledge) -> (Vec<Name>, Vec<String>) {
    let mut places: HashMap<String, u32> = HashMap::new();
    let mut name = |text: &str, named| {
        let mut place = |word: String| {
            let next = places.len() as u32;
            *places.entry(word).or_insert(next)
        };
        Name { places: split(text).into_iter().map(&mut place).collect(), text: text.to_owned(), named }
    };
    let diseases = knowledge.diseases.all().iter().enumerate().filter(|(_, d)| !d.genes.is_empty());
    let mut names: Vec<Name> = diseases.map(|(index, d)| name(&d.name, Named::Disease(index))).collect();
    let hpo = &knowledge.hpo;
    for term_index in (0..hpo.terms().len() as TermIndex).filter(|term_index| hpo.is_phenotype(*term_index)) {
        let term = hpo.term(term_index);
        names.extend(std::iter::once(&term.name).chain(&term.synonyms).map(|text| name(text, Named::Term(term_index))));
    }
    let mut vocabulary = vec![String::new(); places.len()];
    for (word, place) in places {
        vocabulary[place as usize] = word;
    }
    (names, vocabulary)
}

/// Words of a text: letters and digits, in small letters.
fn split(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let tokens = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !["and", "or", "of", "the", "with", "a", "in"].contains(word));
    tokens.map(str::to_owned).collect()
}

/// How well a typed word fits a held one; nothing when it does not.
fn quality(term: &str, known: &str) -> Option<f32> {
    if term == known {
        Some(1.0)
    } else if term.len() >= 2 && known.starts_with(term) {
        Some(BEGUN)
    } else {
        alike(term, known).then_some(MISSPELT)
    }
}

/// The same but for one slip, or two in a long word; a word still being typed is compared with as much of the other.
fn alike(term: &str, known: &str) -> bool {
    let slips = match term.chars().count() {
        n if n >= TWO_SLIPS_LETTERS => 2,
        n if n >= ONE_SLIP_LETTERS => 1,
        _ => return term == known,
    };
    // Most words begin with another letter and are longer or shorter by more: they are not compared.
    if term.len().abs_diff(known.len()) > slips || term.as_bytes()[0] != known.as_bytes()[0] && slips < 2 {
        return false;
    }
    strsim::osa_distance(term, known) <= slips
}

/// Symbols, in capitals, of the genes that a test looks at.
fn symbols_of(test: &Test, panels: &[Panel], knowledge: &Knowledge) -> BTreeSet<String> {
    let mut symbols: BTreeSet<String> = test.genes.iter().map(|g| g.to_uppercase()).collect();
    let ids = test.panels.iter().filter_map(|p| p.parse::<HgncId>().ok());
    symbols.extend(ids.map(|id| knowledge.symbol(id).to_uppercase()));
    if let Some(panel) = super::catalogue::panel_of(test, panels) {
        symbols.extend(panel.genes.iter().filter(|g| g.rating == Rating::Green).map(|g| g.symbol.to_uppercase()));
    }
    symbols
}
