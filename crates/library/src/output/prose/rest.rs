//! Totals, and numbers that leave a small rest of one.

use super::{
    super::{CELL_MIN, is_small, vocabulary},
    DEEDS, Sentence,
    counts::Counted,
    is_in,
};

/// What a number before a deed may come behind.
const BEFORE_DEEDS: &str = " and but just only of these them which while whom whereas those exactly merely where ";
/// What is done with everybody of a study.
const EXAMINED: &str = " tested screened recruited enrolled enroled included examined sequenced genotyped studied analysed analyzed ";

impl Sentence<'_, '_> {
    /// A number of people: `of 24`, `24 children`, `n = 24`, `24 were tested`.
    pub(super) fn total(&self, index: usize) -> Option<u64> {
        let total = self.whole(index).filter(|total| *total >= CELL_MIN)?;
        let before = self.word_before(index);
        let earlier = index.checked_sub(2).map_or("", |place| self.word(place));
        let counted = self.counted(index);
        let is_n = before == "n" || (index > 1 && self.is(index - 1, '=') && self.word_before(index - 1) == "n");
        let follows = matches!(before, "of" | "among" | "all" | "in" | "from" | "our" | "the" | "these" | "total");
        let is_cohort = matches!(before, "was" | "is" | "were" | "numbered") && matches!(earlier, "cohort" | "total" | "sample" | "all");
        let verb = index + 1 + usize::from(matches!(self.word(index + 1), "were" | "was" | "had" | "have"));
        let is_examined = is_in(EXAMINED, self.word(verb)) || (self.word(verb) == "been" && is_in(EXAMINED, self.word(verb + 1)));
        let is_year = (1900..=2100).contains(&total) && before == "in";
        let counts =
            counted == Counted::People || is_n || is_examined || is_cohort || (follows && (self.has_people || counted == Counted::Unknown));
        (!is_year && counts && (counted != Counted::Things || is_n)).then_some(total)
    }

    pub(super) fn totals_before(&self, index: usize) -> &[(usize, u64)] {
        &self.totals[..self.totals.partition_point(|(place, _)| *place < index)]
    }

    /// Whether a number is all but fewer than five of a total.
    pub(super) fn is_rest(&self, index: usize) -> bool {
        let Some(part) = self.whole(index).filter(|part| *part >= CELL_MIN) else { return false };
        let leaves_few = |total: u64| total.checked_sub(part).is_some_and(is_small);
        self.whole_behind(index).is_some_and(leaves_few) || self.whole_around(index).is_some_and(leaves_few)
    }

    /// The whole of `21 of 24`, `21 out of the 24 children`, `21/24`.
    fn whole_behind(&self, index: usize) -> Option<u64> {
        let joint = self.word(index + 1);
        let by_of = joint == "of" || (joint == "out" && self.word(index + 2) == "of");
        let is_slashed = self.is(index + 1, '/') && !self.is_named_otherwise(index);
        let loosely = is_slashed || (matches!(joint, "in" | "from" | "among") && self.has_people);
        if !by_of && !loosely {
            return None;
        }
        let from = self.past_fillers(index + 2);
        let whole = self.whole(from).filter(|whole| *whole >= CELL_MIN)?;
        (self.counted(from) != Counted::Things && self.is_strict(index) || self.counted(from) == Counted::People).then_some(whole)
    }

    /// The whole that stands elsewhere: `of 28 children 25 were girls`, `all 43 were tested; it was positive in 40`.
    fn whole_around(&self, index: usize) -> Option<u64> {
        let before = self.totals_before(index).last().map(|(_, total)| *total).or(self.before.total);
        let is_free = index == 0
            || [',', ';', '('].iter().any(|mark| self.is(index - 1, *mark))
            || is_in(BEFORE_DEEDS, self.word_before(index))
            || vocabulary::is_people(self.word_before(index));
        let ends = index + 1 == self.tokens.len() || matches!(self.mark(index + 1), Some('.' | ';' | ','));
        if (is_free && is_in(DEEDS, self.word(index + 1))) || (self.word_before(index) == "in" && ends) {
            return before;
        }
        let behind = self.totals.get(self.totals_before(index + 1).len()).filter(|(place, _)| self.word_before(*place) == "of");
        behind.map(|(_, total)| *total).filter(|_| self.counted(index) == Counted::People)
    }
}
