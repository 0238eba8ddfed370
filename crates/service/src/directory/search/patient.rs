//! Whom a test is looked for: a test that cannot be theirs by age, sex or life is set aside, and why is said.

use care::{
    directory::{Test, eligibility::Criterion},
    people::patient::Sex,
};

/// What is known of the person; whatever is unknown sets nothing aside.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Patient {
    /// Sex, where it is known.
    pub sex: Option<Sex>,
    /// Age in whole years, where it is known.
    pub age_years: Option<i16>,
    /// Not born, alive or dead, where it is known.
    pub life: Option<Life>,
}

/// Where somebody is in life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Life {
    /// A fetus.
    Unborn,
    /// Born and alive.
    Alive,
    /// Has died.
    Dead,
}

/// What an indication says, in its own words, of whom it is for.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    UnderYears(i16),
    FromYears(i16),
    Dead,
    Pregnancy,
    Of(Sex),
}

/// Words of an indication, in small letters, and whom it can then be for. The words are those of the directories in force; years
/// where they name an age only in words: children are under 18 (Children Act 1989, section 105), a tumour of children is ordered up
/// to the 25th birthday (NHS England, service specifications for teenagers and young adults with cancer: 16 to 24 years). That adult
/// onset is not before 16, and a newborn's test not from the second birthday, is unconfirmed: no published source found.
const RULES: &[(&str, Rule)] = &[
    ("unwell children", Rule::UnderYears(18)),
    ("adult onset", Rule::FromYears(16)),
    ("onset in adulthood", Rule::FromYears(16)),
    ("- adult", Rule::FromYears(16)),
    ("- paediatric", Rule::UnderYears(25)),
    ("newborn screening", Rule::UnderYears(2)),
    ("presenting neonatally", Rule::UnderYears(2)),
    ("death in infancy", Rule::Dead),
    ("y chromosome", Rule::Of(Sex::Male)),
    ("prostate cancer", Rule::Of(Sex::Male)),
    ("testicular", Rule::Of(Sex::Male)),
    ("ovarian cancer (without", Rule::Of(Sex::Female)),
    ("ovarian carcinoma", Rule::Of(Sex::Female)),
    ("ovarian insufficiency", Rule::Of(Sex::Female)),
    ("endometrial", Rule::Of(Sex::Female)),
    ("uterine", Rule::Of(Sex::Female)),
    ("fetal anomalies", Rule::Pregnancy),
    ("fetus with", Rule::Pregnancy),
    ("prenatal", Rule::Pregnancy),
    ("nipd", Rule::Pregnancy),
    ("miscarriage", Rule::Pregnancy),
];

/// Ages between which somebody may be pregnant; wide, since what is outside is set aside. Unconfirmed: no published source found.
const PREGNANT_YEARS: std::ops::RangeInclusive<i16> = 10..=60;

impl Patient {
    /// The first rule of a test that this person breaks, in words; nothing where it can be for them, or too little is known.
    pub(super) fn breaks(&self, rules: &[Rule]) -> Option<&'static str> {
        rules.iter().find_map(|rule| self.breaks_one(*rule))
    }

    fn breaks_one(&self, rule: Rule) -> Option<&'static str> {
        let has_age = |is_wrong: fn(i16, i16) -> bool, years| self.age_years.is_some_and(|age| is_wrong(age, years));
        match rule {
            Rule::UnderYears(years) => has_age(|age, years| age >= years, years).then_some("the patient is too old for it"),
            Rule::FromYears(years) => {
                (has_age(|age, years| age < years, years) || self.life == Some(Life::Unborn)).then_some("the patient is too young for it")
            }
            Rule::Dead => matches!(self.life, Some(Life::Alive | Life::Unborn)).then_some("the patient is alive"),
            Rule::Of(sex) => self.sex.is_some_and(|of| of != sex).then_some(match sex {
                Sex::Female => "it is for women",
                _ => "it is for men",
            }),
            Rule::Pregnancy => {
                let cannot = self.sex == Some(Sex::Male) || self.age_years.is_some_and(|age| !PREGNANT_YEARS.contains(&age));
                (cannot && self.life != Some(Life::Unborn)).then_some("it is for a pregnancy")
            }
        }
    }
}

/// Whom a test is for, by the words of its indication and by its criteria about age and sex.
pub(super) fn rules(test: &Test) -> Vec<Rule> {
    let name = test.indication.to_lowercase();
    // One of `adult and paediatric` is for both.
    let is_for_all = name.ends_with("adult and paediatric");
    let by_name = RULES.iter().filter(|(phrase, _)| !is_for_all && name.contains(phrase)).map(|(_, rule)| *rule);
    by_name.chain(test.criteria.iter().filter_map(rule)).collect()
}

/// The rule of a criterion about age or sex.
fn rule(criterion: &Criterion) -> Option<Rule> {
    match criterion {
        Criterion::Under(years) => Some(Rule::UnderYears(i16::from(*years))),
        Criterion::From(years) => Some(Rule::FromYears(i16::from(*years))),
        Criterion::Of(Sex::Unknown) => None,
        Criterion::Of(sex) => Some(Rule::Of(*sex)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::builtin;
    use care::directory::Branch;

    fn misfit(code: &str, patient: Patient) -> Option<&'static str> {
        let all = Branch::ALL.map(|branch| builtin::versions(branch).expect("data of the project").pop().expect("a version").tests);
        let test = all.iter().flatten().find(|test| test.code.indication() == code).expect(code);
        patient.breaks(&rules(test))
    }

    #[test]
    fn a_test_that_cannot_be_theirs_is_set_aside_and_what_is_unknown_sets_nothing_aside() {
        let of = |sex, age: i16, life| Patient { sex: Some(sex), age_years: Some(age), life };
        let (boy, woman) = (of(Sex::Male, 3, Some(Life::Alive)), of(Sex::Female, 34, None));
        assert_eq!(misfit("R441", boy), Some("the patient is alive"));
        assert_eq!(misfit("R441", of(Sex::Male, 0, Some(Life::Dead))), None);
        assert_eq!(misfit("R14", of(Sex::Male, 67, None)), Some("the patient is too old for it"));
        assert_eq!(misfit("R54", boy), Some("the patient is too young for it"));
        assert_eq!(misfit("R207", boy), Some("it is for women"));
        assert_eq!(misfit("R411", woman), Some("it is for men"));
        assert_eq!(misfit("R21", boy), Some("it is for a pregnancy"));
        assert_eq!(misfit("M145", woman), Some("the patient is too old for it"));
        let fetus = Patient { sex: Some(Sex::Male), age_years: None, life: Some(Life::Unborn) };
        for (code, patient) in [
            ("R21", woman),
            ("R21", fetus),
            ("R208", boy),
            ("M190", boy),
            ("M190", woman),
            ("R55", woman),
            ("R441", Patient::default()),
            ("R207", Patient::default()),
            ("R14", Patient::default()),
        ] {
            assert_eq!(misfit(code, patient), None, "{code}");
        }
    }
}
