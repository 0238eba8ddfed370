//! Names and dates that systems send where they know none: who is ordered for under one is for a person to look at.

use super::{generations::CHECK, orders::PersonForm};
use care::people::{name::is_unknown, patient::Demographics};
use jiff::civil::Date;

/// Years that nobody who is cared for is older than. Unconfirmed: the oldest person of whom the age is beyond doubt lived for 122.
const AGE_YEARS_MAX: i16 = 120;

/// Lines of the history about who is ordered for, as far as they were described.
pub(super) fn checks(people: &[PersonForm], today: Date) -> Vec<String> {
    let described = people.iter().filter(|person| person.is_stated).map(|person| &person.demographics);
    described.flat_map(|who| [unknown_name(who), default_date(who, today)]).flatten().map(|check| format!("{CHECK}{check}")).collect()
}

fn unknown_name(who: &Demographics) -> Option<String> {
    let is_unnamed = is_unknown(&who.family_name) || is_unknown(&who.given_name);
    is_unnamed.then(|| format!("The name {} stands in for one that is not known: a sample has to be compared by number", who.full_name()))
}

fn default_date(who: &Demographics, today: Date) -> Option<String> {
    let born = who.birth_date;
    let is_default = today.year() - born.year() > AGE_YEARS_MAX;
    let what = format!("more than {AGE_YEARS_MAX} years ago: some systems send such a date where they know none");
    is_default.then(|| format!("{} was born on {born}, {what}", who.full_name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use care::people::patient::{Identity, Sex};
    use jiff::civil::date;

    #[test]
    fn a_name_or_a_date_that_nobody_knows_is_named() {
        let who = |family: &str, year: i16| Demographics {
            nhs_number: Identity::Unavailable("unknown".into()),
            family_name: family.into(),
            given_name: "Ann".into(),
            birth_date: date(year, 1, 1),
            sex: Sex::Female,
        };
        let today = date(2026, 11, 29);
        assert_eq!(unknown_name(&who("Bell", 1980)), None);
        assert!(unknown_name(&who("UNKNOWN", 1980)).is_some_and(|check| check.contains("Ann UNKNOWN")));
        assert_eq!(default_date(&who("Bell", 1906), today), None);
        assert!(default_date(&who("Bell", 1900), today).is_some_and(|check| check.contains("1900-01-01, more than 120 years ago")));
    }
}
