//! Ranking clinical indications for a question: each of its words counts once, for the phrase, gene, disease or sign that explains it
//! best, and a word that few indications have counts more. Words that belong together are explained together; words that do not are
//! explained apart, so that `seizures, developmental delay` finds both.
//!
//! The weights were chosen on the odd phrasings of `tests/service/directory/phrasings.txt`; docs/accuracy.md has the figures.

mod evidence;

use super::{Index, patient::Patient, text, vocabulary::WordId};
use annotation::Knowledge;
use evidence::{Evidence, Why};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Share of the rarest word's weight for a word of no test, and for one that is not known.
const OF_NO_TEST: f32 = 0.8;
const UNKNOWN: f32 = 0.5;
/// Pieces of evidence that are added up for one indication, and the least that one adds.
const PIECES_MAX: usize = 4;
const PIECE_MIN: f32 = 0.05;
/// What is left of the score where the name has a word that narrows it and was not typed, such as `carrier`.
const NARROWER: f32 = 0.6;
/// What is left where the name excludes what was typed, and what is gained where the question excludes it too.
const EXCLUDED: f32 = 0.05;
const EXCLUDED_BY_BOTH: f32 = 1.3;
/// A test of children for an adult, whose disease may have begun then; and for a child.
const CHILDREN_FOR_ADULT: f32 = 0.85;
const CHILDREN_FOR_CHILD: f32 = 1.08;
/// Ages of both. Source: as for adult onset in `patient`.
const ADULT_YEARS: i16 = 18;
const CHILD_BELOW_YEARS: i16 = 16;
/// What a test gains by looking at a gene that was typed, for its place among those of its indication.
const TEST_HAS_GENE: f32 = 10.0;

/// Letters and digits of the shortest word that is no piece of a code, such as `RB1`.
const NAME_LETTERS_MIN: usize = 3;

/// Words of a name by which it is for the young.
const YOUNG: &[&str] = &["child", "infant", "neonate"];
/// Words of a question by which somebody is alive.
const ALIVE: &[&str] = &["alive", "living"];

/// A question, its words looked up.
pub(super) struct Query {
    typed: Vec<Typed>,
    denied: HashSet<String>,
    /// Which typed word a word of the vocabulary stands for, and how well.
    meaning: HashMap<WordId, (usize, f32)>,
}

/// A word that was typed.
struct Typed {
    word: text::Word,
    meant: Vec<(WordId, f32)>,
    /// Gene that it is the symbol of, and whether the gene's own.
    symbol: Option<(String, bool)>,
    weight: f32,
}

/// An indication with its score.
pub(super) struct Ranked {
    pub(super) score: f32,
    pub(super) why: String,
    pub(super) group: u32,
    /// Symbols of the genes that brought it, where genes were typed.
    symbols: Vec<String>,
}

impl Query {
    pub(super) fn read(index: &Index, text: &str) -> Query {
        let question = text::question(text, |tokens| index.denying_phrases.contains(tokens));
        let typed: Vec<Typed> = joined(index, question.present).into_iter().map(|word| Typed::read(index, word)).collect();
        let mut meaning: HashMap<WordId, (usize, f32)> = HashMap::new();
        for (place, word) in typed.iter().enumerate() {
            for (id, fit) in &word.meant {
                let best = meaning.entry(*id).or_insert((place, *fit));
                if *fit > best.1 {
                    *best = (place, *fit);
                }
            }
        }
        Query { typed, denied: question.denied.into_iter().collect(), meaning }
    }

    pub(super) fn says_alive(&self) -> bool {
        self.typed.iter().any(|typed| ALIVE.contains(&typed.word.raw.as_str()))
    }

    /// Words that were read as others that are spelt nearly so.
    pub(super) fn read_as(&self, index: &Index) -> Vec<(String, String)> {
        let read = |typed: &Typed| {
            let (id, _) = *typed.meant.first().filter(|(_, fit)| *fit < 1.0)?;
            let shown = index.vocabulary.shown(id);
            (typed.symbol.is_none() && !shown.starts_with(&typed.word.raw)).then(|| (typed.word.raw.clone(), shown.to_owned()))
        };
        self.typed.iter().filter_map(read).collect()
    }

    pub(super) fn not_understood(&self) -> Vec<String> {
        let is_unknown =
            |typed: &&Typed| typed.meant.is_empty() && typed.symbol.is_none() && evidence::medicines(&typed.word.raw).is_empty();
        self.typed.iter().filter(is_unknown).map(|typed| typed.word.raw.clone()).collect()
    }

    /// Every word, numbers apart, is known and longer than the letter of a code; and there is one.
    pub(super) fn is_understood(&self) -> bool {
        let mut named = self.typed.iter().filter(|typed| !typed.word.raw.bytes().all(|byte| byte.is_ascii_digit())).peekable();
        let is_known = |typed: &Typed| typed.word.raw.len() >= NAME_LETTERS_MIN && (!typed.meant.is_empty() || typed.symbol.is_some());
        named.peek().is_some() && named.all(is_known)
    }

    fn says(&self, index: &Index, compared: &str) -> bool {
        index.vocabulary.id(compared).is_some_and(|id| self.meaning.contains_key(&id))
    }
}

impl Typed {
    fn read(index: &Index, word: text::Word) -> Typed {
        let symbol = index.genes.symbol(&word.raw).map(|(symbol, is_own)| (symbol.to_owned(), is_own));
        let is_known = symbol.is_some() || !evidence::medicines(&word.raw).is_empty();
        let meant = match index.vocabulary.id(&word.compared) {
            Some(id) => vec![(id, 1.0)],
            // The symbol of a gene or a medicine is no misspelt word.
            None if is_known => vec![],
            None => index.vocabulary.meant(&word.compared),
        };
        let rarest = index.rarest();
        let weight_of = |id: WordId| Some(index.rarity[id as usize]).filter(|rarity| *rarity > 0.0).unwrap_or(rarest * OF_NO_TEST);
        let weight = meant.iter().map(|(id, _)| weight_of(*id)).reduce(f32::max);
        let unknown = if is_known { OF_NO_TEST } else { UNKNOWN };
        Typed { weight: weight.unwrap_or(rarest * unknown), meant, symbol, word }
    }
}

impl Index {
    /// Weight of a word that no indication has.
    fn rarest(&self) -> f32 {
        (1.0 + self.groups.len() as f32).ln()
    }
}

/// Neighbours that are one word elsewhere, such as `angio-oedema`, and symbols with a hyphen, as one.
fn joined(index: &Index, tokens: Vec<text::Word>) -> Vec<text::Word> {
    let is_of_tests = |compared: &str| index.vocabulary.id(compared).is_some_and(|id| index.vocabulary.is_of_tests(id));
    let join = |one: &text::Word, next: &text::Word| {
        let raw = format!("{}{}", one.raw, next.raw);
        let compared = text::compared(&format!("{}{}", one.compared, next.compared));
        let are_known = is_of_tests(&one.compared) && is_of_tests(&next.compared);
        let is_word = is_of_tests(&compared) && !are_known;
        let is_symbol =
            raw.bytes().any(|byte| byte.is_ascii_digit()) && index.genes.symbol(&raw).is_some_and(|(symbol, _)| symbol.contains('-'));
        (is_word || is_symbol).then_some(text::Word { raw, compared })
    };
    let mut found: Vec<text::Word> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(word) = tokens.next() {
        match tokens.peek().and_then(|next| join(&word, next)) {
            Some(both) => {
                tokens.next();
                found.push(both);
            }
            None => found.push(word),
        }
    }
    found
}

/// Every indication that anything leads to, best first.
pub(super) fn groups(index: &Index, knowledge: Option<&Knowledge>, query: &Query, patient: &Patient) -> Vec<Ranked> {
    let found: BTreeMap<u32, Vec<Evidence>> = evidence::gather(index, knowledge, query);
    let mut ranked: Vec<Ranked> = found.into_iter().filter_map(|(group, all)| ranked(index, query, patient, group, &all)).collect();
    // Of equals those of inherited disease come first, then by code.
    let code = |ranked: &Ranked| {
        let code = &index.groups[ranked.group as usize].code;
        (code.starts_with('M'), code.get(1..).and_then(|number| number.parse::<u32>().ok()))
    };
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| code(a).cmp(&code(b))));
    ranked
}

fn ranked(index: &Index, query: &Query, patient: &Patient, group: u32, all: &[Evidence]) -> Option<Ranked> {
    let chosen = explained(all);
    let best = chosen.first()?.0;
    let score: f32 = chosen.iter().map(|(_, gain)| gain).sum();
    let symbols = chosen.iter().filter_map(|(evidence, _)| evidence.why.typed_symbol()).map(str::to_owned).collect();
    let score = score * adjustment(index, query, patient, group);
    Some(Ranked { score, why: best.why.line(index), group, symbols })
}

/// The pieces of evidence that explain the most of the question together, each with what it adds.
fn explained(all: &[Evidence]) -> Vec<(&Evidence, f32)> {
    let mut explained: HashSet<usize> = HashSet::new();
    let mut chosen: Vec<(&Evidence, f32)> = Vec::new();
    while chosen.len() < PIECES_MAX {
        let gain = |evidence: &Evidence| {
            let whole: f32 = evidence.covers.iter().map(|(_, value)| value).sum();
            let new: f32 = evidence.covers.iter().filter(|(place, _)| !explained.contains(place)).map(|(_, value)| value).sum();
            // What is explained already by something else is evidence for less.
            if whole > 0.0 { evidence.strength * new * (new / whole).sqrt() } else { 0.0 }
        };
        let best = all.iter().map(|evidence| (evidence, gain(evidence))).filter(|(_, gain)| *gain > PIECE_MIN);
        // Of equals the first.
        let Some((best, gain)) = best.reduce(|best, next| if next.1 > best.1 { next } else { best }) else { break };
        explained.extend(best.covers.iter().map(|(place, _)| *place));
        chosen.push((best, gain));
    }
    chosen
}

/// By what the name of the indication narrows, excludes, and for whom it is.
fn adjustment(index: &Index, query: &Query, patient: &Patient, group: u32) -> f32 {
    let group = &index.groups[group as usize];
    let mut factor = 1.0;
    if group.narrowing.iter().any(|word| !query.says(index, word)) {
        factor *= NARROWER;
    }
    let rarity = |word: &&String| index.vocabulary.id(word).map_or(0.0, |id| index.rarity[id as usize]);
    if let Some(word) = group.excluded.iter().max_by(|a, b| rarity(a).total_cmp(&rarity(b))) {
        if query.says(index, word) {
            factor *= EXCLUDED;
        } else if query.denied.contains(word) {
            factor *= EXCLUDED_BY_BOTH;
        }
    }
    let has_young = |tokens: &[&str]| tokens.iter().any(|word| group.tokens.contains(*word));
    match patient.age_years {
        Some(age) if age >= ADULT_YEARS && has_young(YOUNG) => factor * CHILDREN_FOR_ADULT,
        Some(age) if age < CHILD_BELOW_YEARS && has_young(&YOUNG[..1]) => factor * CHILDREN_FOR_CHILD,
        _ => factor,
    }
}

/// Tests of an indication, those first that look at what was typed in the way that was typed, then those that read genes.
pub(super) fn tests_in_order(index: &Index, query: &Query, ranked: &Ranked) -> Vec<u32> {
    let has_gene = |test: u32| ranked.symbols.iter().any(|symbol| index.genes.is_in_test(symbol, test));
    let fit = |test: u32| {
        let tokens = &index.test_words[test as usize];
        let by_words: f32 = tokens.iter().filter_map(|id| query.meaning.get(id).map(|(_, fit)| fit * index.rarity[*id as usize])).sum();
        by_words + if has_gene(test) { TEST_HAS_GENE } else { 0.0 }
    };
    let all = &index.groups[ranked.group as usize].tests;
    let mut tests: Vec<(f32, u32)> = all.iter().map(|test| (fit(*test), *test)).collect();
    // Where the gene is what was asked for, a test without it is none.
    if ranked.why_is_gene() && all.iter().any(|test| has_gene(*test)) {
        tests.retain(|(_, test)| has_gene(*test));
    }
    tests.sort_by(|a, b| {
        let reads = |test: u32| !index.is_sequencing[test as usize];
        b.0.total_cmp(&a.0).then_with(|| (reads(a.1), a.1).cmp(&(reads(b.1), b.1)))
    });
    tests.into_iter().map(|(_, test)| test).collect()
}

impl Ranked {
    /// Whether it is there by a gene that was typed, or by a medicine.
    fn why_is_gene(&self) -> bool {
        !self.symbols.is_empty()
    }
}

impl Why {
    /// Symbol of the gene that was typed, itself or by a medicine.
    fn typed_symbol(&self) -> Option<&str> {
        match self {
            Why::Gene { symbol, .. } | Why::Medicine { symbol, .. } => Some(symbol),
            _ => None,
        }
    }
}
