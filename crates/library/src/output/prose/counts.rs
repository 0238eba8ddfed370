//! Small numbers: whether what stands before or behind one says that it counts no people.

use super::{
    super::{
        CELL_MIN, is_small,
        tokens::Kind,
        vocabulary::{self, Meaning},
    },
    DEEDS, EXCEPTIONS, STOPS, Sentence, is_in,
};

/// What a number counts, by the words behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Counted {
    People,
    Things,
    Unknown,
}

/// Words behind a number that are looked at.
const WORDS_MAX: usize = 6;
/// Tokens before a number in which a statistic is looked for.
const CLAUSE_MAX: usize = 12;
/// Numbers of a list or range.
const LIST_MAX: usize = 20;

/// Plurals that are no things: what happens to people.
const EVENTS: &str = " admissions births cancers deaths diagnoses dropouts events fatalities hets homs outcomes relapses remissions seizures strokes \
    survivals withdrawals ";
/// Words between what is measured and its number.
const LINKS: &str = " was were is are of to by at from about around approximately reached only just roughly equals equalled be been ";
/// Units of time that mean one only directly behind a number: `3 s`, but not `carrier(s)`.
const TIMES: &str = " s sec secs ms min mins h hr hrs ";
const MONTHS: &str = " january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct \
    nov dec ";

impl Sentence<'_, '_> {
    /// `3 carriers`, `Group A had 3`, `three of the women`, `carriers: 3`, `all but two`; not `3 genes`, `figure 3`, `a median of 3`.
    pub(super) fn is_small_count(&self, index: usize) -> bool {
        if !self.whole(index).is_some_and(is_small) {
            return false;
        }
        let (first, last) = self.list(index);
        if self.is_named_otherwise(first) || self.is_lower_bound(first) || self.is_ratio(index) || self.is_whole_range(first, last) {
            return false;
        }
        match self.counted(last) {
            Counted::People => true,
            Counted::Things => false,
            Counted::Unknown if self.names_people(first) => true,
            Counted::Unknown => {
                self.is_strict(index) && !self.is_pronoun(index) && !self.is_measured(first) && !self.stands_for_things(index)
            }
        }
    }

    /// `carriers: 3`, `n = 3`, `patients (3)`.
    fn names_people(&self, first: usize) -> bool {
        let is_name = |word: &str| word == "n" || vocabulary::is_people(word);
        first > 1 && matches!(self.mark(first - 1), Some(':' | '=' | '(')) && is_name(self.word(first - 2))
    }

    /// The first and last number of the list or range in which a number stands: `3, 40 and 50`, `3 to 4`, `40/3`.
    fn list(&self, index: usize) -> (usize, usize) {
        let joins = |place: usize| {
            let is_ratio = self.is(place, ':') && self.is_joined(place) && self.is_joined(place + 1);
            is_ratio
                || matches!(self.mark(place), Some(',' | '/' | '-' | '–' | '—' | '+' | '&'))
                || matches!(self.word(place), "and" | "or" | "to" | "versus" | "vs")
        };
        let is_number = |place: usize| matches!(self.tokens.get(place).map(|token| token.kind), Some(Kind::Figure(_) | Kind::Spelled(_)));
        let (mut first, mut last) = (index, index);
        for _ in 0..LIST_MAX {
            // `3, and 40`.
            let step = usize::from(self.is(last + 1, ',') && matches!(self.word(last + 2), "and" | "or"));
            if !(joins(last + 1 + step) && is_number(last + 2 + step)) {
                break;
            }
            last += 2 + step;
        }
        while index - first < LIST_MAX && first >= 2 && joins(first - 1) && is_number(first - 2) {
            first -= 2;
        }
        (first, last)
    }

    /// What a number, or the last one of a list, counts.
    pub(super) fn counted(&self, last: usize) -> Counted {
        let mut next = last + 1;
        if self.is(next, '-') && self.is_joined(next) && !self.word(next + 1).is_empty() {
            // `two-sided`; but `a three-patient series`.
            return if vocabulary::is_people(self.word(next + 1)) { Counted::People } else { Counted::Things };
        }
        if let Some(after) = self.past_of(next) {
            if matches!(self.word(after), "them" | "whom" | "us") {
                return Counted::People;
            }
            if self.word(after) == "which" {
                return Counted::Things;
            }
            if self.is_collective(after) {
                return Counted::People;
            }
            next = after;
        }
        for place in next..(next + WORDS_MAX).min(self.tokens.len()) {
            if matches!(self.mark(place), Some('%' | '°' | '×')) && place == next {
                return Counted::Things;
            }
            if self.is(place, '-') && self.is_joined(place) {
                continue;
            }
            let word = self.word(place);
            let is_chained = place > next && (self.is(place - 1, '-') || self.is(place + 1, '-')) && !self.is(place, '-');
            if word.is_empty() {
                return Counted::Unknown;
            }
            if vocabulary::is_people(word) && !vocabulary::is_compound(self.word(place + 1)) && !self.is(place + 1, '-') {
                // `3 samples per person`.
                return if self.word(place + 1) == "per" { Counted::Things } else { Counted::People };
            }
            if is_chained {
                continue;
            }
            if place == last + 1 && is_in(TIMES, word) {
                return Counted::Things;
            }
            if vocabulary::is_unit(word) || is_thing(word) || word == "x" {
                return Counted::Things;
            }
            if is_in(STOPS, word) || is_in(DEEDS, word) {
                return Counted::Unknown;
            }
        }
        Counted::Unknown
    }

    /// The noun behind `of`, `out of`, `/` or `in` and a number.
    fn past_of(&self, next: usize) -> Option<usize> {
        let next = next + usize::from(self.is(next, '(') && self.word(next + 1) == "of");
        let joint = self.word(next);
        let by_of = joint == "of" || (joint == "out" && self.word(next + 1) == "of");
        if !by_of && !self.is(next, '/') && !matches!(joint, "in" | "from" | "among") {
            return None;
        }
        let from = self.past_fillers(next + 1 + usize::from(joint == "out"));
        match self.whole(from) {
            Some(_) => Some(self.list(from).1 + 1),
            None => by_of.then_some(from),
        }
    }

    /// Whether what stands before a number says what it is: `figure 3`, `chromosomes 1, 2 and 3`, `layers: 3`, `median 4`, `COVID-19`.
    pub(super) fn is_named_otherwise(&self, first: usize) -> bool {
        let Some(before) = first.checked_sub(1) else { return self.is_numbering(first) };
        if self.is_numbering(first)
            || is_in(MONTHS, self.word(before))
            || (is_in(MONTHS, self.word(first + 1)) && self.word(first + 1) != "may")
        {
            return true;
        }
        let word = self.word(before);
        if !word.is_empty() {
            // `in both arms 3 died`: the things stand before somebody's deed.
            let is_list = vocabulary::is_counted_thing(word) && !is_in(DEEDS, self.word(first + 1));
            return vocabulary::is_label(word) || self.is_statistic(before) || is_list || self.is_whole_of_label(first);
        }
        match self.mark(before) {
            // `Step 2: 3 patients`: what stands behind the number counts for more than what stands before it.
            Some('=' | ':') => self.is_setting(before) && !matches!(self.counted(self.list(first).1), Counted::People),
            Some('(') => before > 0 && (vocabulary::is_label(self.word(before - 1)) || self.is_statistic(before - 1)),
            Some('-' | '.' | '*' | ';' | '/') => self.is_joined(first) && self.is_joined(before),
            Some('#' | '±' | '×') => true,
            Some('^') => before > 0 && (self.whole(before - 1).is_some() || self.is(before - 1, ')') || self.word(before - 1).len() == 1),
            Some('[') => before == 0 || self.is_joined(before),
            _ => false,
        }
    }

    /// A name of what is estimated; `or` is one only in brackets.
    fn is_statistic(&self, place: usize) -> bool {
        match self.word(place) {
            "or" => place > 0 && self.is(place - 1, '('),
            word => vocabulary::is_statistic(word),
        }
    }

    /// `3. Carriers`, `2) Methods`: the number of a heading or of an element of a list.
    fn is_numbering(&self, first: usize) -> bool {
        let line = self.tokens[first].line;
        let mut earlier = self.tokens[..first].iter().rev().take_while(|token| token.line == line);
        let is_first = earlier.all(|token| matches!(token.kind, Kind::Mark('#' | '-' | '>' | '[')));
        is_first && self.is_figure(first) && self.is_joined(first + 1) && matches!(self.mark(first + 1), Some('.' | ')' | ']'))
    }

    /// `layers: 3`, `odds ratio = 2`: the name says that no people are counted.
    fn is_setting(&self, mark: usize) -> bool {
        let clause = self.tokens[..mark].iter().rev().take(CLAUSE_MAX).take_while(|token| !matches!(token.kind, Kind::Mark(_)));
        let parts = clause.filter_map(|token| match token.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        });
        let mut parts: Vec<&str> = parts.collect();
        parts.reverse();
        let meaning = vocabulary::meaning(&parts.join(" "));
        let has_people = parts.iter().any(|word| vocabulary::is_people(word));
        !parts.is_empty() && !has_people && !matches!(meaning, Meaning::People | Meaning::Unknown | Meaning::Vague)
    }

    /// `step 1 of 4`.
    fn is_whole_of_label(&self, first: usize) -> bool {
        first >= 3 && self.word(first - 1) == "of" && self.whole(first - 2).is_some() && vocabulary::is_label(self.word(first - 3))
    }

    /// `more than 3`, `at least two`, `> 3`: who reads it knows of no small number.
    fn is_lower_bound(&self, first: usize) -> bool {
        let (word, earlier) = (self.word_before(first), first.checked_sub(2).map_or("", |place| self.word(place)));
        let by_word = (word == "than" && !matches!(earlier, "fewer" | "less" | "smaller" | "other" | "lower"))
            || (word == "least" && earlier == "at")
            || matches!(word, "over" | "exceeding" | "exceeded" | "exceeds");
        let by_no = word == "than" && first >= 3 && self.word(first - 3) == "no";
        (by_word && !by_no) || first.checked_sub(1).is_some_and(|before| matches!(self.mark(before), Some('>' | '≥')))
    }

    /// `one in three`, `2:1` of a ratio, `2 x 2`.
    fn is_ratio(&self, index: usize) -> bool {
        let small = |place: Option<usize>| place.and_then(|place| self.whole(place)).is_some_and(|number| number < CELL_MIN);
        let part =
            if self.word(index + 1) == "in" { Some(index) } else { index.checked_sub(2).filter(|_| self.word_before(index) == "in") };
        let by_in = part.is_some_and(|part| small(Some(part)) && small(Some(part + 2)) && !self.is_named_otherwise(part));
        let is_ratio =
            |place: usize| matches!(self.word(place), "ratio" | "ratios" | "randomised" | "randomized" | "matched" | "allocation");
        let by_colon =
            (self.is(index + 1, ':') && small(Some(index + 2))) || (index > 1 && self.is(index - 1, ':') && small(index.checked_sub(2)));
        by_in || (by_colon && (0..self.tokens.len()).any(is_ratio)) || matches!(self.word_before(index), "x")
    }

    /// `between 1 and 4`: all that is told is that there are fewer than five.
    fn is_whole_range(&self, first: usize, last: usize) -> bool {
        last == first + 2 && self.whole(first) == Some(1) && self.whole(last) == Some(CELL_MIN - 1) && !self.is(first + 1, ',')
    }

    /// `one possible explanation`, `no one`; but `one had died`, `all but one`, `carriers: one`.
    fn is_pronoun(&self, index: usize) -> bool {
        let is_one = matches!(self.tokens[index].kind, Kind::Spelled(1));
        let is_deed = is_in(DEEDS, self.word(index + 1));
        let is_left = is_in(EXCEPTIONS, self.word_before(index)) || index > 0 && matches!(self.mark(index - 1), Some(':' | '=' | '('));
        is_one && !is_deed && !is_left
    }

    /// `The median number of variants was 3`: what is measured stands before, in the same clause.
    fn is_measured(&self, first: usize) -> bool {
        if !is_in(LINKS, self.word_before(first)) {
            return false;
        }
        let clause = self.tokens[..first].iter().rev().take(CLAUSE_MAX).map_while(|token| match token.kind {
            Kind::Word(word) if !matches!(word, "and" | "but" | "whereas" | "while") => Some(word),
            _ => None,
        });
        let parts: Vec<&str> = clause.collect();
        let has_people = parts.iter().any(|word| vocabulary::is_people(word));
        parts.iter().any(|word| vocabulary::is_statistic(word) || (!has_people && vocabulary::is_counted_thing(word)))
    }
}

/// A plural that is no noun for people and nothing that happens to them.
fn is_thing(word: &str) -> bool {
    let is_plural = word.len() > 3 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    is_plural && !is_in(EVENTS, word) && !is_in(STOPS, word) && !is_in(DEEDS, word) && word.chars().all(char::is_alphabetic)
}
