//! What keeps an answer from telling of one person: small numbers are not told, others are rounded, and no two answers to a
//! project differ by a few people.

use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

/// Counts below this are not told. This service's own limit. For comparison: NHS Digital's method for Hospital Episode Statistics
/// (from September 2018) hides 1 to 7 below national level, where it hid 1 to 5 before.
pub const TOLD_MIN: u64 = 5;
/// Other counts are rounded to a multiple of this. Source: the same method rounds to the nearest 5.
pub const ROUNDED_TO: u64 = 5;

/// A count as it is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Count {
    /// Nobody.
    None,
    /// Some, and fewer than [`TOLD_MIN`].
    Few,
    /// About so many, rounded.
    About(u64),
}

impl Count {
    /// A number as it is told.
    pub fn of(number: u64) -> Count {
        match number {
            0 => Count::None,
            n if n < TOLD_MIN => Count::Few,
            n => Count::About((n + ROUNDED_TO / 2) / ROUNDED_TO * ROUNDED_TO),
        }
    }

    /// A part of a whole: not told where what is left of the whole is small, since it would tell that.
    pub fn part(number: u64, whole: u64) -> Count {
        let left = whole.saturating_sub(number);
        if number > 0 && (1..TOLD_MIN).contains(&left) { Count::Few } else { Count::of(number) }
    }

    /// As people read it.
    pub fn words(self) -> String {
        match self {
            Count::None => "0".into(),
            Count::Few => format!("fewer than {TOLD_MIN}, or all but fewer than {TOLD_MIN}"),
            Count::About(number) => format!("about {number}"),
        }
    }
}

/// Everybody whom each number told to a project counted.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Told {
    sets: Vec<RoaringBitmap>,
}

/// Why an answer may not be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTold {
    /// It would tell of a few people beside an earlier one.
    #[error(
        "This answer would differ by fewer than {TOLD_MIN} people from one that the project was given, and so tell of them. Ask the earlier question, or one that differs by more"
    )]
    TooNear,
    /// More was told than can be compared with.
    #[error(
        "The project was told {REMEMBERED_MAX} different numbers, with each of which a new one is compared: earlier questions are still answered, new ones are not"
    )]
    TooMany,
}

/// Numbers that a project may be told: forgetting the first ones would let a later one differ from them by a few people.
const REMEMBERED_MAX: usize = 10_000;

impl Told {
    /// Whether a set may be told beside what was told before; if so it is remembered.
    pub fn tell(&mut self, set: &RoaringBitmap) -> Result<(), NotTold> {
        let near = |other: &RoaringBitmap| {
            let common = other.intersection_len(set);
            let apart = other.len() + set.len() - 2 * common;
            apart > 0 && apart < TOLD_MIN
        };
        // A number that is not told tells nothing, and one that was told tells nothing new.
        if set.len() < TOLD_MIN || self.sets.contains(set) {
            return Ok(());
        }
        if self.sets.iter().any(near) {
            return Err(NotTold::TooNear);
        }
        if self.sets.len() >= REMEMBERED_MAX {
            return Err(NotTold::TooMany);
        }
        self.sets.push(set.clone());
        Ok(())
    }

    /// Leaves only whom a scope allows: what differs by people who are counted no more is no second answer.
    pub fn within(&mut self, scope: &crate::Scope) {
        for set in &mut self.sets {
            *set &= scope.numbers();
        }
    }

    /// To be kept.
    pub fn to_bytes(&self) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for set in &self.sets {
            set.serialize_into(&mut bytes)?;
        }
        Ok(bytes)
    }

    /// As it was kept.
    pub fn from_bytes(mut bytes: &[u8]) -> anyhow::Result<Told> {
        let mut sets = Vec::new();
        while !bytes.is_empty() {
            sets.push(RoaringBitmap::deserialize_from(&mut bytes)?);
        }
        Ok(Told { sets })
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
        let told: Vec<Count> = [0, 1, 4, 5, 7, 8, 12, 13].map(Count::of).into();
        let about = Count::About;
        assert_eq!(told, [Count::None, Count::Few, Count::Few, about(5), about(5), about(10), about(10), about(15)]);
        assert_eq!(Count::part(97, 100), Count::Few, "three of the hundred would be told");
        assert_eq!((Count::part(100, 100), Count::part(90, 100)), (Count::About(100), Count::About(90)));
    }

    #[test]
    fn two_answers_never_differ_by_a_few_people() {
        let mut told = Told::default();
        told.tell(&set(0..100)).expect("the first");
        assert_eq!(told.tell(&set(1..100)), Err(NotTold::TooNear), "all but one");
        assert_eq!(told.tell(&set(2..102)), Err(NotTold::TooNear), "two exchanged for two");
        told.tell(&set(0..100)).expect("the same again");
        told.tell(&set(0..50)).expect("far enough");
        told.tell(&set(7..9)).expect("too small to be told at all");
        let kept = Told::from_bytes(&told.to_bytes().expect("bytes")).expect("read");
        assert_eq!(kept, told);
        // Who withdrew is counted no more; the same question is the same answer without them.
        told.within(&crate::Scope::of(1..200));
        told.tell(&set(1..100)).expect("the earlier question, without who withdrew");
    }

    #[test]
    fn what_was_told_first_is_never_forgotten() {
        let mut told = Told::default();
        for at in 0..REMEMBERED_MAX as u32 {
            told.tell(&set(at * 10..at * 10 + 10)).expect("room");
        }
        assert_eq!(told.tell(&set(900_000..900_010)), Err(NotTold::TooMany));
        assert_eq!(told.tell(&set(0..9)), Err(NotTold::TooNear));
        told.tell(&set(0..10)).expect("an earlier one");
    }
}
