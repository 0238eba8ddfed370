//! Shares of a total that come to few people.

use super::{
    super::{is_small, number, number::Number, tokens::Kind},
    DEEDS, Sentence,
    counts::Counted,
    is_in,
};

/// Numbers of people before a share that it is compared with.
const TOTALS_MAX: usize = 4;
/// What is no share of people: how sure an estimate is.
const INTERVALS: &str = " ci cis confidence credible interval intervals limit limits percentile prediction power quantile ";
/// Names of a share of one.
const PROPORTIONS: &str = " proportion prevalence fraction frequency share ";

impl Sentence<'_, '_> {
    /// `12.5 % of 24`; `of 24 children 12.5 % had`; `a quarter of the 12 carriers`: the total, and the small count.
    pub(super) fn few_by_share(&self, index: usize) -> Option<(u64, u64)> {
        let (share, end) = self.share(index)?;
        let after = self.past_fillers(end);
        let direct = self.whole(after).filter(|_| matches!(self.word(end), "of" | "among" | "in") || self.is(end, '('));
        // `45 (14.5 %)`: the percentage belongs to the number before its bracket.
        let is_own = |place: usize| index > 0 && self.is(index - 1, '(') && place + 4 >= index && place < index;
        let before = self.totals_before(index).iter().rev().take(TOTALS_MAX).filter(|(place, _)| !is_own(*place));
        let behind = self.totals.get(self.totals_before(index + 1).len());
        let mut all: Vec<u64> = direct.into_iter().chain(before.chain(behind).map(|(_, total)| *total)).collect();
        if all.is_empty() {
            all.extend(self.before.total);
        }
        let few = |total: u64| {
            number::implied(share, total).and_then(|count| [count, total - count.min(total)].into_iter().find(|n| is_small(*n)))
        };
        all.into_iter().find_map(|total| Some((total, few(total)?)))
    }

    /// A share that begins here, in percent, and where it ends.
    fn share(&self, index: usize) -> Option<(Number, usize)> {
        let Kind::Figure(number) = self.tokens[index].kind else { return self.share_in_words(index) };
        if is_in(PROPORTIONS, self.word_before(index))
            || (self.word_before(index) == "of" && index > 1 && is_in(PROPORTIONS, self.word(index - 2)))
        {
            let is_share = number.decimals > 0 && number.value < 1.0;
            return is_share.then_some((Number { value: number.value * 100.0, decimals: number.decimals.saturating_sub(2) }, index + 1));
        }
        let by_mark = self.is(index + 1, '%') || matches!(self.word(index + 1), "percent" | "pct");
        let by_words = self.word(index + 1) == "per" && self.word(index + 2) == "cent";
        let end = index + 2 + usize::from(by_words);
        let is_bound = index > 0 && ['<', '>', '≤', '≥', '~', '±', '-', '–'].iter().any(|mark| self.is(index - 1, *mark));
        ((by_mark || by_words) && !is_in(INTERVALS, self.word(end)) && !is_bound).then_some((number, end))
    }

    /// `two thirds of`, `a sixth responded`.
    fn share_in_words(&self, index: usize) -> Option<(Number, usize)> {
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
        let is_deed = (self.word_before(index) == "a" || index.checked_sub(1).is_some_and(|before| self.whole(before).is_some()))
            && is_in(DEEDS, self.word(index + 1));
        let is_share = self.word(index + 1) == "of" && self.counted(index) != Counted::Things;
        (is_share || is_deed).then_some((Number { value: 100.0 * times as f64 / parts, decimals: 2 }, index + 1))
    }
}
