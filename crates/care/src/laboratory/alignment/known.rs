//! What is known of a name in a header: the numbers that it contains, and whose each of them is.

use super::Named;
use crate::PatientId;
use std::{collections::BTreeSet, ops::Range};

/// Characters of a barcode that is printed here: `S` and twelve more.
const BARCODE_CHARACTERS: usize = 13;
/// Parts of a name that are looked at together: a number of a hospital may have marks within it, such as `24-DNA/01234`.
const PARTS_MAX: usize = 6;
/// Characters that a part of a name must have to be looked at as a number of its own: `S1` or `L01` is on every other file. This
/// service's own choice, confirmed by no published source. A whole name is always looked at.
const PART_CHARACTERS_MIN: usize = 4;

/// By what a number is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KnownBy {
    /// It is a barcode that was printed here.
    Barcode,
    /// A tube came with it from elsewhere.
    Label,
    /// It is an NHS number.
    NhsNumber,
    /// A sample of this order's VCF has the name, in the analysis that was finished last.
    Data,
    /// Other reads of this order were registered with the name.
    Reads,
}

/// A number or a name, and whose it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// The number or the name.
    pub text: String,
    /// By what.
    pub by: KnownBy,
    /// Whose.
    pub whose: PatientId,
}

/// Every text in a name that may be a number of somebody, as numbers are compared: the whole, its parts between marks, some of these
/// together, and what looks like a barcode within a part.
pub fn texts(name: &str) -> BTreeSet<String> {
    let name = folded(name);
    let parts = parts(&name);
    let mut texts = BTreeSet::new();
    for (first, part) in parts.iter().enumerate() {
        let runs = parts[first..].iter().take(PARTS_MAX).map(|last| &name[part.start..last.end]);
        texts.extend(runs.filter(|run| is_number(run)).map(str::to_owned));
        texts.extend(barcodes(&name[part.clone()]).map(str::to_owned));
    }
    texts.insert(name);
    texts
}

/// What is known of a name for a person by their records, that which stands for all and those that are merged into it: nothing, where
/// it says nothing. What contains a number of somebody else is theirs, whatever else it contains.
pub fn named(name: &str, records: &[PatientId], known: &[Known]) -> Option<Named> {
    let texts = texts(name);
    let is_of_name = |known: &&Known| match known.by {
        KnownBy::Barcode | KnownBy::Label | KnownBy::NhsNumber => texts.contains(&folded(&known.text)),
        KnownBy::Data | KnownBy::Reads => folded(&known.text) == folded(name),
    };
    let of_name: Vec<&Known> = known.iter().filter(is_of_name).collect();
    if let Some(other) = of_name.iter().find(|known| !records.contains(&known.whose)) {
        return Some(Named::SomebodyElse(other.against(name)));
    }
    if of_name.iter().any(|known| known.by == KnownBy::Barcode && folded(&known.text) == folded(name)) {
        return Some(Named::OwnBarcode);
    }
    of_name.iter().any(|known| known.by == KnownBy::Data && known.text == name).then_some(Named::OwnData)
}

/// Whether a text that is not the whole name of a sample may be a number.
pub fn is_number(text: &str) -> bool {
    text.chars().count() >= PART_CHARACTERS_MIN && text.chars().any(|c| c.is_ascii_digit())
}

impl Known {
    /// Why reads with a name are not those of the person, in words.
    fn against(&self, name: &str) -> String {
        let is_whole = folded(&self.text) == folded(name);
        let begins = if is_whole { format!("'{name}' is") } else { format!("'{name}' contains {},", self.text) };
        match self.by {
            KnownBy::Barcode => format!("{begins} the barcode of somebody else's tube. Check that this is the right file"),
            KnownBy::Label => format!(
                "{begins} a number that came with somebody else's tube. Check that this is the right file; if it is, have it delivered with \
                 the barcode that was printed here as the name of the sample"
            ),
            KnownBy::NhsNumber => format!("{begins} the NHS number of somebody else. Check that this is the right file"),
            KnownBy::Data => format!("{begins} the sample of somebody else in this order's VCF. Check that this is the right file"),
            KnownBy::Reads => format!(
                "{begins} the name in reads that are registered for somebody else of this order. Check that this is the right file; if it \
                 is, withdraw those first"
            ),
        }
    }
}

/// As numbers are compared.
fn folded(text: &str) -> String {
    text.trim().to_uppercase()
}

/// Where the parts of a name lie: what is between its marks.
fn parts(name: &str) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    for (start, character) in name.char_indices().filter(|(_, character)| character.is_alphanumeric()) {
        let end = start + character.len_utf8();
        match parts.last_mut() {
            Some(last) if last.end == start => last.end = end,
            Some(_) | None => parts.push(start..end),
        }
    }
    parts
}

/// What has the form of a barcode within a part, such as in `XS0123456789ABC`.
fn barcodes(part: &str) -> impl Iterator<Item = &str> {
    part.match_indices('S').filter_map(|(start, _)| part.get(start..start + BARCODE_CHARACTERS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laboratory::alignment::{Declared, Identity, identified};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn person(number: u8) -> PatientId {
        PatientId(Uuid::from_u128(u128::from(number) + 1))
    }

    /// One number of each kind for each of four people.
    fn numbers() -> Vec<Known> {
        let of = |n: u8| {
            let known = |text: String, by| Known { text, by, whose: person(n) };
            [
                known(format!("S0123456789A{n}"), KnownBy::Barcode),
                known(format!("24-dna/0{n}77"), KnownBy::Label),
                known(format!("900000000{n}"), KnownBy::NhsNumber),
                known(format!("vcf{n}"), KnownBy::Data),
                known(format!("reads{n}"), KnownBy::Reads),
            ]
        };
        (0..4).flat_map(of).collect()
    }

    #[test]
    fn a_number_is_found_wherever_it_is_in_a_name() {
        for (name, text) in [
            ("s0123456789ab", "S0123456789AB"),
            ("FAM12_S0123456789AB-1", "S0123456789AB"),
            ("xS0123456789ABy", "S0123456789AB"),
            ("run 7: 24-DNA/01234 L001", "24-DNA/01234"),
            ("943-476-5919.bam", "943-476-5919"),
            (" a1 ", "A1"),
            ("prénom_2471", "2471"),
        ] {
            assert!(texts(name).contains(text), "{text} in {name}: {:?}", texts(name));
        }
        assert_eq!(texts("NA_1 x"), BTreeSet::from(["NA_1".to_owned(), "NA_1 X".to_owned()]));
    }

    #[test]
    fn the_records_of_one_person_count_as_one_and_those_of_a_namesake_do_not() {
        let known = [Known { text: "kid".into(), by: KnownBy::Data, whose: person(1) }];
        assert_eq!(named("kid", &[person(0), person(1)], &known), Some(Named::OwnData));
        assert!(matches!(named("kid", &[person(0)], &known), Some(Named::SomebodyElse(_))));
        assert!(matches!(named("KID", &[person(0)], &known), Some(Named::SomebodyElse(_))));
        assert_eq!(named("KID", &[person(1)], &known), None, "another spelling proves nothing");
    }

    #[test]
    fn a_number_that_two_hospitals_gave_is_for_neither_person() {
        let of = |number| Known { text: "24-0001".into(), by: KnownBy::Label, whose: person(number) };
        for number in [0, 1] {
            assert!(matches!(named("24-0001", &[person(number)], &[of(0), of(1)]), Some(Named::SomebodyElse(_))));
        }
        assert_eq!(named("24-0001", &[person(0)], &[of(0)]), None, "a hospital's number alone proves nothing");
    }

    proptest! {
        #[test]
        fn reads_never_end_up_on_a_person_other_than_the_one_whose_sample_they_name(
            pieces in prop::collection::vec((0_usize..20, "[-_. /]"), 1..4),
            patient in 0_u8..4,
            merged in prop::option::of(0_u8..4),
            reason in ".{0,8}",
        ) {
            let numbers = numbers();
            let name: String = pieces.iter().map(|(which, mark)| format!("{}{mark}", numbers[*which].text)).collect();
            let name = name.trim_end_matches(['-', '_', '.', ' ', '/']).to_owned();
            let records: Vec<PatientId> = [patient].into_iter().chain(merged).map(person).collect();
            let is_whole = pieces.len() == 1;
            let counts = |by: KnownBy| is_whole || !matches!(by, KnownBy::Data | KnownBy::Reads);
            let mut owners = pieces.iter().map(|(which, _)| &numbers[*which]).filter(|known| counts(known.by)).map(|known| known.whose);
            let is_anothers = owners.any(|owner| !records.contains(&owner));
            let said = named(&name, &records, &numbers).unwrap_or(Named::Unknown);
            let identity = identified(&[(name.clone(), said)], Some(&Declared { reason }));
            if is_anothers {
                prop_assert!(identity.is_err(), "{name} for {records:?}");
            }
            if let Ok(Identity::Barcode | Identity::Data) = identity {
                prop_assert!(is_whole && !is_anothers);
            }
        }
    }
}
