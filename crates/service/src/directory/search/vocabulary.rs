//! Every word that the search knows, once, sorted; and which of them a typed word means: itself, one that it begins, or one that it
//! misspells.

use std::collections::BTreeMap;

/// Place of a word in the vocabulary.
pub(super) type WordId = u32;

/// Letters from which one, and two, slips are forgiven.
const ONE_SLIP_LETTERS: usize = 4;
const TWO_SLIPS_LETTERS: usize = 8;
/// Letters from which a word may be only begun.
const BEGUN_LETTERS: usize = 3;
/// How much a word counts that is only begun, or spelt a little or rather differently.
const BEGUN: f32 = 0.8;
const ONE_SLIP: f32 = 0.85;
const TWO_SLIPS: f32 = 0.65;

/// The words.
pub(super) struct Vocabulary {
    tokens: Vec<Known>,
}

struct Known {
    text: String,
    /// As it is written where it was first met.
    shown: String,
    /// Which letters it has, a bit each: words that share too few are not compared.
    letters: u32,
    /// A word of a test, not only of a disease or a sign.
    is_of_tests: bool,
}

/// Words while they are gathered.
#[derive(Default)]
pub(super) struct Gathered(BTreeMap<String, (String, bool)>);

impl Gathered {
    /// Adds a word as it is compared and as it is written.
    pub(super) fn add(&mut self, compared: &str, shown: &str, is_of_tests: bool) {
        match self.0.get_mut(compared) {
            Some((_, of_tests)) => *of_tests |= is_of_tests,
            None => {
                self.0.insert(compared.to_owned(), (shown.to_owned(), is_of_tests));
            }
        }
    }
}

impl Vocabulary {
    pub(super) fn new(gathered: Gathered) -> Vocabulary {
        let known = |(text, (shown, is_of_tests)): (String, (String, bool))| Known { letters: letters(&text), text, shown, is_of_tests };
        Vocabulary { tokens: gathered.0.into_iter().map(known).collect() }
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn id(&self, compared: &str) -> Option<WordId> {
        self.tokens.binary_search_by(|known| known.text.as_str().cmp(compared)).ok().map(|place| place as WordId)
    }

    /// As it is written where it was first met.
    pub(super) fn shown(&self, id: WordId) -> &str {
        &self.tokens[id as usize].shown
    }

    pub(super) fn is_of_tests(&self, id: WordId) -> bool {
        self.tokens[id as usize].is_of_tests
    }

    /// Words that a typed word may mean, each with how well it fits; the word itself alone where it is known.
    pub(super) fn meant(&self, typed: &str) -> Vec<(WordId, f32)> {
        if let Some(id) = self.id(typed) {
            return vec![(id, 1.0)];
        }
        if typed.bytes().all(|byte| byte.is_ascii_digit()) {
            return vec![];
        }
        let mut found = self.begun(typed);
        // A number is never nearly another: BRCA3 is not BRCA1.
        if typed.bytes().any(|byte| byte.is_ascii_digit()) {
            return found;
        }
        for (id, fit) in self.misspelt(typed) {
            if !found.iter().any(|(other, _)| *other == id) {
                found.push((id, fit));
            }
        }
        found
    }

    /// Words that the typed one begins: those of tests, else any.
    fn begun(&self, typed: &str) -> Vec<(WordId, f32)> {
        if typed.chars().count() < BEGUN_LETTERS {
            return vec![];
        }
        let first = self.tokens.partition_point(|known| known.text.as_str() < typed);
        let all = (first..self.tokens.len()).take_while(|place| self.tokens[*place].text.starts_with(typed));
        let (of_tests, others): (Vec<usize>, Vec<usize>) = all.partition(|place| self.tokens[*place].is_of_tests);
        let kept = if of_tests.is_empty() { others } else { of_tests };
        kept.into_iter().map(|place| (place as WordId, BEGUN)).collect()
    }

    /// Words that differ by the fewest slips that are forgiven; of as few, those of tests come before others.
    fn misspelt(&self, typed: &str) -> Vec<(WordId, f32)> {
        let slips_max = match typed.chars().count() {
            length if length >= TWO_SLIPS_LETTERS => 2,
            length if length >= ONE_SLIP_LETTERS => 1,
            _ => return vec![],
        };
        let typed_letters = letters(typed);
        let mut best: Vec<(usize, bool, WordId)> = Vec::new();
        for (place, known) in self.tokens.iter().enumerate() {
            let is_near = known.text.len().abs_diff(typed.len()) <= slips_max
                && (typed_letters ^ known.letters).count_ones() as usize <= 2 * slips_max
                && (slips_max > 1 || known.text.as_bytes().first() == typed.as_bytes().first())
                && known.text.len() >= ONE_SLIP_LETTERS
                && !known.text.bytes().any(|byte| byte.is_ascii_digit());
            if is_near {
                let slips = strsim::osa_distance(typed, &known.text);
                if slips <= slips_max {
                    best.push((slips, !known.is_of_tests, place as WordId));
                }
            }
        }
        best.sort_unstable();
        let Some(&(slips, is_other, _)) = best.first() else { return vec![] };
        let fit = if slips <= 1 { ONE_SLIP } else { TWO_SLIPS };
        best.into_iter().take_while(|entry| (entry.0, entry.1) == (slips, is_other)).map(|entry| (entry.2, fit)).collect()
    }
}

/// Letters of a word as a set of bits.
fn letters(word: &str) -> u32 {
    word.bytes().filter(u8::is_ascii_lowercase).fold(0, |bits, letter| bits | 1 << (letter - b'a'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let mut gathered = Gathered::default();
        for (word, is_of_tests) in [("epilepsy", true), ("epilation", false), ("marfan", true), ("marfanoid", false), ("brca1", true)] {
            gathered.add(word, word, is_of_tests);
        }
        Vocabulary::new(gathered)
    }

    fn meant(typed: &str) -> Vec<String> {
        let vocabulary = vocabulary();
        vocabulary.meant(typed).into_iter().map(|(id, _)| vocabulary.shown(id).to_owned()).collect()
    }

    #[test]
    fn a_word_means_itself_what_it_begins_or_what_it_misspells() {
        assert_eq!(meant("marfan"), ["marfan"]);
        assert_eq!(meant("epil"), ["epilepsy"], "of tests before others");
        assert_eq!(meant("epilespy"), ["epilepsy"]);
        assert_eq!(meant("mrafan"), ["marfan"]);
        assert_eq!(meant("marfanoi"), ["marfanoid"]);
        for unknown in ["brca3", "xyzzyplugh", "ep", "", "arfan"] {
            assert!(meant(unknown).is_empty(), "{unknown}: {:?}", meant(unknown));
        }
    }
}
