//! What keeps an answer from telling of one person: small numbers are not told, others are rounded, and no two answers to a
//! project differ by a few people.

use crate::PersonNo;
use anyhow::Context;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Counts below this are not told. This service's own limit. For comparison: NHS Digital's method for Hospital Episode Statistics
/// (from September 2018) hides 1 to 7 below national level, where it hid 1 to 5 before.
pub const COUNT_MIN: u64 = 5;
/// Other counts are rounded to a multiple of this. Source: the same method rounds to the nearest 5.
pub const ROUNDED_TO: u64 = 5;

/// A count as it is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Count {
    /// Fewer than [`COUNT_MIN`], perhaps nobody: whoever knows of one person that they fit would else learn whether they are here.
    Few,
    /// About so many, rounded.
    About(u64),
    /// Withheld, since another that is too small would follow from it.
    Hidden,
}

impl Count {
    /// A number as it is told.
    pub fn rounded(number: u64) -> Count {
        match number {
            n if n < COUNT_MIN => Count::Few,
            n => Count::About((n + ROUNDED_TO / 2) / ROUNDED_TO * ROUNDED_TO),
        }
    }

    /// A part of a whole: not told where what is left of the whole is small, since it would tell that.
    pub fn part(number: u64, whole: u64) -> Count {
        let left = whole.saturating_sub(number);
        if (1..COUNT_MIN).contains(&left) { Count::Few } else { Count::rounded(number) }
    }

    /// As people read it.
    pub fn label(self) -> String {
        match self {
            Count::Few => format!("fewer than {COUNT_MIN}, perhaps none, or all but fewer than {COUNT_MIN}"),
            Count::About(number) => format!("about {number}"),
            Count::Hidden => "not told, since a smaller group would follow from it".into(),
        }
    }
}

/// What a project was told: everybody whom each number counted, and the variants whose carriers were told.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct DisclosureLedger {
    sets: Vec<RoaringBitmap>,
    /// Variants whose carriers were told.
    variants: BTreeSet<String>,
}

/// Why an answer may not be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// It would tell of a few people beside an earlier one.
    #[error(
        "This answer would differ by fewer than {COUNT_MIN} people from one that the project was given, and so tell of them. Ask the earlier question, or one that differs by more"
    )]
    TooNear,
    /// More was told than can be compared with.
    #[error(
        "The project was told {NUMBERS_MAX} different numbers, with each of which a new one is compared: earlier questions are still answered, new ones are not"
    )]
    TooMany,
    /// So many frequencies that who took part could be told from them.
    #[error(
        "The project was told of the carriers of {VARIANTS_MAX} variants. From more, who took part could be told: count others in the workspace, and take results out through the airlock"
    )]
    TooManyVariants,
}

/// Variants of which a project may be told how many carry them: as many frequencies as the airlock lets out without a word
/// (Homer et al. 2008, Wang et al. 2009).
const VARIANTS_MAX: usize = crate::output::FREQUENCIES_MAX;

/// Numbers that a project may be told: forgetting the first ones would let a later one differ from them by a few people.
const NUMBERS_MAX: usize = 10_000;

impl DisclosureLedger {
    /// Whether a set may be told beside what was told before; if so it is remembered.
    pub fn disclose(&mut self, set: &RoaringBitmap) -> Result<(), Withheld> {
        let near = |other: &RoaringBitmap| {
            let common = other.intersection_len(set);
            let apart = other.len() + set.len() - 2 * common;
            apart > 0 && apart < COUNT_MIN
        };
        // A number that is not told tells nothing, and one that was told tells nothing new.
        if set.len() < COUNT_MIN || self.sets.contains(set) {
            return Ok(());
        }
        if self.sets.iter().any(near) {
            return Err(Withheld::TooNear);
        }
        if self.sets.len() >= NUMBERS_MAX {
            return Err(Withheld::TooMany);
        }
        self.sets.push(set.clone());
        Ok(())
    }

    /// Whether the carriers of a variant may be told beside those of others; if so it is remembered.
    pub fn disclose_variant(&mut self, variant: &str) -> Result<(), Withheld> {
        if self.variants.len() >= VARIANTS_MAX && !self.variants.contains(variant) {
            return Err(Withheld::TooManyVariants);
        }
        self.variants.insert(variant.to_owned());
        Ok(())
    }

    /// Takes people out of every number, and says whether any was in one.
    pub fn forget(&mut self, people: &[PersonNo]) -> bool {
        let people: RoaringBitmap = people.iter().map(|no| no.0).collect();
        let any = self.sets.iter().any(|set| !set.is_disjoint(&people));
        for set in &mut self.sets {
            *set -= &people;
        }
        any
    }

    /// Leaves only whom a scope allows: what differs by people who are counted no more is no second answer.
    pub fn within(&mut self, scope: &crate::Scope) {
        for set in &mut self.sets {
            *set &= scope.numbers();
        }
    }

    /// To be kept: the length of the list of variants, the list, and the sets.
    pub fn to_bytes(&self) -> anyhow::Result<Vec<u8>> {
        let variants = serde_json::to_vec(&self.variants)?;
        let mut bytes = u32::try_from(variants.len())?.to_be_bytes().to_vec();
        bytes.extend(variants);
        for set in &self.sets {
            set.serialize_into(&mut bytes)?;
        }
        Ok(bytes)
    }

    /// As it was kept; nothing was told where nothing was.
    pub fn from_bytes(bytes: &[u8]) -> anyhow::Result<DisclosureLedger> {
        let Some((length, rest)) = bytes.split_first_chunk::<4>() else { return Ok(DisclosureLedger::default()) };
        let (variants, mut rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize).context("what was told is cut off")?;
        let variants = serde_json::from_slice(variants).context("what was told does not read")?;
        let mut ledger = DisclosureLedger { sets: vec![], variants };
        while !rest.is_empty() {
            ledger.sets.push(RoaringBitmap::deserialize_from(&mut rest)?);
        }
        Ok(ledger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(numbers: std::ops::Range<u32>) -> RoaringBitmap {
        numbers.collect()
    }

    #[test]
    fn small_numbers_are_not_told_and_others_are_rounded() {
        let counts: Vec<Count> = [0, 1, 4, 5, 7, 8, 12, 13].map(Count::rounded).into();
        let about = Count::About;
        assert_eq!(counts, [Count::Few, Count::Few, Count::Few, about(5), about(5), about(10), about(10), about(15)]);
        assert_eq!(Count::part(97, 100), Count::Few, "three of the hundred would be told");
        assert_eq!((Count::part(100, 100), Count::part(90, 100)), (Count::About(100), Count::About(90)));
    }

    #[test]
    fn two_answers_never_differ_by_a_few_people() {
        let mut ledger = DisclosureLedger::default();
        ledger.disclose(&set(0..100)).expect("the first");
        assert_eq!(ledger.disclose(&set(1..100)), Err(Withheld::TooNear), "all but one");
        assert_eq!(ledger.disclose(&set(2..102)), Err(Withheld::TooNear), "two exchanged for two");
        ledger.disclose(&set(0..100)).expect("the same again");
        ledger.disclose(&set(0..50)).expect("far enough");
        ledger.disclose(&set(7..9)).expect("too small to be told at all");
        let kept = DisclosureLedger::from_bytes(&ledger.to_bytes().expect("bytes")).expect("read");
        assert_eq!(kept, ledger);
        let mut forgotten = ledger.clone();
        assert!(forgotten.forget(&[PersonNo(3)]) && !forgotten.forget(&[PersonNo(3)]), "they are in no set any more");
        // Who withdrew is counted no more; the same question is the same answer without them.
        ledger.within(&crate::Scope::new(1..200));
        ledger.disclose(&set(1..100)).expect("the earlier question, without who withdrew");
    }

    #[test]
    fn frequencies_are_told_up_to_a_number_from_which_nobody_is_found() {
        let mut ledger = DisclosureLedger::default();
        for position in 0..VARIANTS_MAX {
            ledger.disclose_variant(&format!("2-{position}-A-T")).expect("room");
        }
        let mut kept = DisclosureLedger::from_bytes(&ledger.to_bytes().expect("bytes")).expect("read");
        assert_eq!(kept.disclose_variant("3-1-A-T"), Err(Withheld::TooManyVariants));
        kept.disclose_variant("2-0-A-T").expect("told already");
        assert!(
            DisclosureLedger::from_bytes(&[0, 0, 1]).expect("nothing") == DisclosureLedger::default()
                && DisclosureLedger::from_bytes(&[0, 0, 1, 0, 5]).is_err()
        );
    }

    #[test]
    fn what_was_told_first_is_never_forgotten() {
        let mut ledger = DisclosureLedger::default();
        for tens in 0..NUMBERS_MAX as u32 {
            ledger.disclose(&set(tens * 10..tens * 10 + 10)).expect("room");
        }
        assert_eq!(ledger.disclose(&set(900_000..900_010)), Err(Withheld::TooMany));
        assert_eq!(ledger.disclose(&set(0..9)), Err(Withheld::TooNear));
        ledger.disclose(&set(0..10)).expect("an earlier one");
    }
}
