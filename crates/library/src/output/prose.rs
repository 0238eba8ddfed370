//! Counts in sentences. As in tables, a small number counts people unless what stands beside it says what else it is: a unit, things, a
//! label, a statistic ([`counts`]). A number whose difference from a total is small is one too ([`rest`]), and so is a share of a total
//! ([`shares`]). One person who is described is found by age, number and relation ([`persons`]). A number whose noun stands in the
//! sentence before counts the same ([`antecedent`]). Prose that is not English is not read, and said so ([`language`]).

mod antecedent;
mod counts;
mod language;
mod persons;
mod rest;
mod shares;

pub(super) use language::look as language;

use super::{
    CELL_MIN, Finding, Findings, Rule,
    tokens::{Kind, Token, sentences},
    vocabulary,
};
use std::collections::HashSet;

/// A text that is read as sentences.
pub(super) struct Prose<'t> {
    text: &'t str,
    sentences: Vec<Vec<Token<'t>>>,
    /// Numbers of people that the text gives: line, and number.
    pub(super) totals: Vec<(usize, u64)>,
}

impl<'t> Prose<'t> {
    /// Reads a text, of which `lower` is the same in lower case.
    pub(super) fn new(text: &'t str, lower: &'t str) -> Prose<'t> {
        let (sentences, lenient) = (sentences(lower), HashSet::new());
        let of_sentence = |tokens: &Vec<Token>| {
            let totals = Sentence::new(tokens, Before::default(), &lenient).totals;
            totals.into_iter().map(|(index, total)| (tokens[index].line, total)).collect::<Vec<_>>()
        };
        let totals = sentences.iter().flat_map(of_sentence).collect();
        Prose { text, sentences, totals }
    }

    /// Findings. In lines that are read as tables, or are code, only what names people is one.
    pub(super) fn look(&self, mut lenient: HashSet<usize>, findings: &mut Findings) {
        lenient.extend(self.text.lines().zip(1..).filter(|(line, _)| is_code(line)).map(|(_, number)| number));
        let mut before = Before::default();
        for tokens in &self.sentences {
            let sentence = Sentence::new(tokens, before, &lenient);
            findings.extend((0..tokens.len()).filter_map(|index| sentence.finding(index)));
            before = Before { total: sentence.totals.last().map(|(_, total)| *total), things: sentence.things_after() };
        }
    }
}

/// What the sentence before left to be meant.
#[derive(Clone, Copy, Default)]
struct Before {
    /// Its last number of people.
    total: Option<u64>,
    /// Its last number of things, if it has no people.
    things: Option<u64>,
}

/// Whether a line is one of a program, whose numbers are arguments and indices.
fn is_code(line: &str) -> bool {
    let marks = ["<-", "==", "+=", "->", "=>", "();", ") {", "){", "&&", "||"];
    let starts = ["import ", "def ", "for (", "for i in", "if (", "library(", "print(", "plot(", "function(", "select "];
    let line = line.trim();
    // Clauses of SQL as they are written in queries: `From 3 clinics` is a sentence.
    let clauses = ["FROM ", "WHERE ", "JOIN ", "LEFT JOIN ", "INNER JOIN ", "GROUP BY ", "ORDER BY ", "HAVING "];
    let begins = |start: &&str| line.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    marks.iter().any(|mark| line.contains(mark)) || starts.iter().any(begins) || clauses.iter().any(|clause| line.starts_with(clause))
}

/// Words that end what a number counts.
const STOPS: &str = " a about after among an and are as at because before between but by for from had has have in into is it its more nor of on or \
    out per so than that the then to under was were when where which while with within without vs versus way ways sided tailed ";
/// Words between `of` and a total.
const FILLERS: &str = " a all her his its our some that the their these this those total of only about ";
/// What people do or have: a number before it counts them.
const DEEDS: &str = " carried carries carry developed died had harboured harbored has have presented showed survived tested responded relapsed \
    withdrew declined reported experienced suffered were was remained remain received did ";
/// Words before the one who is left out.
const EXCEPTIONS: &str = " but except bar save excluding excepting for ";

fn is_in(list: &str, word: &str) -> bool {
    let is_whole = |start: usize| list[..start].ends_with(' ') && list[start + word.len()..].starts_with(' ');
    !word.is_empty() && !word.contains(' ') && list.match_indices(word).any(|(start, _)| is_whole(start))
}

struct Sentence<'s, 't> {
    tokens: &'s [Token<'t>],
    has_people: bool,
    /// Lines where only what names people is a finding.
    lenient: &'s HashSet<usize>,
    /// Numbers of people: where, and how many.
    totals: Vec<(usize, u64)>,
    before: Before,
}

impl<'s, 't> Sentence<'s, 't> {
    fn new(tokens: &'s [Token<'t>], before: Before, lenient: &'s HashSet<usize>) -> Sentence<'s, 't> {
        let is_people = |token: &Token| matches!(token.kind, Kind::Word(word) if vocabulary::is_people(word));
        let mut sentence = Sentence { tokens, has_people: tokens.iter().any(is_people), lenient, totals: vec![], before };
        sentence.totals = (0..tokens.len()).filter_map(|index| Some((index, sentence.total(index)?))).collect();
        sentence
    }

    fn finding(&self, index: usize) -> Option<Finding> {
        if matches!(self.tokens[index].kind, Kind::Mark(_)) {
            return None;
        }
        let line = self.tokens[index].line;
        if self.is_one_person(index) {
            let message = "one person is described: results are about groups, so take it out".into();
            return Some(Finding { value: self.quote(index), ..Finding::in_line(Rule::Individuals, line, message) });
        }
        let counts_few = self.is_small_count(index) || self.is_rest(index) || self.is_pair(index);
        let message = if counts_few {
            format!(
                "fewer than {CELL_MIN} people, or all but fewer than {CELL_MIN}, are counted: put groups together, or write “fewer than {CELL_MIN}” \
                 (if it counts no people, say what it is: “3 genes”)"
            )
        } else {
            let (total, count) = self.few_by_share(index)?;
            format!("a share of {total} comes to {count} people, fewer than {CELL_MIN}: leave the share or the total out")
        };
        Some(Finding { value: self.quote(index), ..Finding::in_line(Rule::SmallCell, line, message) })
    }

    /// A few words from a place on.
    fn quote(&self, index: usize) -> String {
        let mut text = String::new();
        for token in self.tokens.iter().skip(index).take(5) {
            if !text.is_empty() && !token.is_joined {
                text.push(' ');
            }
            match token.kind {
                Kind::Word(word) => text.extend(word.chars().take(30)),
                Kind::Figure(number) => text.push_str(&number.value.to_string()),
                Kind::Spelled(number) => text.push_str(&number.to_string()),
                Kind::Mark(mark) => text.push(mark),
            }
        }
        text
    }

    fn is_strict(&self, index: usize) -> bool {
        !self.lenient.contains(&self.tokens[index].line)
    }

    fn word(&self, index: usize) -> &'t str {
        match self.tokens.get(index).map(|token| token.kind) {
            Some(Kind::Word(word)) => word,
            _ => "",
        }
    }

    fn word_before(&self, index: usize) -> &'t str {
        index.checked_sub(1).map_or("", |before| self.word(before))
    }

    fn is(&self, index: usize, mark: char) -> bool {
        self.tokens.get(index).is_some_and(|token| token.kind == Kind::Mark(mark))
    }

    fn mark(&self, index: usize) -> Option<char> {
        match self.tokens.get(index)?.kind {
            Kind::Mark(mark) => Some(mark),
            _ => None,
        }
    }

    fn is_joined(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|token| token.is_joined)
    }

    fn whole(&self, index: usize) -> Option<u64> {
        match self.tokens.get(index)?.kind {
            Kind::Figure(number) if number.decimals == 0 => number.whole(),
            Kind::Spelled(number) => Some(number),
            _ => None,
        }
    }

    fn is_figure(&self, index: usize) -> bool {
        matches!(self.tokens.get(index), Some(Token { kind: Kind::Figure(_), .. }))
    }

    fn past_fillers(&self, mut index: usize) -> usize {
        let end = index + 4;
        while index < end && (is_in(FILLERS, self.word(index)) || self.is(index, '(')) {
            index += 1;
        }
        index
    }
}
