//! Counts in sentences: `3 carriers`, `only three of 24`, `all but two`, `12.5 % of 24`, `n = 3`, `carriers: 3`, `of 28 children 25 were girls`.
//! A number counts people where a noun for people, a total or what people do stands beside it, and no unit or label does.

use super::{
    CELL_MIN, Finding, Rule, is_small,
    number::{self, Number},
    tokens::{Kind, Token, sentences},
    vocabulary,
};

/// Findings in a text.
pub(super) fn look(text: &str) -> Vec<Finding> {
    let lower = text.to_lowercase();
    let (mut found, mut total) = (Vec::new(), None);
    for tokens in sentences(&lower) {
        let sentence = Sentence::new(&tokens, total);
        found.extend((0..tokens.len()).filter_map(|index| sentence.finding(index)));
        total = sentence.totals.last().map(|(_, total)| *total);
    }
    found
}

/// Numbers of people that a text gives: line, and number.
pub(super) fn totals(text: &str) -> Vec<(usize, u64)> {
    let lower = text.to_lowercase();
    let mut totals = Vec::new();
    for tokens in sentences(&lower) {
        totals.extend(Sentence::new(&tokens, None).totals.iter().map(|(index, total)| (tokens[*index].line, *total)));
    }
    totals
}

/// Words between a number and the noun that it counts.
const ADJECTIVES_MAX: usize = 3;
/// Tokens of a list of numbers before the noun that they count.
const LIST_MAX: usize = 20;
/// Numbers of people before a share that it is compared with.
const TOTALS_MAX: usize = 4;

/// Words that end what a number counts.
const STOPS: &str = " a about after among an and are as at because before between but by for from had has have in into is it its more nor of on or \
    out per so than that the then to under was were when where which while with within without vs versus way ways sided tailed ";
/// Words between `of` and a total.
const FILLERS: &str = " a all her his its our some that the their these this those total of only about ";
/// What people do or have: a number before it counts them.
const DEEDS: &str = " carried carries carry developed died had harboured harbored has have presented showed survived tested responded relapsed \
    withdrew declined reported experienced suffered were remained received ";
/// What a number before a deed may come behind.
const BEFORE_DEEDS: &str = " and but just only of these them which while whom whereas those exactly merely where ";

fn is_in(list: &str, word: &str) -> bool {
    !word.is_empty() && list.contains(&format!(" {word} "))
}

struct Sentence<'s, 't> {
    tokens: &'s [Token<'t>],
    has_people: bool,
    /// Numbers of people: where, and how many.
    totals: Vec<(usize, u64)>,
    /// The last one of the sentence before.
    total_before: Option<u64>,
}

impl<'s, 't> Sentence<'s, 't> {
    fn new(tokens: &'s [Token<'t>], total_before: Option<u64>) -> Sentence<'s, 't> {
        let is_people = |token: &Token| matches!(token.kind, Kind::Word(word) if vocabulary::is_people(word));
        let mut sentence = Sentence { tokens, has_people: tokens.iter().any(is_people), totals: vec![], total_before };
        sentence.totals = (0..tokens.len()).filter_map(|index| Some((index, sentence.total(index)?))).collect();
        sentence
    }

    fn finding(&self, index: usize) -> Option<Finding> {
        let line = self.tokens[index].line;
        if self.is_one_person(index) {
            let message = "one person is described: results are about groups, so take it out".into();
            return Some(Finding { value: self.quote(index), ..Finding::in_line(Rule::Individuals, line, message) });
        }
        let counts_few = self.is_counted(index)
            || self.is_part(index)
            || self.is_named(index)
            || self.is_exception(index)
            || self.is_deed(index)
            || self.is_pair(index);
        let message = if counts_few {
            format!(
                "fewer than {CELL_MIN} people, or all but fewer than {CELL_MIN}, are counted in words: put groups together, or write “fewer than {CELL_MIN}”"
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

    fn word(&self, index: usize) -> &'t str {
        match self.tokens.get(index).map(|token| token.kind) {
            Some(Kind::Word(word)) => word,
            _ => "",
        }
    }

    fn before(&self, index: usize) -> &'t str {
        index.checked_sub(1).map_or("", |before| self.word(before))
    }

    fn is(&self, index: usize, mark: char) -> bool {
        self.tokens.get(index).is_some_and(|token| token.kind == Kind::Mark(mark))
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

    /// A number that may be a count: no label, no bound, no end of a range or of a longer number.
    fn number(&self, index: usize) -> Option<u64> {
        let number = self.whole(index)?;
        let Some(before) = index.checked_sub(1) else { return Some(number) };
        let marks = if self.tokens[index].is_joined { "-/.+–><#^≤≥~±" } else { "><≤≥~±" };
        let by_mark = marks.chars().any(|mark| self.is(before, mark));
        let by_label = self.is_figure(index) && vocabulary::is_label(self.word(before));
        (!by_mark && !by_label && !matches!(self.word(before), "than" | "least" | "most")).then_some(number)
    }

    /// A small number that is a count, with no unit behind it.
    fn small(&self, index: usize) -> Option<u64> {
        self.number(index).filter(|number| is_small(*number) && !self.has_unit(index))
    }

    fn has_unit(&self, index: usize) -> bool {
        let next = index + 1;
        let is_range = (self.is(next, '-') || self.is(next, '–')) && self.whole(next + 1).is_some();
        let word = self.word(next + usize::from(self.is(next, '-')));
        vocabulary::is_unit(word) || self.is(next, '%') || self.is(next, '°') || is_range
    }

    /// Whether things stand behind a number: `24 genes`, `four known loci`.
    fn counts_things(&self, index: usize) -> bool {
        (index + 1..index + 4)
            .map(|next| self.word(next))
            .take_while(|word| !word.is_empty() && !is_in(STOPS, word))
            .any(vocabulary::is_unit)
    }

    /// The noun for people that a number counts: behind it, with adjectives between.
    fn people_after(&self, index: usize) -> Option<usize> {
        let mut adjectives = 0;
        for next in index + 1..(index + 10).min(self.tokens.len()) {
            if self.is(next, '-') && self.tokens[next].is_joined {
                continue;
            }
            let word = self.word(next);
            let is_chained = self.is(next - 1, '-') || self.is(next + 1, '-');
            if word.is_empty() || (!is_chained && (is_in(STOPS, word) || vocabulary::is_unit(word))) {
                return None;
            }
            if vocabulary::is_people(word) && !vocabulary::is_compound(self.word(next + 1)) && !self.is(next + 1, '-') {
                return Some(next);
            }
            adjectives += usize::from(!is_chained);
            if adjectives > ADJECTIVES_MAX {
                return None;
            }
        }
        None
    }

    /// `3 carriers`, `two unrelated children`, `a single patient`.
    fn is_counted(&self, index: usize) -> bool {
        let mut last = index;
        // `3, 40 and 50 people`.
        while last < index + LIST_MAX
            && (self.is(last + 1, ',') || matches!(self.word(last + 1), "and" | "or"))
            && self.number(last + 2).is_some()
        {
            last += 2;
        }
        self.small(index).is_some() && self.people_after(last).is_some()
    }

    /// `3 of 24`, `three out of the 24 children`, `21/24`, `two of them`, `one of the carriers`.
    fn is_part(&self, index: usize) -> bool {
        let Some(part) = self.number(index) else { return false };
        let joint = self.word(index + 1);
        let by_of = joint == "of" || (joint == "out" && self.word(index + 2) == "of");
        let loosely = self.is(index + 1, '/') || (matches!(joint, "in" | "from" | "among") && part > 1);
        if !by_of && !loosely {
            return false;
        }
        let from = self.past_fillers(index + 2);
        let Some(whole) = self.whole(from) else {
            let noun = self.people_after(from - 1).is_some() && !vocabulary::is_unit(self.word(from));
            return by_of && is_small(part) && (noun || matches!(self.word(from), "them" | "whom" | "us"));
        };
        let few = is_small(part) || whole.checked_sub(part).is_some_and(is_small);
        let counts_people = self.people_after(from).is_some();
        let may_count = !self.counts_things(from) && whole >= CELL_MIN && (by_of || self.has_people);
        few && part <= whole && (counts_people || may_count)
    }

    fn past_fillers(&self, mut index: usize) -> usize {
        let end = index + 4;
        while index < end && (is_in(FILLERS, self.word(index)) || self.is(index, '(')) {
            index += 1;
        }
        index
    }

    /// `n = 3`, `carriers: 3`, `cases were 3`, `patients (2)`.
    fn is_named(&self, index: usize) -> bool {
        let word = self.word(index);
        if word != "n" && (!vocabulary::is_people(word) || vocabulary::is_compound(self.word(index + 1))) {
            return false;
        }
        let by_mark = ['=', ':', '('].iter().any(|mark| self.is(index + 1, *mark));
        let by_word = matches!(self.word(index + 1), "was" | "were" | "is" | "are" | "numbered" | "totalled" | "equals" | "equalled");
        // `Cases (N): 2`.
        let is_headed = self.is(index + 1, '(') && self.word(index + 2) == "n" && self.is(index + 3, ')');
        let number = if is_headed { index + 5 } else { index + 1 + usize::from(by_mark || by_word) };
        let ends = self.tokens.get(number + 1).is_none_or(|t| matches!(t.kind, Kind::Mark('.' | ';' | ',' | ')' | '}' | ']')));
        let is_few = self.whole(number).is_some_and(is_small) && !self.has_unit(number);
        is_few && (ends || word == "n" || by_mark && !self.counts_things(number)) && self.word(number + 1) != "of"
    }

    /// `all but two`, `none except one`, `everybody but three`.
    fn is_exception(&self, index: usize) -> bool {
        let is_but = matches!(self.word(index), "but" | "except" | "bar" | "save" | "excluding" | "excepting")
            || (self.word(index) == "from" && self.before(index) == "apart")
            || (self.word(index) == "than" && self.before(index) == "other");
        let number = if self.word(index + 1) == "for" { index + 2 } else { index + 1 };
        let is_few = self.whole(number).is_some_and(is_small) && !self.has_unit(number);
        let of_things = matches!(self.word(number + 1), "of") && self.counts_things(self.past_fillers(number + 2) - 1);
        let all = " all none nobody everyone everybody every no each any nothing neither ";
        is_but && is_few && !of_things && !self.counts_things(number) && (index.saturating_sub(6)..index).any(|i| is_in(all, self.word(i)))
    }

    /// `three had seizures`; `of 28 children 25 were girls`, whose rest is three.
    fn is_deed(&self, index: usize) -> bool {
        let Some(number) = self.number(index).filter(|_| is_in(DEEDS, self.word(index + 1))) else { return false };
        let is_free = index == 0
            || [',', ';', '('].iter().any(|mark| self.is(index - 1, *mark))
            || is_in(BEFORE_DEEDS, self.before(index))
            || vocabulary::is_people(self.before(index));
        let before = self.totals_before(index).last().map(|(_, total)| *total);
        let rest = before.or(self.total_before).and_then(|total| total.checked_sub(number));
        is_free && (is_small(number) || rest.is_some_and(is_small))
    }

    /// `both patients`, `a pair of siblings`, `the only carrier`.
    fn is_pair(&self, index: usize) -> bool {
        let noun = |from: usize| self.people_after(from).map(|noun| self.word(noun));
        match self.word(index) {
            "both" => noun(index).is_some_and(|noun| !vocabulary::is_one(noun)),
            "pair" | "couple" => self.word(index + 1) == "of" && noun(index + 1).is_some(),
            "only" => matches!(self.before(index), "the" | "our" | "an") && noun(index).is_some_and(vocabulary::is_one),
            _ => false,
        }
    }

    /// `a 7-year-old girl`, `a boy, 14 months old`, `patient 3`.
    fn is_one_person(&self, index: usize) -> bool {
        if self.whole(index).is_none() {
            return false;
        }
        let past_mark = |next: usize| next + usize::from(self.is(next, '-'));
        let unit = past_mark(index + 1);
        let is_old = self.word(past_mark(unit + 1)) == "old" || self.word(unit) == "yo";
        let is_age = matches!(self.word(unit), "year" | "month" | "week" | "day" | "yo");
        let is_of_one = (index.saturating_sub(3)..index).any(|i| vocabulary::is_one(self.word(i)));
        let is_aged = is_of_one && matches!(self.word(unit), "years" | "months" | "weeks" | "days");
        let is_numbered = matches!(self.before(index), "patient" | "proband" | "participant" | "subject" | "individual" | "child");
        let is_adjective = self.is(index + 1, '-') || self.is(index + 1, '%') || self.word(index + 1) == "years";
        ((is_age || is_aged) && is_old) || (is_numbered && self.is_figure(index) && !is_adjective)
    }

    /// A number of people: `of 24`, `24 children`, `n = 24`.
    fn total(&self, index: usize) -> Option<u64> {
        let total = self.whole(index).filter(|total| *total >= CELL_MIN && !self.has_unit(index))?;
        let before = self.before(index);
        let is_n = before == "n" || (index > 1 && self.is(index - 1, '=') && self.before(index - 1) == "n");
        let follows = matches!(before, "of" | "among" | "all" | "in" | "from" | "our" | "the" | "these");
        let is_year = (1900..=2100).contains(&total) && before == "in";
        let counts = self.people_after(index).is_some() || is_n || (follows && (self.has_people || !self.counts_things(index)));
        (!is_year && counts).then_some(total)
    }

    fn totals_before(&self, index: usize) -> &[(usize, u64)] {
        &self.totals[..self.totals.partition_point(|(place, _)| *place < index)]
    }

    /// `12.5 % of 24`; `of 24 children 12.5 % had`; `a quarter of the 12 carriers`: the total, and the small count.
    fn few_by_share(&self, index: usize) -> Option<(u64, u64)> {
        let (share, end) = self.share(index)?;
        let after = self.past_fillers(end);
        let direct = self.whole(after).filter(|_| matches!(self.word(end), "of" | "among" | "in") || self.is(end, '('));
        // `45 (14.5 %)`: the percentage belongs to the number before its bracket.
        let is_own = |place: usize| index > 0 && self.is(index - 1, '(') && place + 4 >= index && place < index;
        let before = self.totals_before(index).iter().rev().take(TOTALS_MAX).filter(|(place, _)| !is_own(*place));
        let behind = self.totals.get(self.totals_before(index + 1).len());
        let mut all: Vec<u64> = direct.into_iter().chain(before.chain(behind).map(|(_, total)| *total)).collect();
        if all.is_empty() {
            all.extend(self.total_before);
        }
        let few = |total: u64| {
            number::implied(share, total).and_then(|count| [count, total - count.min(total)].into_iter().find(|n| is_small(*n)))
        };
        all.into_iter().find_map(|total| Some((total, few(total)?)))
    }

    /// A share that begins here, in percent, and where it ends.
    fn share(&self, index: usize) -> Option<(Number, usize)> {
        if let Kind::Figure(number) = self.tokens[index].kind {
            let by_mark = self.is(index + 1, '%') || matches!(self.word(index + 1), "percent" | "pct");
            let by_words = self.word(index + 1) == "per" && self.word(index + 2) == "cent";
            let end = index + 2 + usize::from(by_words);
            let interval = " ci cis confidence credible interval intervals limit limits percentile prediction power quantile ";
            let is_bound = index > 0 && ['<', '>', '≤', '≥', '~', '±', '-', '–'].iter().any(|mark| self.is(index - 1, *mark));
            return ((by_mark || by_words) && !is_in(interval, self.word(end)) && !is_bound).then_some((number, end));
        }
        let parts = match self.word(index) {
            "half" => 2.0,
            "third" | "thirds" => 3.0,
            "quarter" | "quarters" => 4.0,
            "fifth" | "fifths" => 5.0,
            "sixth" | "sixths" => 6.0,
            "eighth" | "eighths" => 8.0,
            "tenth" | "tenths" => 10.0,
            _ => return None,
        };
        let times = index.checked_sub(1).and_then(|before| self.whole(before)).filter(|times| *times < 10).unwrap_or(1);
        let is_share = self.word(index + 1) == "of" && !self.counts_things(index + 1);
        is_share.then_some((Number { value: 100.0 * times as f64 / parts, decimals: 2 }, index + 1))
    }
}
