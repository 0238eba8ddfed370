//! Who may have a test: criteria that are asked one by one, each with plain wording.

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

/// What of a patient does not fit, and what to do.
pub fn faults(criteria: &[Criterion], patient: &Demographics, today: Date) -> Vec<Refusal> {
    let age = patient.age_years(today);
    let misses = |criterion: &&Criterion| match criterion {
        Criterion::Under(years) => age >= i16::from(*years),
        Criterion::From(years) => age < i16::from(*years),
        Criterion::Of(sex) => *sex != Sex::Unknown && patient.sex != Sex::Unknown && patient.sex != *sex,
        _ => false,
    };
    let reason = |criterion: &Criterion| {
        let message = format!(
            "{} does not fit a criterion of the test ({}). Choose another test, check the date of birth and sex, or ask the laboratory",
            patient.full_name(),
            criterion.label().to_lowercase()
        );
        Refusal::new("eligibility", message)
    };
    criteria.iter().filter(misses).map(reason).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::patient::Identity;

    #[test]
    fn criteria_are_read_and_written_and_asked_of_the_patient() {
        let text = "age < 18; age >= 1; sex F; review: neuropathology; treatment: an NTRK inhibitor; finding: myelodysplasia; aid";
        let criteria = read(text).expect("criteria");
        assert_eq!(line(&criteria), text);
        assert_eq!(criteria.iter().filter(|c| c.is_asked()).count(), 4);
        for wrong in ["age < old", "review:", "sex X", "whatever"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let patient = |year, sex| Demographics {
            nhs_number: Identity::Unavailable("test".into()),
            family_name: "Bell".into(),
            given_name: "Ada".into(),
            birth_date: Date::constant(year, 6, 1),
            sex,
        };
        let today = Date::constant(2026, 11, 21);
        let missed = |year, sex| faults(&criteria, &patient(year, sex), today).len();
        assert_eq!(
            (missed(2015, Sex::Female), missed(1990, Sex::Female), missed(1990, Sex::Male), missed(2026, Sex::Unknown)),
            (0, 1, 2, 1)
        );
        let message = faults(&criteria, &patient(1990, Sex::Female), today).remove(0).message;
        assert!(message.contains("under 18 years old") && message.contains("Choose another test"), "{message}");
    }
}
