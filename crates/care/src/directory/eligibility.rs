//! Who may have a test: criteria that are asked one by one, each with plain wording.

use super::test::Test;
use crate::{
    Refusal,
    people::patient::{Demographics, Sex},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// One criterion. Those about age and sex must all hold; of the others one is enough.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Criterion {
    /// Younger than so many years.
    Under(u8),
    /// So many years old or older.
    From(u8),
    /// Of one sex.
    Of(Sex),
    /// A specialist has reviewed the case: of what.
    Review(String),
    /// A treatment is planned or possible if the test finds something: which.
    Treatment(String),
    /// Something is known or suspected of the patient: what.
    Finding(String),
    /// The result will help diagnosis or treatment.
    Aid,
}

/// Text that is no criterion.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no criterion: aid, age < 18, age >= 16, sex F, sex M, review: …, treatment: … or finding: …")]
pub struct NotACriterion(pub String);

impl Criterion {
    /// Asked of whoever orders; age and sex are seen from the patient instead.
    pub fn is_asked(&self) -> bool {
        !matches!(self, Criterion::Under(_) | Criterion::From(_) | Criterion::Of(_))
    }

    /// In words for whoever orders.
    pub fn label(&self) -> String {
        match self {
            Criterion::Under(years) => format!("The patient is under {years} years old"),
            Criterion::From(years) => format!("The patient is {years} years old or older"),
            Criterion::Of(Sex::Female) => "The patient is female".into(),
            Criterion::Of(Sex::Male) => "The patient is male".into(),
            Criterion::Of(Sex::Unknown) => "The patient is of any sex".into(),
            Criterion::Review(specialist) => format!("Review by specialist {specialist} finds that the result will help"),
            Criterion::Treatment(what) => format!("The patient could be treated with {what}, depending on the result"),
            Criterion::Finding(what) => format!("Known or suspected: {what}"),
            Criterion::Aid => "The result will help diagnosis or treatment".into(),
        }
    }
}

impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Criterion::Under(years) => write!(f, "age < {years}"),
            Criterion::From(years) => write!(f, "age >= {years}"),
            Criterion::Of(Sex::Female) => f.write_str("sex F"),
            Criterion::Of(Sex::Male) => f.write_str("sex M"),
            Criterion::Of(Sex::Unknown) => f.write_str("sex U"),
            Criterion::Review(specialist) => write!(f, "review: {specialist}"),
            Criterion::Treatment(what) => write!(f, "treatment: {what}"),
            Criterion::Finding(what) => write!(f, "finding: {what}"),
            Criterion::Aid => f.write_str("aid"),
        }
    }
}

impl FromStr for Criterion {
    type Err = NotACriterion;
    fn from_str(text: &str) -> Result<Criterion, NotACriterion> {
        let wrong = || NotACriterion(text.to_owned());
        let text = text.trim();
        let years = |rest: &str| rest.trim().parse::<u8>().map_err(|_| wrong());
        let named = |rest: &str| Some(rest.trim().to_owned()).filter(|what| !what.is_empty() && !what.contains(';')).ok_or_else(wrong);
        if let Some(rest) = text.strip_prefix("age <") {
            return Ok(Criterion::Under(years(rest)?));
        }
        if let Some(rest) = text.strip_prefix("age >=") {
            return Ok(Criterion::From(years(rest)?));
        }
        match (text, text.split_once(':')) {
            ("aid", _) => Ok(Criterion::Aid),
            ("sex F", _) => Ok(Criterion::Of(Sex::Female)),
            ("sex M", _) => Ok(Criterion::Of(Sex::Male)),
            ("sex U", _) => Ok(Criterion::Of(Sex::Unknown)),
            (_, Some(("review", rest))) => Ok(Criterion::Review(named(rest)?)),
            (_, Some(("treatment", rest))) => Ok(Criterion::Treatment(named(rest)?)),
            (_, Some(("finding", rest))) => Ok(Criterion::Finding(named(rest)?)),
            _ => Err(wrong()),
        }
    }
}

impl From<Criterion> for String {
    fn from(criterion: Criterion) -> String {
        criterion.to_string()
    }
}

impl TryFrom<String> for Criterion {
    type Error = NotACriterion;
    fn try_from(text: String) -> Result<Criterion, NotACriterion> {
        text.parse()
    }
}

/// Criteria from a line of text, separated by semicolons.
pub fn read(line: &str) -> Result<Vec<Criterion>, NotACriterion> {
    line.split(';').filter(|part| !part.trim().is_empty()).map(str::parse).collect()
}

/// The line of text.
pub fn line(criteria: &[Criterion]) -> String {
    criteria.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Years from which somebody is no child. Source: Children Act 1989, section 105(1).
const ADULT_AGE_YEARS: u8 = 18;

/// Where the criteria of a directory are published as documents.
pub const PUBLISHED_AT: &str = "https://www.england.nhs.uk/publication/national-genomic-test-directories/";

/// What the published name of an indication says of the patient's age where the sheet has no criterion about age: a test of "children"
/// is for nobody older.
fn age_by_name(test: &Test) -> Option<Criterion> {
    let has_age = test.criteria.iter().any(|c| matches!(c, Criterion::Under(_) | Criterion::From(_)));
    let is_of_children = test.indication.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "children");
    (is_of_children && !has_age).then_some(Criterion::Under(ADULT_AGE_YEARS))
}

/// What must be so of the patient's age and sex: the criteria of the directory, and what the published name of the test says.
pub fn fixed(test: &Test) -> Vec<Criterion> {
    test.criteria.iter().filter(|c| !c.is_asked()).cloned().chain(age_by_name(test)).collect()
}

/// Who a test is of, as far as that decides which test fits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// Somebody who lives.
    Living,
    /// A fetus.
    Unborn,
    /// Somebody who died.
    Deceased {
        /// When.
        on: Date,
    },
}

impl Subject {
    /// The day on which the age of the patient counts: today, or the day of the death.
    pub fn age_counts_on(self, today: Date) -> Date {
        match self {
            Subject::Deceased { on } => on,
            Subject::Living | Subject::Unborn => today,
        }
    }
}

/// Whether a patient's age and sex fit a criterion; nothing where it is about something else, or the sex is not known.
pub fn fits(criterion: &Criterion, patient: &Demographics, on: Date) -> Option<bool> {
    let age = patient.age_years(on);
    match criterion {
        Criterion::Under(years) => Some(age < i16::from(*years)),
        Criterion::From(years) => Some(age >= i16::from(*years)),
        Criterion::Of(sex) if sex.is_known() && patient.sex.is_known() => Some(patient.sex == *sex),
        _ => None,
    }
}

/// What of a patient does not fit, and what to do.
pub fn faults(test: &Test, patient: &Demographics, on: Date) -> Vec<Refusal> {
    let reason = |criterion: &Criterion| {
        let message = format!(
            "{} does not fit a criterion of the test ({}). Choose another test, check the date of birth and sex, or ask the laboratory",
            patient.full_name(),
            criterion.label().to_lowercase()
        );
        Refusal::new("eligibility", message)
    };
    fixed(test).iter().filter(|criterion| fits(criterion, patient, on) == Some(false)).map(reason).collect()
}

/// Words of published names that say when a condition begins, in small letters.
const OF_CHILDHOOD: [&str; 4] = ["childhood", "infan", "neonat", "paediatric"];
const OF_ADULTHOOD: [&str; 2] = ["adult onset", "adulthood"];
/// Words of published names that say that a test is of a fetus, or of a pregnancy.
const OF_FETUS: [&str; 2] = ["fetal anomalies", "prenatal diagnosis"];

/// What somebody should think of again before they order: what the published name of the test says, and the patient is not. The name
/// alone does not settle it, so that it is for whoever orders to say that it was considered.
pub fn cautions(test: &Test, subject: Subject, patient: &Demographics, today: Date) -> Vec<String> {
    let name = test.indication.to_lowercase();
    let names = |list: &[&str]| list.iter().any(|word| name.contains(word));
    let age = patient.age_years(subject.age_counts_on(today));
    let is_adult = age >= i16::from(ADULT_AGE_YEARS);
    let is_born = subject != Subject::Unborn;
    let is_after_death = name.contains("unexplained death") && !name.contains("survivor");
    let checks = [
        (is_born && is_adult && names(&OF_CHILDHOOD), format!("a condition of childhood, and the patient is {age} years old")),
        (is_born && !is_adult && names(&OF_ADULTHOOD), format!("a condition that begins in adults, and the patient is {age} years old")),
        (is_born && names(&OF_FETUS), "a fetus, and the order is for somebody who is born".into()),
        (is_after_death && subject == Subject::Living, "a death, and the order does not say that the patient has died".into()),
        (patient.sex == Sex::Male && name.contains("ovarian insufficiency"), "a condition of women, and the patient is male".into()),
    ];
    checks.into_iter().filter(|(applies, _)| *applies).map(|(_, what)| format!("“{}” is about {what}", test.indication)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::patient::Identity;

    fn patient(year: i16, sex: Sex) -> Demographics {
        Demographics {
            nhs_number: Identity::Unavailable("test".into()),
            family_name: "Bell".into(),
            given_name: "Ada".into(),
            birth_date: Date::constant(year, 6, 1),
            sex,
        }
    }

    /// A test with this name and these criteria.
    fn named(indication: &str, criteria: Vec<Criterion>) -> Test {
        Test {
            code: "R14.1".parse().expect("a code"),
            indication: indication.into(),
            group: String::new(),
            scope: String::new(),
            method: "WGS".into(),
            target: String::new(),
            panels: vec![],
            genes: vec![],
            criteria,
            turnaround_days_max: 14,
        }
    }

    #[test]
    fn a_test_of_children_is_never_for_an_adult_whatever_the_sheet_lacks() {
        let acute = named("Acutely unwell children with a likely monogenic disorder", vec![]);
        let today = Date::constant(2026, 11, 21);
        let refused = faults(&acute, &patient(1959, Sex::Female), today);
        assert!(refused.len() == 1 && refused[0].message.contains("under 18 years old"), "{refused:?}");
        assert!(faults(&acute, &patient(2021, Sex::Female), today).is_empty());
        // Of somebody who died as a child the age then counts.
        let died = Subject::Deceased { on: Date::constant(1970, 1, 1) };
        assert!(faults(&acute, &patient(1959, Sex::Female), died.age_counts_on(today)).is_empty());
        // A criterion about age that is published goes before what the name says.
        let own = named("Children and young people", vec![Criterion::Under(25)]);
        assert!(faults(&own, &patient(2003, Sex::Female), today).is_empty());
    }

    #[test]
    fn what_the_name_says_and_the_patient_is_not_is_to_be_considered() {
        let today = Date::constant(2026, 11, 21);
        let cautions = |name: &str, year, sex| cautions(&named(name, vec![]), Subject::Living, &patient(year, sex), today);
        assert!(cautions("Hypotonic infant", 1959, Sex::Male)[0].contains("67 years old"));
        assert!(cautions("Adult onset leukodystrophy", 2020, Sex::Male)[0].contains("begins in adults"));
        assert!(cautions("Fetal anomalies with a likely genetic cause", 2020, Sex::Male)[0].contains("a fetus"));
        assert!(cautions("Unexplained death in infancy", 2020, Sex::Male)[0].contains("a death"));
        assert!(cautions("Premature ovarian insufficiency", 1990, Sex::Male)[0].contains("of women"));
        assert!(cautions("Monogenic hearing loss", 1959, Sex::Male).is_empty());
        assert!(cautions("Childhood onset leukodystrophy", 2020, Sex::Male).is_empty());
    }

    #[test]
    fn criteria_are_read_and_written_and_asked_of_the_patient() {
        let text = "age < 18; age >= 1; sex F; review: neuropathology; treatment: an NTRK inhibitor; finding: myelodysplasia; aid";
        let criteria = read(text).expect("criteria");
        assert_eq!(line(&criteria), text);
        assert_eq!(criteria.iter().filter(|c| c.is_asked()).count(), 4);
        for wrong in ["age < old", "review:", "sex X", "whatever"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let today = Date::constant(2026, 11, 21);
        let test = named("Any", criteria.clone());
        let missed = |year, sex| faults(&test, &patient(year, sex), today).len();
        assert_eq!(
            (missed(2015, Sex::Female), missed(1990, Sex::Female), missed(1990, Sex::Male), missed(2026, Sex::Unknown)),
            (0, 1, 2, 1)
        );
        let message = faults(&test, &patient(1990, Sex::Female), today).remove(0).message;
        assert!(message.contains("under 18 years old") && message.contains("Choose another test"), "{message}");
    }
}
