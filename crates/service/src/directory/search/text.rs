//! Words of a text as the search compares them: one spelling for British and American, singular, everyday forms joined; and which
//! words of a question are denied.

pub(super) use ontology::spelling::compared;
use std::collections::HashMap;

/// Words that say nothing about which test is meant.
const SILENT: &[&str] = &[
    "and",
    "or",
    "of",
    "the",
    "with",
    "a",
    "an",
    "in",
    "on",
    "at",
    "by",
    "for",
    "to",
    "from",
    "due",
    "has",
    "have",
    "had",
    "is",
    "was",
    "are",
    "were",
    "his",
    "her",
    "their",
    "he",
    "she",
    "it",
    "since",
    "aged",
    "age",
    "year",
    "years",
    "old",
    "yr",
    "yrs",
    "week",
    "weeks",
    "month",
    "months",
    "day",
    "days",
    "patient",
    "likely",
    "possible",
    "suspected",
    "query",
    "like",
    "as",
    "that",
    "this",
    "who",
    "which",
    "be",
    "been",
    "when",
    "after",
    "before",
    "under",
    "over",
    "up",
    "into",
    "me",
    "my",
];

/// Words that deny all that follows in their part of the question.
const DENYING: &[&str] = &["no", "not", "without", "excluding", "denies", "never"];
/// Words that deny the next word alone: `non smoker`, `normal hearing`.
const DENYING_NEXT: &[&str] = &["non", "normal"];
/// Words with which a sign may be named by what is not there: `cannot smell`.
const UNABLE: &str = "cannot";
/// Words before a number that make it an age.
const BEFORE_AGE: &[&str] = &["at", "aged", "age", "under", "over"];
/// Words of a question that are looked at; nobody types more to find a test.
const WORDS_MAX: usize = 40;

/// A word that was typed: as it was, and as it is compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Word {
    pub(super) raw: String,
    pub(super) compared: String,
}

/// A question read into what it says and what it denies.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Question {
    pub(super) present: Vec<Word>,
    pub(super) denied: Vec<String>,
}

impl Question {
    /// No more words are looked at.
    fn is_full(&self) -> bool {
        self.present.len() >= WORDS_MAX || self.denied.len() >= WORDS_MAX
    }
}

/// Words of a text as compared, each once, without those that say nothing.
pub(super) fn tokens(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    for raw in raw(text).into_iter().filter(|word| !is_silent(word)) {
        let word = Word { compared: compared(&raw), raw };
        if !found.iter().any(|other| other.compared == word.compared) {
            found.push(word);
        }
    }
    found
}

/// Words of many texts, each compared form once: the same words come again and again.
#[derive(Default)]
pub(super) struct Folded {
    /// Number of each word as typed; none of one that says nothing.
    by_raw: HashMap<String, Option<u32>>,
    by_compared: HashMap<String, u32>,
    all: Vec<Word>,
}

impl Folded {
    /// Numbers of the words of a text, each once.
    pub(super) fn numbers(&mut self, text: &str) -> Vec<u32> {
        let lower = text.to_lowercase().replace(APOSTROPHES, "");
        let mut found = Vec::new();
        for raw in split(&lower) {
            let number = match self.by_raw.get(raw) {
                Some(number) => *number,
                None => self.add(raw),
            };
            if let Some(number) = number.filter(|number| !found.contains(number)) {
                found.push(number);
            }
        }
        found
    }

    fn add(&mut self, raw: &str) -> Option<u32> {
        let number = (!is_silent(raw)).then(|| {
            let word = Word { compared: compared(raw), raw: raw.to_owned() };
            let next = self.all.len() as u32;
            let number = *self.by_compared.entry(word.compared.clone()).or_insert(next);
            if number == next {
                self.all.push(word);
            }
            number
        });
        self.by_raw.insert(raw.to_owned(), number);
        number
    }

    /// The words, by their numbers.
    pub(super) fn all(&self) -> &[Word] {
        &self.all
    }
}

/// Whether a word can turn a question round; phrases with one are kept whole.
pub(super) fn is_denying(raw: &str) -> bool {
    DENYING.contains(&raw) || DENYING_NEXT.contains(&raw) || raw == UNABLE
}

/// Reads a question. `is_phrase` knows the phrases that hold a word that would deny, such as `no sense of smell`.
pub(super) fn question(text: &str, is_phrase: impl Fn(&[String]) -> bool) -> Question {
    let mut question = Question::default();
    for clause in text.to_lowercase().replace(" but ", ",").split([',', ';', '.']) {
        read_clause(clause, &is_phrase, &mut question);
    }
    question
}

fn read_clause(clause: &str, is_phrase: &impl Fn(&[String]) -> bool, question: &mut Question) {
    if question.is_full() {
        return;
    }
    let all = raw(clause);
    let in_phrase = in_phrases(&all, is_phrase);
    // Words that are still to be denied.
    let mut denied = 0_usize;
    for (place, word) in all.iter().enumerate() {
        if question.is_full() {
            return;
        }
        if !in_phrase[place] && DENYING.contains(&word.as_str()) {
            denied = usize::MAX;
        } else if !in_phrase[place] && DENYING_NEXT.contains(&word.as_str()) {
            denied = denied.max(1);
        } else if !is_silent(word) && !is_age(&all, place) {
            let word = Word { raw: word.clone(), compared: compared(word) };
            if denied > 0 && !in_phrase[place] {
                denied -= 1;
                question.denied.push(word.compared);
            } else if !question.present.iter().any(|other| other.compared == word.compared) {
                question.present.push(word);
            }
        }
    }
}

/// A number behind `at`, `aged` or the like.
fn is_age(all: &[String], place: usize) -> bool {
    let is_number = all[place].bytes().all(|byte| byte.is_ascii_digit());
    is_number && place > 0 && BEFORE_AGE.contains(&all[place - 1].as_str())
}

/// Which words stand in a known phrase that has a word that would deny.
fn in_phrases(all: &[String], is_phrase: &impl Fn(&[String]) -> bool) -> Vec<bool> {
    let mut inside = vec![false; all.len()];
    for denying in (0..all.len()).filter(|place| is_denying(&all[*place])) {
        for length in (2..=PHRASE_WORDS_MAX).rev() {
            for start in (denying + 1).saturating_sub(length)..=denying {
                let Some(window) = all.get(start..start + length) else { continue };
                let kept: Vec<String> = window.iter().filter(|word| !is_silent(word)).map(|word| compared(word)).collect();
                if kept.len() > 1 && is_phrase(&kept) {
                    inside[start..start + length].fill(true);
                }
            }
        }
    }
    inside
}

/// Longest phrase, in words, that is looked for around a word that would deny.
const PHRASE_WORDS_MAX: usize = 5;

fn is_silent(raw: &str) -> bool {
    SILENT.contains(&raw)
}

/// Signs that join what they stand between.
const APOSTROPHES: [char; 2] = ['\'', '’'];

/// Letters and digits in small letters, as typed; an apostrophe joins.
fn raw(text: &str) -> Vec<String> {
    split(&text.to_lowercase().replace(APOSTROPHES, "")).map(str::to_owned).collect()
}

fn split(lower: &str) -> impl Iterator<Item = &str> {
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn present(text: &str) -> Vec<String> {
        question(text, |_| false).present.into_iter().map(|word| word.compared).collect()
    }

    #[test]
    fn british_and_american_singular_and_plural_are_one() {
        for (one, other) in [
            ("haemochromatosis", "hemochromatosis"),
            ("tumours", "tumor"),
            ("leukaemias", "leukemia"),
            ("oedema", "edema"),
            ("Down's", "downs"),
            ("seizures", "fits"),
            ("anomalies", "anomaly"),
            ("foetus", "fetal"),
            ("paediatric", "children"),
        ] {
            assert_eq!(present(one), present(other), "{one} and {other}");
        }
        assert_ne!(present("ataxia"), present("ataxin"));
    }

    #[test]
    fn a_question_is_read_no_further_than_its_fortieth_word() {
        let terms: Vec<String> = (0..100).map(|number| format!("word{number}")).collect();
        let read = question(&terms.join(" "), |_| false);
        assert_eq!((read.present.len(), read.denied.len()), (WORDS_MAX, 0));
        let read = question(&format!("no {}; ataxia", terms.join(" ")), |_| false);
        assert_eq!((read.present.len(), read.denied.len()), (0, WORDS_MAX));
    }

    #[test]
    fn what_is_denied_is_no_sign_and_an_age_is_no_word() {
        let read = question("ovarian cancer at 52, no breast cancer in the family; normal hearing, epilepsy", |_| false);
        let tokens: Vec<&str> = read.present.iter().map(|word| word.compared.as_str()).collect();
        assert_eq!(tokens, ["ovarian", "cancer", "epilepsy"]);
        assert_eq!(read.denied, ["breast", "cancer", "family", "hearing"]);
        let read = question("no sense of smell", |tokens| tokens == ["no", "sense", "smell"]);
        assert_eq!((read.present.len(), read.denied.len()), (3, 0));
        assert_eq!(question("", |_| false), Question::default());
    }
}
