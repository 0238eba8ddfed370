//! Numbers whose noun stands before: `We fitted 4 models. Two converged.`

use super::{super::vocabulary, DEEDS, EXCEPTIONS, Sentence, counts::Counted, is_in};

/// Words before such a number: it begins its sentence or clause.
const BEGINS: &str = " and but of only other remaining the these those which while whereas ";
/// What things do too, of all that people do.
const DEEDS_OF_THINGS: &str = " did remain remained was were ";
/// What only people are.
const PERSONAL: &str = " adopted affected alive consented dead deceased diagnosed enrolled excluded female hemizygous heterozygous homozygous \
    included male pregnant recruited symptomatic asymptomatic treated unaffected unrelated unsolved ";
/// Tokens before and behind a number that are looked at.
const TOKENS_MAX: usize = 30;

impl Sentence<'_, '_> {
    /// Whether a number without a noun stands for some of the things that were counted before, and does nothing that people do.
    pub(super) fn stands_for_things(&self, index: usize) -> bool {
        let things = if self.has_people { None } else { self.things_until(index).or(self.before.things) };
        let is_some = things.zip(self.whole(index)).is_some_and(|(things, some)| some <= things);
        let next = self.word(index + 1);
        let is_personal = is_in(DEEDS, next) && !is_in(DEEDS_OF_THINGS, next)
            || (index.saturating_sub(TOKENS_MAX)..index + TOKENS_MAX).any(|place| is_in(PERSONAL, self.word(place)));
        is_some && self.begins(index) && !next.is_empty() && !is_personal
    }

    /// The number of things that is left for the next sentence.
    pub(super) fn things_after(&self) -> Option<u64> {
        if self.has_people || !self.totals.is_empty() {
            return None;
        }
        let stays = || self.last_tokens().any(|index| self.whole(index).is_some() && self.stands_for_things(index));
        self.things_until(self.tokens.len()).or(self.before.things.filter(|_| stays() || !self.has_numbers()))
    }

    fn last_tokens(&self) -> std::ops::Range<usize> {
        self.tokens.len().saturating_sub(TOKENS_MAX)..self.tokens.len()
    }

    fn has_numbers(&self) -> bool {
        self.last_tokens().any(|index| self.whole(index).is_some())
    }

    /// The last number of things before a place of this sentence.
    fn things_until(&self, end: usize) -> Option<u64> {
        let is_things = |index: &usize| self.whole(*index).is_some() && self.is_counted_thing(*index);
        (end.saturating_sub(TOKENS_MAX)..end).rev().find(is_things).and_then(|index| self.whole(index))
    }

    fn is_counted_thing(&self, index: usize) -> bool {
        let word = self.word(index + 1);
        self.counted(index) == Counted::Things && (vocabulary::is_counted_thing(word) || vocabulary::is_counted_thing(self.word(index + 2)))
    }

    /// `Two …`, `; the other two …`, `All but one …`.
    fn begins(&self, index: usize) -> bool {
        let is_left = is_in(EXCEPTIONS, self.word_before(index));
        let start = (0..index).rev().take_while(|place| is_in(BEGINS, self.word(*place))).last().unwrap_or(index);
        let start = if is_left && index > 1 { index - 2 } else { start };
        start == 0 || matches!(self.mark(start - 1), Some(';' | ',' | ':' | '('))
    }
}
