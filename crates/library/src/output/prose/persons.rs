//! People who are described one by one: by age, by a number, or by what they are to each other.

use super::{
    super::{tokens::Kind, vocabulary},
    DEEDS, STOPS, Sentence,
    counts::Counted,
    is_in,
};

/// Nouns that a sentence of a result has for one person only: relations, and people by sex and age.
const KIN: &str = " aunt baby boy brother cousin dad daughter father fetus foetus girl gentleman grandchild granddaughter grandfather \
    grandmother grandparent grandson husband infant lady man mother mum neonate nephew newborn niece proband sister \
    son stepbrother stepsister teenager toddler twin uncle widow wife woman ";
/// The same in the plural, which `her` or `his` makes those of one person.
const KINS: &str = " aunts brothers children cousins daughters grandparents nephews nieces parents siblings sisters sons twins uncles ";
/// Words before a noun that make it one person.
const DETERMINERS: &str = " a an another her his our s that the this whose ";
/// Words that make one of a group out of a noun that is used of anybody: `the remaining patient`.
const UNIQUE: &str = " affected eldest first fourth further index last oldest only other remaining second sole third unsolved youngest ";
/// Words that make a sentence one about people in general.
const GENERAL: &str = " any each every if must per should unless whether ";
/// What people are part of, in the singular.
const COLLECTIVES: &str = " cohort group population registry sample series ";
/// Words between a determiner and its noun.
const ADJECTIVES_MAX: usize = 3;
/// Tokens of a clause that are looked at before and behind a noun.
const CLAUSE_MAX: usize = 20;

impl Sentence<'_, '_> {
    /// `both patients`, `a pair of siblings`, `the only carrier`, `twins`, `a couple`, `once in our cohort`.
    pub(super) fn is_pair(&self, index: usize) -> bool {
        let noun = |from: usize| self.noun_after(from);
        match self.word(index) {
            "both" => noun(index).is_some_and(|noun| !vocabulary::is_one(noun)),
            "pair" | "couple" if self.word(index + 1) == "of" => noun(index + 1).is_some(),
            "couple" => self.is_strict(index) && is_in(DETERMINERS, self.word_before(index)) && !self.is_general(index),
            "only" => matches!(self.word_before(index), "the" | "our" | "an") && noun(index).is_some_and(vocabulary::is_one),
            "twins" => self.is_strict(index) && self.totals.is_empty() && !self.is_general(index),
            "triplets" | "quadruplets" => true,
            "once" => matches!(self.word(index + 1), "in" | "among") && self.is_collective(index + 2),
            _ => false,
        }
    }

    /// Whether a group of people as a whole stands here: `our cohort`, `the patients`.
    pub(super) fn is_collective(&self, index: usize) -> bool {
        let word = self.word(self.past_fillers(index));
        is_in(COLLECTIVES, word) || (vocabulary::is_people(word) && !vocabulary::is_one(word))
    }

    /// The noun for people that words before it describe.
    fn noun_after(&self, index: usize) -> Option<&str> {
        let is_counted = self.counted(index) == Counted::People;
        (index + 1..index + 8).map(|place| self.word(place)).find(|word| vocabulary::is_people(word)).filter(|_| is_counted)
    }

    /// `a 7-year-old girl`, `a boy of 7`, `the patient, aged 34`, `patient 3`, `P3:`, `a woman in her thirties`, `a father and his son`.
    pub(super) fn is_one_person(&self, index: usize) -> bool {
        let word = self.word(index);
        if matches!(word, "teens" | "twenties" | "thirties" | "forties" | "fifties" | "sixties" | "seventies" | "eighties" | "nineties") {
            return matches!(self.word_before(index), "her" | "his");
        }
        if let Kind::Word(word) = self.tokens[index].kind {
            let age = word.strip_suffix("yo").or_else(|| word.strip_suffix("yrs"));
            let is_age = age.is_some_and(|age| age.len() < 3 && age.parse::<u8>().is_ok());
            return is_age || self.is_code_name(index) || (self.is_strict(index) && (self.is_kin(index) || self.is_unique(index)));
        }
        self.whole(index).is_some() && (self.is_age(index) || self.is_numbered(index))
    }

    /// `a boy`, `the index case's sister`, `her parents`, `father and son`.
    fn is_kin(&self, index: usize) -> bool {
        let word = self.word(index);
        if is_in(KINS, word) {
            return matches!(self.word_before(index), "her" | "his") && !self.is_general(index);
        }
        if !is_in(KIN, word) || vocabulary::is_compound(self.word(index + 1)) || self.word(index + 1) == "s" {
            return false;
        }
        let is_couple = matches!(self.word(index + 1), "and" | "or") && is_in(KIN, self.word(index + 2))
            || self.is(index + 1, '-') && is_in(KIN, self.word(index + 2)) && self.word(index + 3) == "pair";
        let is_joined = self.is(index + 1, '-') && self.is_joined(index + 1);
        let by = self.determiner(index).filter(|_| !is_joined);
        // `in 620 trios the mother was sequenced`.
        let is_of_many = |by: &str| by == "the" && !self.totals.is_empty();
        (is_couple || by.is_some_and(|by| !is_of_many(by))) && !self.is_general(index)
    }

    /// `the remaining patient`, `another child had`, `in a patient`: a noun that is used of anybody, but for one.
    fn is_unique(&self, index: usize) -> bool {
        let (word, next) = (self.word(index), self.word(index + 1));
        let ends = next.is_empty() && !self.is(index + 1, '-') || is_in(STOPS, next) || is_in(DEEDS, next);
        if !vocabulary::is_one(word) || is_in(KIN, word) || matches!(word, "male" | "female") || !ends || self.is_general(index) {
            return false;
        }
        let Some(by) = self.determiner(index) else { return false };
        let place = (0..index).rev().find(|place| self.word(*place) == by).unwrap_or(index);
        if (place..index).any(|place| is_in(UNIQUE, self.word(place))) {
            return true;
        }
        let is_seen_in = matches!(self.word_before(place), "in" | "from" | "but" | "except");
        word != "case"
            && match by {
                "a" | "an" => is_seen_in || is_in(DEEDS, next),
                "the" | "s" => false,
                _ => true,
            }
    }

    /// The word that makes a noun one person, past the words that describe it.
    fn determiner(&self, index: usize) -> Option<&str> {
        let places = (0..index).rev().filter(|place| !self.is(*place, '-')).take(ADJECTIVES_MAX + 1);
        let before = places.map(|place| self.word(place)).take_while(|word| !word.is_empty());
        before.take_while(|word| !is_in(STOPS, word) || is_in(DETERMINERS, word)).find(|word| is_in(DETERMINERS, word))
    }

    /// Whether the clause of a place is about people in general.
    fn is_general(&self, index: usize) -> bool {
        let ends = |place: &usize| matches!(self.mark(*place), Some(',' | ';' | ':' | '(' | ')'));
        let before = (index.saturating_sub(CLAUSE_MAX)..index).rev().take_while(|place| !ends(place));
        before.chain((index..index + CLAUSE_MAX).take_while(|place| !ends(place))).any(|place| is_in(GENERAL, self.word(place)))
    }

    /// `P3: 4 years`: a person of a list.
    fn is_code_name(&self, index: usize) -> bool {
        let digits = self.word(index).trim_start_matches("pat").trim_start_matches("pt").trim_start_matches('p');
        digits.len() < self.word(index).len()
            && digits.len() < 4
            && digits.parse::<u16>().is_ok()
            && matches!(self.mark(index + 1), Some(':' | '('))
    }

    fn is_age(&self, index: usize) -> bool {
        let past_mark = |next: usize| next + usize::from(self.is(next, '-'));
        let unit = past_mark(index + 1);
        let is_old = self.word(past_mark(unit + 1)) == "old" || self.word(unit) == "yo";
        let is_age = matches!(self.word(unit), "year" | "month" | "week" | "day" | "yo");
        let is_of_one = (index.saturating_sub(3)..index).any(|place| vocabulary::is_one(self.word(place)));
        let is_aged = is_of_one && matches!(self.word(unit), "years" | "months" | "weeks" | "days");
        let by_aged = is_of_one
            && self.word_before(index) == "aged"
            && !self.is(index + 1, '-')
            && !matches!(self.word(index + 1), "to" | "or" | "and");
        let by_of = self.word_before(index) == "of" && index > 1 && matches!(self.word(index - 2), "boy" | "girl" | "man" | "woman");
        ((is_age || is_aged) && is_old) || by_aged || by_of
    }

    /// `patient 3`; in lines of tables, whose rows may be named so, only what is no group.
    fn is_numbered(&self, index: usize) -> bool {
        let noun = self.word_before(index);
        let is_noun = matches!(noun, "patient" | "proband" | "participant" | "subject" | "individual" | "child")
            || (self.is_strict(index) && vocabulary::is_one(noun) && !matches!(noun, "male" | "female"));
        let is_adjective = self.is(index + 1, '-') || self.is(index + 1, '%') || self.word(index + 1) == "years";
        is_noun && self.is_figure(index) && !is_adjective
    }
}
