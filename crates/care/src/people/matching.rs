//! Whether what somebody says of a person fits the record that they name: a number alone is mistyped, reused, and swapped
//! between twins. What does not fit is for a person to look at; nothing is taken for somebody's on a likeness.

use super::{
    identifier::HospitalNumber,
    name::{comparable, is_same_family, may_be_same_given},
    patient::{Demographics, Identity},
};
use crate::NhsNumber;
use jiff::civil::Date;

/// How a description fits a record that was found by a number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fit {
    /// It is the same person.
    Same,
    /// It is the same person, of whom something has changed.
    SameBut(Vec<Change>),
    /// It is not certain that it is: what does not fit, in words.
    Differs(Vec<&'static str>),
}

/// What may change of a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Change {
    FamilyName,
    Sex,
}

impl Change {
    /// In words. What the record has is not said: a name of before may be nobody's business.
    pub fn label(self) -> &'static str {
        match self {
            Change::FamilyName => "the family name of the record is another",
            Change::Sex => "the sex of the record is another",
        }
    }
}

/// How a description fits the record with the same number. A family name may have changed; the date of birth and the given name
/// may not, since a number may have been reused, mistyped, or be a twin's. Source: National Patient Safety Agency, Safer Practice
/// Notice of 18 September 2008 on the NHS number: incidents with two patients under one number, and one patient under several.
pub fn fit(known: &Demographics, stated: &Demographics) -> Fit {
    let mut differs = Vec::new();
    if let (Identity::NhsNumber(one), Identity::NhsNumber(other)) = (&known.nhs_number, &stated.nhs_number)
        && one != other
    {
        differs.push("another NHS number");
    }
    if known.birth_date != stated.birth_date {
        differs.push("another date of birth");
    }
    if !may_be_same_given(&known.given_name, &stated.given_name) {
        differs.push("another given name");
    }
    let is_same_family = is_same_family(&known.family_name, &stated.family_name);
    // A name alone that has changed is no other person, but beside something else it is.
    if !is_same_family && !differs.is_empty() {
        differs.push("another family name");
    }
    if !differs.is_empty() {
        return Fit::Differs(differs);
    }
    let is_other_sex = known.sex.is_known() && stated.sex.is_known() && known.sex != stated.sex;
    let changes = [(!is_same_family, Change::FamilyName), (is_other_sex, Change::Sex)];
    let changes: Vec<Change> = changes.into_iter().filter(|(has_changed, _)| *has_changed).map(|(_, change)| change).collect();
    if changes.is_empty() { Fit::Same } else { Fit::SameBut(changes) }
}

/// Whom a message names, as far as it does.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Named {
    /// NHS number.
    pub nhs_number: Option<NhsNumber>,
    /// Numbers of hospitals.
    pub numbers: Vec<HospitalNumber>,
    /// Date of birth.
    pub birth_date: Option<Date>,
    /// Family name.
    pub family_name: String,
    /// Given names.
    pub given_name: String,
}

impl Named {
    /// Somebody with the numbers by which hospitals know them.
    pub fn new(who: &Demographics, numbers: &[HospitalNumber]) -> Named {
        let nhs_number = match who.nhs_number {
            Identity::NhsNumber(number) => Some(number),
            Identity::Unavailable(_) | Identity::Fetus => None,
        };
        Named {
            nhs_number,
            numbers: numbers.to_vec(),
            birth_date: Some(who.birth_date),
            family_name: who.family_name.clone(),
            given_name: who.given_name.clone(),
        }
    }

    fn is_called(&self, who: &Demographics) -> bool {
        comparable(&format!("{} {}", self.given_name, self.family_name)) == comparable(&who.full_name())
    }
}

/// Whether a message may act on what is somebody's: it names them by NHS number, else by a hospital's number with its authority,
/// and by date of birth, or by their whole name where it gives no date; where neither has any number, by everything.
pub fn is_named(who: &Demographics, numbers: &[HospitalNumber], named: &Named) -> bool {
    let known = match who.nhs_number {
        // Whoever is not born has no number, and the day of delivery is an estimate.
        Identity::Fetus => return named.nhs_number.is_none() && named.is_called(who),
        Identity::NhsNumber(number) => Some(number),
        Identity::Unavailable(_) => None,
    };
    let is_born_then = named.birth_date.map_or_else(|| named.is_called(who), |day| day == who.birth_date);
    let may_be_called = named.given_name.is_empty() || may_be_same_given(&named.given_name, &who.given_name);
    match (known, named.nhs_number) {
        (Some(one), Some(other)) => one == other && is_born_then,
        _ if numbers.iter().any(|number| named.numbers.iter().any(|other| number.is_same(other))) => is_born_then && may_be_called,
        // Two numbers of one authority are two people; a number on one side alone leaves it open.
        (None, None) => numbers.is_empty() && named.numbers.is_empty() && named.birth_date == Some(who.birth_date) && named.is_called(who),
        _ => false,
    }
}

/// Whether a record cannot be that of whom a message names beside it: another NHS number; where it is not compared, another date of birth
/// or given name; of whom nothing but a number is said, none that the record has.
pub fn contradicts(who: &Demographics, numbers: &[HospitalNumber], named: &Named) -> bool {
    if let (Identity::NhsNumber(one), Some(other)) = (&who.nhs_number, named.nhs_number) {
        return *one != other;
    }
    let is_born_otherwise = named.birth_date.is_some_and(|day| day != who.birth_date);
    let is_called_otherwise = !named.given_name.is_empty() && !may_be_same_given(&named.given_name, &who.given_name);
    let is_number_alone = named.birth_date.is_none() && named.given_name.is_empty();
    let has_number = || numbers.iter().any(|number| named.numbers.iter().any(|other| number.is_same(other)));
    is_born_otherwise || is_called_otherwise || (is_number_alone && !has_number())
}

#[cfg(test)]
mod tests {
    use super::*;
    use genome::Sex;
    use jiff::civil::Date;

    fn person(number: Option<&str>, given_name: &str, family: &str, year: i16) -> Demographics {
        let nhs_number = number.map_or(Identity::Unavailable("not sent".into()), |n| Identity::NhsNumber(n.parse().expect("a number")));
        let birth_date = Date::constant(year, 3, 4);
        Demographics { nhs_number, family_name: family.into(), given_name: given_name.into(), birth_date, sex: Sex::Female }
    }

    const ONE: Option<&str> = Some("9990000018");
    const TWO: Option<&str> = Some("9990000026");

    #[test]
    fn a_family_name_may_change_and_what_a_twin_differs_in_may_not() {
        let known = person(ONE, "Mia", "O'Hara", 1990);
        assert_eq!(fit(&known, &person(ONE, "MIA", "O’HARA", 1990)), Fit::Same);
        let married = fit(&known, &person(ONE, "Mia", "Married", 1990));
        assert_eq!(married, Fit::SameBut(vec![Change::FamilyName]));
        for (other, says) in [
            (person(ONE, "Ida", "O'Hara", 1990), "another given name"),
            (person(ONE, "Mia", "O'Hara", 1991), "another date of birth"),
            (person(TWO, "Mia", "O'Hara", 1990), "another NHS number"),
        ] {
            assert_eq!(fit(&known, &other), Fit::Differs(vec![says]));
        }
        let stranger = fit(&known, &person(ONE, "Jo", "Bell", 1955));
        assert_eq!(stranger, Fit::Differs(vec!["another date of birth", "another given name", "another family name"]));
    }

    #[test]
    fn a_message_acts_for_the_person_whom_it_names_by_number_and_birth_and_for_nobody_else() {
        let mrn = |value: &str| HospitalNumber::new(value, "RP4", "RP4");
        let (numbers, others) = ([mrn("A1")], [mrn("A2")]);
        let (known, bare) = (person(ONE, "Mia", "Bell", 1990), person(None, "Mia", "Bell", 1990));
        let named = |who: &Demographics, numbers: &[HospitalNumber]| Named::new(who, numbers);
        let married = person(ONE, "Mia", "Married", 1990);
        assert!(is_named(&known, &[], &named(&married, &[])));
        assert!(is_named(&known, &numbers, &named(&bare, &numbers)), "the number of the hospital, and the day of birth");
        assert!(is_named(&bare, &numbers, &named(&bare, &numbers)) && is_named(&bare, &[], &named(&bare, &[])));
        let undated = |who: &Demographics| Named { birth_date: None, ..named(who, &[]) };
        assert!(is_named(&known, &[], &undated(&known)) && !is_named(&known, &[], &undated(&married)), "a number alone is mistyped");
        for (who, with) in [
            (person(TWO, "Mia", "Bell", 1990), &numbers[..]),
            (person(ONE, "Mia", "Bell", 1991), &numbers),
            (bare.clone(), &others),
            (bare.clone(), &[]),
            (person(None, "Ida", "Bell", 1990), &numbers),
            (person(None, "Mia", "Bell", 1991), &numbers),
        ] {
            assert!(!is_named(&known, &numbers, &named(&who, with)), "{who:?} {with:?}");
        }
        assert!(!is_named(&bare, &numbers, &named(&bare, &others)) && !is_named(&bare, &numbers, &named(&bare, &[])));
    }

    #[test]
    fn a_record_is_of_somebody_else_by_the_number_else_by_birth_or_given_name_and_never_by_a_family_name() {
        let mrn = |value: &str| HospitalNumber::new(value, "RP4", "RP4");
        let (known, bare) = (person(ONE, "Mia", "Bell", 1990), person(None, "Mia", "Bell", 1990));
        let number = |nhs_number: Option<&str>, numbers: &[HospitalNumber]| Named {
            nhs_number: nhs_number.map(|number| number.parse().expect("a number")),
            numbers: numbers.to_vec(),
            ..Named::default()
        };
        let described = |who: &Demographics| Named::new(who, &[]);
        let numbers = [mrn("A1")];
        for (who, named, expected) in [
            (&known, number(ONE, &[]), false),
            (&known, number(TWO, &[]), true),
            (&known, number(None, &numbers), false),
            (&known, number(None, &[mrn("A2")]), true),
            (&bare, number(ONE, &[]), true),
            (&known, described(&person(ONE, "Mia", "Married", 1990)), false),
            (&bare, described(&person(ONE, "Mia", "Bell", 1990)), false),
            (&known, described(&person(None, "Ida", "Bell", 1990)), true),
            (&known, described(&person(None, "Mia", "Bell", 1991)), true),
            (&known, described(&person(TWO, "Mia", "Bell", 1990)), true),
        ] {
            assert_eq!(contradicts(who, &numbers, &named), expected, "{named:?}");
        }
    }
}
