//! Years of birth and death, and ages, as a drawing has them: nobody dies before they are born, and a parent is older than a child. A year
//! alone leaves one year open, so that what is said here is said of years that differ by more.

use super::{Adopted, Individual, Pedigree};
use serde::{Deserialize, Serialize};

/// What is known of when somebody lived.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Years {
    /// Year of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born: Option<i16>,
    /// Year of death.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub died: Option<i16>,
    /// Age in years: of who has died at death, else when the family was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<u16>,
}

/// Years by which a parent in a drawing is older at least; fewer are rarer than a wrong year, and whoever knows better leaves the year
/// out. Unconfirmed: the youngest mother on record was five (see `ordering::family`), where whole dates are compared.
const PARENT_YEARS_MIN: i32 = 10;

/// The greatest age that is read. Source: the longest life on record is 122 years (Robine and Allard, Science 1998; 279:1834).
pub const AGE_YEARS_MAX: u16 = 125;

impl Years {
    /// Nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Years::default()
    }

    /// As a drawing says it: `b. 1950, d. 2010`, else the age. Source: Bennett 2008, standardised pedigree nomenclature.
    pub fn label(&self, deceased: bool) -> String {
        let died = self.died.map(|year| format!("d. {year}"));
        let age = self.age.map(|age| if deceased { format!("d. at {age} y") } else { format!("{age} y") });
        let age = age.filter(|_| self.born.is_none() || (deceased && self.died.is_none()));
        let parts = [self.born.map(|year| format!("b. {year}")), died, age];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// What cannot be, in words: each names who, and what to mend.
pub fn impossible(pedigree: &Pedigree) -> Vec<String> {
    let mut found: Vec<String> = pedigree.people.iter().filter_map(died_before_birth).collect();
    for child in pedigree.people.iter().filter(|child| child.adopted != Adopted::In) {
        for (parent, role) in [(&child.mother, "mother"), (&child.father, "father")] {
            let parent = parent.as_ref().and_then(|id| pedigree.get(id));
            found.extend(parent.and_then(|parent| too_young(parent, role, child)));
        }
    }
    found
}

fn died_before_birth(person: &Individual) -> Option<String> {
    let Years { born, died, age } = person.years;
    let (name, mend) = (name(person), "mend the one that is wrong");
    match (born, died, age) {
        (Some(born), Some(died), _) if died < born => Some(format!("{name} died in {died}, before the birth in {born}: {mend}")),
        (Some(born), Some(died), Some(age)) if person.deceased && (i32::from(died) - i32::from(born) - i32::from(age)).abs() > 1 => {
            Some(format!("{name} was born in {born} and died in {died}, and not at {age} years: {mend}"))
        }
        _ => None,
    }
}

fn too_young(parent: &Individual, role: &str, child: &Individual) -> Option<String> {
    let mend = "mend the year that is wrong, or who is whose parent";
    let (elder, younger) = (name(parent), name(child));
    if let (Some(before), Some(after)) = (parent.years.born, child.years.born) {
        let is_wrong = i32::from(after) - i32::from(before) < PARENT_YEARS_MIN;
        return is_wrong.then(|| format!("{elder} (born {before}) is the {role} of {younger} (born {after}): {mend}"));
    }
    // A father may die before the birth, within the year.
    if let (Some(died), Some(born)) = (parent.years.died, child.years.born) {
        let latest = if role == "mother" { died } else { died.saturating_add(1) };
        if born > latest {
            return Some(format!("{elder} (died {died}) is the {role} of {younger} (born {born}): {mend}"));
        }
    }
    // Ages are of one day where both live.
    let (Some(older), Some(age)) = (parent.years.age, child.years.age) else { return None };
    let is_wrong = !parent.deceased && !child.deceased && i32::from(older) - i32::from(age) < PARENT_YEARS_MIN;
    is_wrong.then(|| format!("{elder} ({older} years old) is the {role} of {younger} ({age} years old): {}", mend.replace("year", "age")))
}

fn name(person: &Individual) -> String {
    if person.name.is_empty() || person.name == person.id { person.id.clone() } else { format!("{} ({})", person.name, person.id) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::patient::Sex;

    fn years(born: Option<i16>, died: Option<i16>, age: Option<u16>) -> Years {
        Years { born, died, age }
    }

    /// What is said of a mother and her child.
    fn check(mother: Years, child: Years, expected: &str) {
        let mother = Individual { years: mother, deceased: mother.died.is_some(), ..Individual::new("M", Sex::Female) };
        let child = Individual { mother: Some("M".into()), years: child, name: "Ada".into(), ..Individual::new("P", Sex::Female) };
        assert_eq!(impossible(&Pedigree { people: vec![mother, child] }).join("; "), expected);
    }

    #[test]
    fn a_parent_is_older_than_a_child_and_nobody_dies_before_they_are_born() {
        let mend = "mend the year that is wrong, or who is whose parent";
        let born = |year| years(Some(year), None, None);
        let none = Years::default();
        check(born(1990), born(2019), "");
        check(born(2009), born(2019), "");
        check(born(2010), born(2019), &format!("M (born 2010) is the mother of Ada (P) (born 2019): {mend}"));
        check(born(2020), born(2019), &format!("M (born 2020) is the mother of Ada (P) (born 2019): {mend}"));
        check(none, born(2019), "");
        check(years(None, Some(2018), None), born(2019), &format!("M (died 2018) is the mother of Ada (P) (born 2019): {mend}"));
        check(
            years(None, None, Some(30)),
            years(None, None, Some(25)),
            "M (30 years old) is the mother of Ada (P) (25 years old): mend the age that is wrong, or who is whose parent",
        );
        check(years(None, None, Some(60)), years(None, None, Some(25)), "");
        check(years(Some(1950), Some(1940), None), none, "M died in 1940, before the birth in 1950: mend the one that is wrong");
        check(
            years(Some(1950), Some(2010), Some(40)),
            none,
            "M was born in 1950 and died in 2010, and not at 40 years: mend the one that is wrong",
        );
        check(years(Some(1950), Some(2010), Some(59)), none, "");
    }

    #[test]
    fn the_parents_who_took_a_child_in_may_be_of_any_age() {
        let mother = Individual { years: years(Some(2015), None, None), ..Individual::new("M", Sex::Female) };
        let child = Individual {
            mother: Some("M".into()),
            years: years(Some(2019), None, None),
            adopted: Adopted::In,
            ..Individual::new("P", Sex::Female)
        };
        assert_eq!(impossible(&Pedigree { people: vec![mother, child] }), Vec::<String>::new());
    }

    #[test]
    fn a_drawing_says_years_before_ages() {
        for (known, deceased, label) in [
            (years(Some(1950), Some(2010), Some(60)), true, "b. 1950, d. 2010"),
            (years(Some(1950), None, Some(60)), true, "b. 1950, d. at 60 y"),
            (years(None, None, Some(60)), true, "d. at 60 y"),
            (years(Some(1990), None, Some(30)), false, "b. 1990"),
            (years(None, None, Some(30)), false, "30 y"),
            (Years::default(), true, ""),
        ] {
            assert_eq!(known.label(deceased), label);
        }
        let stored = serde_json::to_string(&Individual::new("P", Sex::Male)).expect("JSON");
        assert!(!stored.contains("years"), "what is not known is not written: {stored}");
        let read: Individual = serde_json::from_str(&stored).expect("read as it was");
        assert!(read.years.is_empty());
    }
}
