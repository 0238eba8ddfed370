//! Whether dates of birth fit the generations of a family: a parent is older than a child, by a number of years that can be.

use super::Relationship;
use crate::people::patient::Sex;
use jiff::civil::Date;

/// Somebody of a family with the day of birth; of a pregnancy the expected day of delivery.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Born {
    /// Name.
    pub name: String,
    /// Relationship to the proband.
    pub relationship: Relationship,
    /// Sex.
    pub sex: Sex,
    /// Day of birth.
    pub birth_date: Date,
    /// The day may be named: whoever is told has stated it, or may read the record.
    pub is_named: bool,
}

/// Two people whose days of birth do not fit how they are related, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Misfit {
    /// It cannot be: one of the days, or the relationship, is wrong.
    Impossible(String),
    /// It can be, and is rarer than a mistake.
    Improbable(String),
}

/// Years by which a parent is older at least. Source: the youngest mother on record was five (Escomel, La Presse Médicale 1939;
/// 47:875). Of fathers it is unconfirmed.
pub const PARENT_YEARS_MIN: i16 = 5;
/// Years below which a person looks at both dates. Unconfirmed.
const PARENT_YEARS_USUAL_MIN: i16 = 12;
/// Years from which a person looks at the dates of a mother. Unconfirmed: of mothers in England and Wales the last group that is
/// published is 45 and over (Office for National Statistics, Births in England and Wales).
const MOTHER_YEARS_USUAL_MAX: i16 = 55;
/// Years by which a mother is older at most. Unconfirmed: the oldest of whom was reported, with a donated egg, was 74 (2019).
const MOTHER_YEARS_MAX: i16 = 75;
/// Years from which a person looks at the dates of a father. Unconfirmed.
const FATHER_YEARS_USUAL_MAX: i16 = 70;
/// Years by which a father is older at most. Unconfirmed: the oldest of whom was reported was 96 (2012).
const FATHER_YEARS_MAX: i16 = 100;

/// How many generations the first stands above the second, where that follows from how both are related to the proband.
fn generations(elder: Relationship, younger: Relationship) -> Option<i16> {
    use Relationship as R;
    match (elder, younger) {
        (R::Mother | R::Father, R::Proband | R::Sibling) | (R::Proband, R::Child) => Some(1),
        (R::Grandparent, R::Proband | R::Sibling) | (R::Mother | R::Father, R::Child) => Some(2),
        (R::Grandparent, R::Child) => Some(3),
        _ => None,
    }
}

/// Everybody of a family whose day of birth does not fit that of somebody of another generation.
pub fn misfits(people: &[Born]) -> Vec<Misfit> {
    let pairs = people.iter().flat_map(|elder| people.iter().map(move |younger| (elder, younger)));
    pairs.filter_map(|(elder, younger)| misfit(elder, younger, generations(elder.relationship, younger.relationship)?)).collect()
}

/// The same of two people of whom the first stands so many generations above the second.
pub fn misfit(elder: &Born, younger: &Born, generations: i16) -> Option<Misfit> {
    let pair = |what: &str| {
        let role = elder.relationship.label().to_lowercase();
        format!("The {role} {} {what} {}", elder.label(), younger.label())
    };
    if elder.birth_date == younger.birth_date {
        return Some(Misfit::Impossible(pair("was born on the same day as")));
    }
    if elder.birth_date > younger.birth_date {
        return Some(Misfit::Impossible(pair("is younger than")));
    }
    let years = years_between(elder.birth_date, younger.birth_date);
    // The number of years would tell the day that is not named.
    let older = pair(&match years {
        _ if !(elder.is_named && younger.is_named) => "is too few or too many years older than".to_owned(),
        1 => "is 1 year older than".to_owned(),
        _ => format!("is {years} years older than"),
    });
    let is_mother = elder.relationship == Relationship::Mother || (elder.relationship == Relationship::Proband && elder.sex == Sex::Female);
    let (usual, most) = if is_mother { (MOTHER_YEARS_USUAL_MAX, MOTHER_YEARS_MAX) } else { (FATHER_YEARS_USUAL_MAX, FATHER_YEARS_MAX) };
    match years {
        _ if years < PARENT_YEARS_MIN * generations => Some(Misfit::Impossible(older)),
        _ if generations == 1 && years > most => Some(Misfit::Impossible(older)),
        _ if years < PARENT_YEARS_USUAL_MIN * generations => Some(Misfit::Improbable(older)),
        _ if generations == 1 && years > usual => Some(Misfit::Improbable(older)),
        _ => None,
    }
}

/// Whole years from one day to a later one.
fn years_between(from: Date, to: Date) -> i16 {
    let is_before = (to.month(), to.day()) < (from.month(), from.day());
    to.year() - from.year() - i16::from(is_before)
}

impl Born {
    fn label(&self) -> String {
        if self.is_named { format!("{} (born {})", self.name, self.birth_date) } else { format!("{} (born as the record says)", self.name) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn born(relationship: Relationship, sex: Sex, day: &str) -> Born {
        let birth_date = day.parse().expect("a day");
        Born { name: format!("{relationship:?}"), relationship, sex, birth_date, is_named: true }
    }

    /// What is said of somebody beside a proband who was born on 1 June 2019.
    fn check(relationship: Relationship, day: &str, expected: &str) {
        let proband = born(Relationship::Proband, Sex::Female, "2019-06-01");
        let found = misfits(&[proband, born(relationship, Sex::Unknown, day)]);
        let shown: Vec<String> = found
            .iter()
            .map(|misfit| match misfit {
                Misfit::Impossible(message) => format!("impossible: {message}"),
                Misfit::Improbable(message) => format!("improbable: {message}"),
            })
            .collect();
        assert_eq!(shown.join("; "), expected, "{relationship:?} {day}");
    }

    #[test]
    fn a_parent_is_older_than_a_child_by_a_number_of_years_that_can_be() {
        use Relationship as R;
        let of = "Proband (born 2019-06-01)";
        for (relationship, day, expected) in [
            (R::Mother, "2020-01-01", format!("impossible: The mother Mother (born 2020-01-01) is younger than {of}")),
            (R::Mother, "2019-06-01", format!("impossible: The mother Mother (born 2019-06-01) was born on the same day as {of}")),
            (R::Father, "2014-06-02", format!("impossible: The father Father (born 2014-06-02) is 4 years older than {of}")),
            (R::Mother, "2014-06-01", format!("improbable: The mother Mother (born 2014-06-01) is 5 years older than {of}")),
            (R::Father, "2007-06-02", format!("improbable: The father Father (born 2007-06-02) is 11 years older than {of}")),
            (R::Mother, "2007-06-01", String::new()),
            (R::Mother, "1964-06-01", String::new()),
            (R::Mother, "1963-06-01", format!("improbable: The mother Mother (born 1963-06-01) is 56 years older than {of}")),
            (R::Mother, "1943-06-01", format!("impossible: The mother Mother (born 1943-06-01) is 76 years older than {of}")),
            (R::Father, "1943-06-01", format!("improbable: The father Father (born 1943-06-01) is 76 years older than {of}")),
            (R::Father, "1918-06-01", format!("impossible: The father Father (born 1918-06-01) is 101 years older than {of}")),
            (R::Grandparent, "2010-01-01", format!("impossible: The grandparent Grandparent (born 2010-01-01) is 9 years older than {of}")),
            (
                R::Grandparent,
                "1996-01-01",
                format!("improbable: The grandparent Grandparent (born 1996-01-01) is 23 years older than {of}"),
            ),
            (R::Grandparent, "1920-01-01", String::new()),
            (R::Child, "2018-01-01", format!("impossible: The patient {of} is younger than Child (born 2018-01-01)")),
            (R::Sibling, "2019-06-01", String::new()),
            (R::Cousin, "1990-06-01", String::new()),
            (R::AuntOrUncle, "2024-06-01", String::new()),
        ] {
            check(relationship, day, &expected);
        }
    }

    #[test]
    fn brothers_and_children_have_the_same_elders() {
        let people = [
            born(Relationship::Proband, Sex::Male, "1990-01-01"),
            born(Relationship::Mother, Sex::Female, "1970-01-01"),
            born(Relationship::Sibling, Sex::Male, "1969-01-01"),
            born(Relationship::Child, Sex::Male, "1975-01-01"),
        ];
        let impossible = misfits(&people).into_iter().filter(|misfit| matches!(misfit, Misfit::Impossible(_))).count();
        assert_eq!(impossible, 3, "the brother and the child of the mother, and the child of the patient");
    }

    #[test]
    fn a_day_that_nobody_stated_is_not_named() {
        let mother = Born { is_named: false, ..born(Relationship::Mother, Sex::Female, "2020-01-01") };
        let found = misfits(&[born(Relationship::Proband, Sex::Female, "2019-06-01"), mother]);
        let said = "The mother Mother (born as the record says) is younger than Proband (born 2019-06-01)";
        assert_eq!(found, [Misfit::Impossible(said.into())]);
        let mother = Born { is_named: false, ..born(Relationship::Mother, Sex::Female, "2010-01-01") };
        let found = misfits(&[born(Relationship::Proband, Sex::Female, "2019-06-01"), mother]);
        let said = "The mother Mother (born as the record says) is too few or too many years older than Proband (born 2019-06-01)";
        assert_eq!(found, [Misfit::Improbable(said.into())]);
    }
}
