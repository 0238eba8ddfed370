//! What keeps an answer from telling of one person: small numbers are not told, others are rounded, and no two questions, of
//! whichever projects, are answered if their people differ by a few or by nobody. Whoever asks for "people" and for "people without
//! T" would else learn from a refusal that one to four have T, and from an answer that nobody has.

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

    /// A part of a whole: not told where what is left of the whole is small or nobody, since it would tell that.
    pub fn part(number: u64, whole: u64) -> Count {
        let left = whole.saturating_sub(number);
        if left < COUNT_MIN { Count::Few } else { Count::rounded(number) }
    }

    /// As people read it, where it counts all of a group and no share of them.
    pub fn whole_label(self) -> String {
        match self {
            Count::Few => format!("fewer than {COUNT_MIN}, perhaps none"),
            Count::About(_) | Count::Hidden => self.label(),
        }
    }

    /// As people read it.
    pub fn label(self) -> String {
        match self {
            Count::Few => format!("fewer than {COUNT_MIN}, perhaps none; or all, or all but fewer than {COUNT_MIN}"),
            Count::About(number) => format!("about {number}"),
            Count::Hidden => "not told, since a smaller group would follow from it".into(),
        }
    }
}

/// What was told: everybody whom each number counted, and the variants whose carriers were told.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct DisclosureLedger {
    sets: Vec<Disclosed>,
    /// Numbers that are kept elsewhere, with which new ones are compared too.
    beside: Vec<Disclosed>,
    /// Variants whose carriers were told.
    variants: BTreeSet<String>,
    /// Different numbers that one project was the first to be told.
    numbers: usize,
}

/// A number that was told.
#[derive(Clone, PartialEq, Debug)]
struct Disclosed {
    /// What it counts, as `part::Part` puts it; empty of what was told before that was remembered.
    part: String,
    people: RoaringBitmap,
}

/// The head of what is kept. Before parts were remembered it was the list of variants alone.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Head {
    WithParts {
        variants: BTreeSet<String>,
        parts: Vec<String>,
        #[serde(default)]
        numbers: usize,
    },
    Variants(BTreeSet<String>),
}

/// Why an answer may not be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// It would tell of a few people beside an earlier one.
    #[error(
        "An earlier answer, to this or another project, counts the same people or all but fewer than {COUNT_MIN} of them: a second would tell of those. Ask the earlier question in the same terms, or one that differs by more people"
    )]
    TooNear,
    /// More was told than can be compared with.
    #[error(
        "{NUMBERS_MAX} different numbers of this release were told, with each of which a new one is compared: earlier questions are still answered, new ones wait for the next release"
    )]
    TooMany,
    /// One project was told more than its part of that.
    #[error(
        "The project was told {NUMBERS_OF_PROJECT_MAX} different numbers, and others that are compared with them need room too: earlier questions are still answered. Count others in the workspace"
    )]
    TooManyOfProject,
    /// So many frequencies that who took part could be told from them.
    #[error(
        "The project was told of the carriers of {VARIANTS_MAX} variants. From more, who took part could be told: count others in the workspace, and take results out through the airlock"
    )]
    TooManyVariants,
}

/// Variants of which a project may be told how many carry them: as many frequencies as the airlock lets out without a word
/// (Homer et al. 2008, Wang et al. 2009).
const VARIANTS_MAX: usize = crate::output::FREQUENCIES_MAX;

/// Numbers that may be told of a release: forgetting the first ones would let a later one differ from them by a few people.
const NUMBERS_MAX: usize = 10_000;

/// Numbers of these that one project may be the first to be told, so that none asks until no other is answered.
const NUMBERS_OF_PROJECT_MAX: usize = 2_000;

impl DisclosureLedger {
    /// The people whose number may be told for a part of an answer, beside what was told before; they are remembered. Where the
    /// same part was told and has changed by a few people since, they are those of then.
    pub(crate) fn disclose(&mut self, part: &str, set: &RoaringBitmap) -> Result<RoaringBitmap, Withheld> {
        let is_near = |other: &RoaringBitmap| other.len() + set.len() - 2 * other.intersection_len(set) < COUNT_MIN;
        // A number that is not told tells nothing, and one that was told tells nothing new.
        if set.len() < COUNT_MIN {
            return Ok(set.clone());
        }
        let all = || self.sets.iter().chain(&self.beside);
        if let Some(earlier) = all().find(|number| number.part == part && is_near(&number.people)) {
            return Ok(earlier.people.clone());
        }
        if all().any(|number| is_near(&number.people)) {
            return Err(Withheld::TooNear);
        }
        if self.sets.len() >= NUMBERS_MAX {
            return Err(Withheld::TooMany);
        }
        if self.numbers >= NUMBERS_OF_PROJECT_MAX {
            return Err(Withheld::TooManyOfProject);
        }
        self.numbers += 1;
        self.sets.push(Disclosed { part: part.to_owned(), people: set.clone() });
        Ok(set.clone())
    }

    /// Compares with what was told besides, of other releases or when each project had a ledger of its own. It is kept there.
    pub fn set_beside(&mut self, other: &DisclosureLedger) {
        self.beside.extend(other.sets.iter().cloned());
    }

    /// Takes what another ledger counts in place of its own: how many variants and numbers were told is counted for each project.
    pub fn set_counts_of(&mut self, other: &DisclosureLedger) {
        self.variants.clone_from(&other.variants);
        self.numbers = other.numbers;
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
        let any = self.sets.iter().any(|number| !number.people.is_disjoint(&people));
        for number in &mut self.sets {
            number.people -= &people;
        }
        any
    }

    /// Leaves only whom a scope allows: what differs by people who are counted no more is no second answer.
    pub fn within(&mut self, scope: &crate::Scope) {
        for number in self.sets.iter_mut().chain(&mut self.beside) {
            number.people &= scope.numbers();
        }
    }

    /// To be kept: the length of the head, the head, and the sets.
    pub fn to_bytes(&self) -> anyhow::Result<Vec<u8>> {
        let parts = self.sets.iter().map(|number| number.part.clone()).collect();
        let head = serde_json::to_vec(&Head::WithParts { variants: self.variants.clone(), parts, numbers: self.numbers })?;
        let mut bytes = u32::try_from(head.len())?.to_be_bytes().to_vec();
        bytes.extend(head);
        for number in &self.sets {
            number.people.serialize_into(&mut bytes)?;
        }
        Ok(bytes)
    }

    /// As it was kept; nothing was told where nothing was.
    pub fn from_bytes(bytes: &[u8]) -> anyhow::Result<DisclosureLedger> {
        let Some((length, rest)) = bytes.split_first_chunk::<4>() else { return Ok(DisclosureLedger::default()) };
        let (head, mut rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize).context("what was told is cut off")?;
        let (variants, parts, numbers) = match serde_json::from_slice(head).context("what was told does not read")? {
            Head::WithParts { variants, parts, numbers } => (variants, parts, numbers),
            Head::Variants(variants) => (variants, vec![], 0),
        };
        let (mut sets, mut parts) = (Vec::new(), parts.into_iter());
        while !rest.is_empty() {
            sets.push(Disclosed { part: parts.next().unwrap_or_default(), people: RoaringBitmap::deserialize_from(&mut rest)? });
        }
        Ok(DisclosureLedger { sets, beside: vec![], variants, numbers })
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
        assert_eq!(Count::part(100, 100), Count::Few, "nor that it is nobody");
        assert_eq!(Count::part(90, 100), Count::About(90));
    }

    #[test]
    fn two_answers_never_differ_by_a_few_people() {
        let mut ledger = DisclosureLedger::default();
        ledger.disclose("people", &set(0..100)).expect("the first");
        assert_eq!(ledger.disclose("all but one", &set(1..100)), Err(Withheld::TooNear));
        assert_eq!(ledger.disclose("two exchanged for two", &set(2..102)), Err(Withheld::TooNear));
        assert_eq!(ledger.disclose("all but nobody", &set(0..100)), Err(Withheld::TooNear));
        ledger.disclose("people", &set(0..100)).expect("the same again");
        assert_eq!(ledger.disclose("people", &set(0..102)), Ok(set(0..100)), "two came: those of then");
        ledger.disclose("people", &set(0..105)).expect("enough came");
        ledger.disclose("half", &set(0..50)).expect("far enough");
        ledger.disclose("few", &set(7..9)).expect("too small to be told at all");
        let kept = DisclosureLedger::from_bytes(&ledger.to_bytes().expect("bytes")).expect("read");
        assert_eq!(kept, ledger);
        let mut forgotten = ledger.clone();
        assert!(forgotten.forget(&[PersonNo(3)]) && !forgotten.forget(&[PersonNo(3)]), "they are in no set any more");
        // Who withdrew is counted no more; the same question is the same answer without them.
        ledger.within(&crate::Scope::new(1..200));
        ledger.disclose("people", &set(1..100)).expect("the earlier question, without who withdrew");
    }

    #[test]
    fn what_was_kept_before_parts_were_remembered_still_counts() {
        let variants = b"[\"2-1-A-T\"]";
        let mut bytes = (variants.len() as u32).to_be_bytes().to_vec();
        bytes.extend(variants);
        set(0..100).serialize_into(&mut bytes).expect("bytes");
        let (mut ledger, earlier) = (DisclosureLedger::default(), DisclosureLedger::from_bytes(&bytes).expect("read"));
        assert!(earlier.variants.contains("2-1-A-T"));
        ledger.set_beside(&earlier);
        assert_eq!(ledger.disclose("people", &set(1..100)), Err(Withheld::TooNear));
    }

    proptest::proptest! {
        /// What is told of a set never depends on whether nobody or one to four people were taken from it or added to it.
        #[test]
        fn nobody_and_a_few_are_answered_alike(sizes in proptest::collection::vec((0_u32..60, 1_u32..60), 1..8), base in 0_u32..60, few in 1_u32..5) {
            let mut ledger = DisclosureLedger::default();
            for (number, (from, length)) in sizes.iter().enumerate() {
                let _ = ledger.disclose(&format!("earlier {number}"), &set(*from..from + length));
            }
            let first = set(base..base + 20);
            if ledger.disclose("the base", &first).is_ok() {
                let alike = [set(base..base + 20), set(base + few..base + 20), set(base..base + 20 + few)];
                for other in alike {
                    proptest::prop_assert_eq!(ledger.clone().disclose("a variation", &other), Err(Withheld::TooNear));
                }
            }
        }
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
            if ledger.numbers == NUMBERS_OF_PROJECT_MAX {
                let mut kept = DisclosureLedger::from_bytes(&ledger.to_bytes().expect("bytes")).expect("read");
                assert_eq!(kept.disclose("new", &set(900_000..900_010)), Err(Withheld::TooManyOfProject), "for this project");
                ledger.set_counts_of(&DisclosureLedger::default());
            }
            ledger.disclose(&tens.to_string(), &set(tens * 10..tens * 10 + 10)).expect("room for the next");
        }
        assert_eq!(ledger.disclose("new", &set(900_000..900_010)), Err(Withheld::TooMany));
        assert_eq!(ledger.disclose("near", &set(0..9)), Err(Withheld::TooNear));
        ledger.disclose("0", &set(0..10)).expect("an earlier one");
    }
}
