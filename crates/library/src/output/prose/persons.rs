//! One or two people who are described.

use super::{
    super::{tokens::Kind, vocabulary},
    Sentence,
    counts::Counted,
};

impl Sentence<'_, '_> {
    /// `both patients`, `a pair of siblings`, `the only carrier`, `triplets`.
    pub(super) fn is_pair(&self, index: usize) -> bool {
        let noun = |from: usize| self.noun_after(from);
        match self.word(index) {
            "both" => noun(index).is_some_and(|noun| !vocabulary::is_one(noun)),
            "pair" | "couple" => self.word(index + 1) == "of" && noun(index + 1).is_some(),
            "only" => matches!(self.before(index), "the" | "our" | "an") && noun(index).is_some_and(vocabulary::is_one),
            "triplets" | "quadruplets" => true,
            _ => false,
        }
    }

    /// The noun for people that words before it describe.
    fn noun_after(&self, index: usize) -> Option<&str> {
        let is_counted = self.counted(index) == Counted::People;
        (index + 1..index + 8).map(|place| self.word(place)).find(|word| vocabulary::is_people(word)).filter(|_| is_counted)
    }

    /// `a 7-year-old girl`, `a boy, 14 months old`, `a boy of 7`, `the patient, aged 34`, `a 7yo boy`, `patient 3`, `a woman in her thirties`.
    pub(super) fn is_one_person(&self, index: usize) -> bool {
        let word = self.word(index);
        if matches!(word, "teens" | "twenties" | "thirties" | "forties" | "fifties" | "sixties" | "seventies" | "eighties" | "nineties") {
            return matches!(self.before(index), "her" | "his");
        }
        if let Kind::Word(word) = self.tokens[index].kind
            && word.strip_suffix("yo").or_else(|| word.strip_suffix("yrs")).is_some_and(|age| age.len() < 3 && age.parse::<u8>().is_ok())
        {
            return true;
        }
        self.whole(index).is_some() && (self.is_age(index) || self.is_numbered(index))
    }

    fn is_age(&self, index: usize) -> bool {
        let past_mark = |next: usize| next + usize::from(self.is(next, '-'));
        let unit = past_mark(index + 1);
        let is_old = self.word(past_mark(unit + 1)) == "old" || self.word(unit) == "yo";
        let is_age = matches!(self.word(unit), "year" | "month" | "week" | "day" | "yo");
        let is_of_one = (index.saturating_sub(3)..index).any(|place| vocabulary::is_one(self.word(place)));
        let is_aged = is_of_one && matches!(self.word(unit), "years" | "months" | "weeks" | "days");
        let by_aged =
            is_of_one && self.before(index) == "aged" && !self.is(index + 1, '-') && !matches!(self.word(index + 1), "to" | "or" | "and");
        let by_of = self.before(index) == "of" && index > 1 && matches!(self.word(index - 2), "boy" | "girl" | "man" | "woman");
        ((is_age || is_aged) && is_old) || by_aged || by_of
    }

    fn is_numbered(&self, index: usize) -> bool {
        let is_noun = matches!(self.before(index), "patient" | "proband" | "participant" | "subject" | "individual" | "child");
        let is_adjective = self.is(index + 1, '-') || self.is(index + 1, '%') || self.word(index + 1) == "years";
        is_noun && self.is_figure(index) && !is_adjective
    }
}
