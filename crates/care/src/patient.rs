//! A person known to the service.

use crate::{Fold, NhsNumber, Refusal, Refusals};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Who somebody is, as last stated.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Demographics {
    /// NHS number, or why there is none.
    pub nhs_number: Identity,
    /// Family name.
    pub family_name: String,
    /// Given name.
    pub given_name: String,
    /// Date of birth.
    pub birth_date: Date,
    /// Sex for the purpose of interpretation.
    pub sex: Sex,
}

/// An NHS number is known, or it is said why not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Identity {
    /// Known.
    NhsNumber(NhsNumber),
    /// Not available, with the reason.
    Unavailable(String),
    /// Not born: the date of birth is the estimated date of delivery.
    Fetus,
}

/// Administrative sex codes needed by interpretation (NHS Data Dictionary, person phenotypic sex).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Sex {
    Female,
    Male,
    Unknown,
}

/// What happened to the record of a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Event {
    /// First known.
    Registered(Demographics),
}

/// A person.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Patient {
    /// Nobody yet.
    #[default]
    Unknown,
    /// Known.
    Registered(Demographics),
}

/// Age from which a young person may choose for themselves. Source: Family Law Reform Act 1969, section 8.
pub const OWN_CHOICE_AGE_YEARS: i16 = 16;

impl Fold for Patient {
    type Event = Event;
    fn apply(self, event: &Event) -> Patient {
        match event {
            Event::Registered(demographics) => Patient::Registered(demographics.clone()),
        }
    }
}

impl Demographics {
    /// Both names.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }

    /// Whole years on a day.
    pub fn age_years(&self, on: Date) -> i16 {
        let had_birthday = (on.month(), on.day()) >= (self.birth_date.month(), self.birth_date.day());
        on.year() - self.birth_date.year() - i16::from(!had_birthday)
    }

    /// The same person: by NHS number where both have one, else by family name and date of birth.
    pub fn is_same_person(&self, other: &Demographics) -> bool {
        match (&self.nhs_number, &other.nhs_number) {
            (Identity::NhsNumber(a), Identity::NhsNumber(b)) => a == b,
            _ => self.birth_date == other.birth_date && self.family_name.eq_ignore_ascii_case(&other.family_name),
        }
    }

    /// Too young to choose alone.
    pub fn is_child(&self, on: Date) -> bool {
        self.age_years(on) < OWN_CHOICE_AGE_YEARS
    }
}

/// Registers a person.
pub fn register(patient: &Patient, demographics: Demographics, today: Date) -> Result<Vec<Event>, Refusals> {
    let mut refusals = Vec::new();
    if matches!(patient, Patient::Registered(_)) {
        refusals.push(Refusal::new("nhs_number", "This person is already registered"));
    }
    for (field, name) in [("given_name", &demographics.given_name), ("family_name", &demographics.family_name)] {
        if name.trim().is_empty() {
            refusals.push(Refusal::new(field, format!("Enter the {}", field.replace('_', " "))));
        }
    }
    let last = if demographics.nhs_number == Identity::Fetus { today.saturating_add(jiff::Span::new().weeks(44)) } else { today };
    if demographics.birth_date > last {
        refusals
            .push(Refusal::new("birth_date", "The date of birth must be in the past (for a fetus, the date of delivery within 44 weeks)"));
    }
    if demographics.age_years(today) > 130 {
        refusals.push(Refusal::new("birth_date", "Check the year of birth: it is more than 130 years ago"));
    }
    Refusals::check(refusals)?;
    Ok(vec![Event::Registered(demographics)])
}
