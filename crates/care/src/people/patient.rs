//! A person known to the service.

use super::{death::Death, identifier::HospitalNumber, name::too_long};
use crate::{Fold, NhsNumber, PatientId, Refusal, Refusals, StaffId};
pub use genome::Sex;
use jiff::{Timestamp, civil::Date};
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

/// What happened to the record of a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    /// First known.
    Registered(Demographics),
    /// Stated anew, because something was wrong or not known.
    Corrected {
        demographics: Demographics,
        reason: String,
        /// When a hospital's system stated it, where one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stated_at: Option<Timestamp>,
    },
    /// Numbers by which hospitals know them, beside those of before.
    Numbered { numbers: Vec<HospitalNumber> },
    /// Found to be the same person as another record, which stands for both from now on.
    MergedInto { record: PatientId, reason: String },
    /// Another record was found to be of the same person.
    Absorbed { record: PatientId, reason: String },
    /// Found not to be the same person after all.
    Separated { record: PatientId, reason: String },
    /// Only those who are named may open it from now on, beside the laboratory that works on its samples.
    Restricted { named: Vec<StaffId>, reason: String },
    /// Open again to everybody with a relationship.
    Unrestricted { reason: String },
    /// A hospital's system says that they have died; nobody has checked it.
    DeathSaid {
        died: Option<Date>,
        by: String,
        /// When the system stated it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stated_at: Option<Timestamp>,
    },
    /// Somebody has checked that they have died.
    DeathConfirmed { died: Option<Date>, reason: String },
    /// Somebody has checked that they have not.
    DeathMistaken { reason: String },
}

/// A person.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Patient {
    /// Who it is, as last stated; nobody before they are registered.
    pub demographics: Option<Demographics>,
    /// When a hospital's system last stated what changed it.
    pub stated_at: Option<Timestamp>,
    /// Numbers by which hospitals know them.
    pub numbers: Vec<HospitalNumber>,
    /// The record that stands for this one, while they are merged.
    pub merged_into: Option<PatientId>,
    /// Records that this one stands for.
    pub absorbed: Vec<PatientId>,
    /// Who alone may open it, while it is restricted.
    pub restricted_to: Option<Vec<StaffId>>,
    /// What a hospital's system said of their death, and what was found of it.
    pub death: Option<Death>,
    /// Which system said a death last; empty where none did.
    pub death_by: String,
}

/// Age from which a young person may choose for themselves. Source: Family Law Reform Act 1969, section 8.
pub const OWN_CHOICE_AGE_YEARS: i16 = 16;

impl Fold for Patient {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Patient {
        match event {
            Event::Registered(demographics) => self.demographics = Some(demographics.clone()),
            Event::Corrected { demographics, stated_at, .. } => {
                self.demographics = Some(demographics.clone());
                self.stated_at = self.stated_at.max(*stated_at);
            }
            Event::Numbered { numbers } => self.numbers.extend(numbers.iter().cloned()),
            Event::MergedInto { record, .. } => self.merged_into = Some(*record),
            Event::Absorbed { record, .. } => self.absorbed.push(*record),
            Event::Separated { record, .. } => {
                self.merged_into = self.merged_into.filter(|other| other != record);
                self.absorbed.retain(|other| other != record);
            }
            Event::Restricted { named, .. } => self.restricted_to = Some(named.clone()),
            Event::Unrestricted { .. } => self.restricted_to = None,
            Event::DeathSaid { died, by, stated_at } => {
                self.death = Some(Death::Said { died: *died, by: by.clone() });
                self.death_by.clone_from(by);
                self.stated_at = self.stated_at.max(*stated_at);
            }
            Event::DeathConfirmed { died, .. } => self.death = Some(Death::Confirmed { died: *died }),
            Event::DeathMistaken { .. } => {
                let was_confirmed = matches!(self.death, Some(Death::Confirmed { .. }));
                let died = self.death.as_ref().and_then(Death::day);
                self.death = Some(Death::Mistaken { died, by: self.death_by.clone(), was_confirmed });
            }
        }
        self
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

    /// Too young to choose alone.
    pub fn is_child(&self, on: Date) -> bool {
        self.age_years(on) < OWN_CHOICE_AGE_YEARS
    }
}

/// Registers a person.
pub fn register(patient: &Patient, demographics: Demographics, today: Date) -> Result<Vec<Event>, Refusals> {
    let mut refusals = faults(&demographics, today);
    if patient.demographics.is_some() {
        refusals.push(Refusal::new("nhs_number", "This person is already registered"));
    }
    Refusals::check(refusals)?;
    Ok(vec![Event::Registered(demographics)])
}

/// Adds the numbers by which hospitals know somebody; none where all are known.
pub fn number(patient: &Patient, numbers: &[HospitalNumber]) -> Vec<Event> {
    let mut added: Vec<HospitalNumber> = Vec::new();
    for number in numbers.iter().filter(|number| !number.value.is_empty()) {
        if !patient.numbers.iter().chain(&added).any(|known| known.is_same(number)) {
            added.push(number.clone());
        }
    }
    if added.is_empty() { vec![] } else { vec![Event::Numbered { numbers: added }] }
}

/// States anew who somebody is. An NHS number that is known stays: another number is another person.
pub fn correct(patient: &Patient, demographics: Demographics, reason: String, today: Date) -> Result<Vec<Event>, Refusals> {
    restate(patient, demographics, (reason, None), today)
}

/// The same by a hospital's system, which stated it at a time. What it stated before another statement changes nothing any more.
pub fn restate(
    patient: &Patient,
    demographics: Demographics,
    (reason, stated_at): (String, Option<Timestamp>),
    today: Date,
) -> Result<Vec<Event>, Refusals> {
    let Some(known) = &patient.demographics else { return Err(Refusals::one("patient", "There is no such person")) };
    let mut refusals = faults(&demographics, today);
    if matches!(known.nhs_number, Identity::NhsNumber(_)) && known.nhs_number != demographics.nhs_number {
        refusals.push(Refusal::new("nhs_number", "Another NHS number is another person: mark the order as entered in error instead"));
    }
    if *known == demographics {
        refusals.push(Refusal::new("patient", "Nothing would change"));
    }
    if reason.trim().is_empty() {
        refusals.push(Refusal::new("reason", "Say how it was found out"));
    }
    if stated_at.is_some() && stated_at < patient.stated_at {
        refusals.push(Refusal::new("patient", "A later message has changed these details: this one is older, and changed nothing"));
    }
    Refusals::check(refusals)?;
    Ok(vec![Event::Corrected { demographics, reason, stated_at }])
}

fn faults(demographics: &Demographics, today: Date) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (field, name) in [("given_name", &demographics.given_name), ("family_name", &demographics.family_name)] {
        if name.trim().is_empty() {
            refusals.push(Refusal::new(field, format!("Enter the {}", field.replace('_', " "))));
        }
        refusals.extend(too_long(&field.replace('_', " "), name).map(|message| Refusal::new(field, message)));
        if let Some(sign) = name.chars().find(|sign| is_unseen(*sign)) {
            let message =
                format!("The {} holds a sign that nobody sees (U+{:04X}): type it anew", field.replace('_', " "), u32::from(sign));
            refusals.push(Refusal::new(field, message));
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
    refusals
}

/// Controls, and what turns the direction of writing, so that a name is read otherwise than it is kept. Source: Unicode Standard
/// Annex 9, section 2 (explicit formatting characters).
fn is_unseen(sign: char) -> bool {
    sign.is_control() || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Merges a record into another of the same person: the events of each.
pub fn merge(record: (PatientId, &Patient), into: (PatientId, &Patient), reason: &str) -> Result<([Event; 1], [Event; 1]), Refusals> {
    let (Some(one), Some(other)) = (&record.1.demographics, &into.1.demographics) else {
        return Err(Refusals::one("patient", "There is no such person"));
    };
    let mut refusals = Vec::new();
    let mut no = |message: &str| refusals.push(Refusal::new("merge", message));
    if record.0 == into.0 {
        no("This is one and the same record");
    }
    if record.1.merged_into.is_some() || into.1.merged_into.is_some() {
        no("One of the records is merged into another already; use the one that stands for both");
    }
    if !record.1.absorbed.is_empty() {
        no("Other records are merged into the first: merge the other way round, or separate them first");
    }
    if let (Identity::NhsNumber(a), Identity::NhsNumber(b)) = (&one.nhs_number, &other.nhs_number)
        && a != b
    {
        no("Two different NHS numbers are two people");
    }
    if one.sex != other.sex && one.sex != Sex::Unknown && other.sex != Sex::Unknown {
        no("The records have different sexes: correct the wrong one first");
    }
    if one.birth_date != other.birth_date {
        no("The records have different dates of birth: correct the wrong one first");
    }
    if reason.trim().is_empty() {
        no("Say how it is known that this is one person");
    }
    Refusals::check(refusals)?;
    let reason = reason.trim().to_owned();
    Ok(([Event::MergedInto { record: into.0, reason: reason.clone() }], [Event::Absorbed { record: record.0, reason }]))
}

/// Separates a record from the one that stands for it.
pub fn separate(record: (PatientId, &Patient), from: PatientId, reason: &str) -> Result<([Event; 1], [Event; 1]), Refusals> {
    if record.1.merged_into != Some(from) {
        return Err(Refusals::one("merge", "These records are not merged"));
    }
    if reason.trim().is_empty() {
        return Err(Refusals::one("merge", "Say how it is known that these are two people"));
    }
    let reason = reason.trim().to_owned();
    Ok(([Event::Separated { record: from, reason: reason.clone() }], [Event::Separated { record: record.0, reason }]))
}

/// Restricts a record to those who are named; or names others; or, with nobody named, opens it again.
pub fn restrict(patient: &Patient, mut named: Vec<StaffId>, reason: &str) -> Result<Vec<Event>, Refusals> {
    named.sort();
    named.dedup();
    let mut refusals = Vec::new();
    if patient.demographics.is_none() {
        refusals.push(Refusal::new("patient", "There is no such person"));
    }
    if patient.restricted_to == Some(named.clone()) || (named.is_empty() && patient.restricted_to.is_none()) {
        refusals.push(Refusal::new("named", "Nothing would change"));
    }
    if reason.trim().is_empty() {
        refusals.push(Refusal::new("reason", "Say why"));
    }
    Refusals::check(refusals)?;
    let reason = reason.trim().to_owned();
    Ok(vec![if named.is_empty() { Event::Unrestricted { reason } } else { Event::Restricted { named, reason } }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn person(number: Identity, sex: Sex) -> Patient {
        let demographics = Demographics {
            nhs_number: number,
            family_name: "Bell".into(),
            given_name: "Ada".into(),
            birth_date: Date::constant(2026, 11, 1),
            sex,
        };
        Patient::replay(&[Event::Registered(demographics)])
    }

    #[test]
    fn two_records_become_one_and_two_again() {
        let newborn = Identity::Unavailable("newborn".into());
        let number = |text: &str| Identity::NhsNumber(text.parse().expect("a number"));
        let (one, two) = (PatientId(Uuid::from_u128(1)), PatientId(Uuid::from_u128(2)));
        let (first, second) = (person(newborn.clone(), Sex::Female), person(number("9990000018"), Sex::Female));
        let (of_first, of_second) = merge((one, &first), (two, &second), "Same mother and birth").expect("merged");
        let (merged, survivor) = (first.clone().apply(&of_first[0]), second.clone().apply(&of_second[0]));
        assert_eq!((merged.merged_into, survivor.absorbed.as_slice()), (Some(two), [one].as_slice()));
        assert!(merge((one, &merged), (two, &survivor), "again").is_err());
        let (of_first, of_second) = separate((one, &merged), two, "Twins").expect("separated");
        assert_eq!((merged.apply(&of_first[0]), survivor.apply(&of_second[0])), (first.clone(), second.clone()));
        for (other, says) in [(person(number("9990000026"), Sex::Female), "two people"), (person(newborn, Sex::Male), "different sexes")] {
            let refused = merge((one, &second), (two, &other), "guess").expect_err(says).to_string();
            assert!(refused.contains(says), "{refused}");
        }
        assert!(merge((one, &first), (two, &second), " ").is_err(), "without a reason");
    }

    #[test]
    fn a_name_is_read_as_it_is_kept() {
        let named = |name: &str| {
            let known = person(Identity::NhsNumber("9990000018".parse().expect("a number")), Sex::Female).demographics.expect("registered");
            register(&Patient::default(), Demographics { family_name: name.into(), ..known }, Date::constant(2026, 11, 30))
        };
        for name in ["O’Neill-Šťastná", "علي", "De\u{a0}Vries", "नि\u{200d}शा"] {
            assert!(named(name).is_ok(), "{name}");
        }
        for (name, says) in [("Bell\u{202e}nnA", "U+202E"), ("Bell\u{2066}", "U+2066"), ("Be\u{0}ll", "U+0000"), ("Be\nll", "U+000A")] {
            let refused = named(name).expect_err(says).to_string();
            assert!(refused.contains(says), "{refused}");
        }
    }

    #[test]
    fn a_name_is_kept_whole_or_refused_where_no_name_is_so_long() {
        let known = person(Identity::NhsNumber("9990000018".parse().expect("a number")), Sex::Female).demographics.expect("registered");
        let named =
            |given_name: String| register(&Patient::default(), Demographics { given_name, ..known.clone() }, Date::constant(2026, 11, 30));
        let whole = "Šťastná ".repeat(31) + "Bo";
        let kept = Patient::replay(&named(whole.clone()).expect("250 characters"));
        assert_eq!(kept.demographics.map(|who| who.given_name), Some(whole));
        let refused = named("x".repeat(10_000)).expect_err("no name").to_string();
        assert!(refused.contains("The given name has 10000 characters, and no name has more than 250"), "{refused}");
        assert!(
            correct(
                &person(known.nhs_number.clone(), Sex::Female),
                Demographics { family_name: "x".repeat(251), ..known.clone() },
                "x".into(),
                Date::constant(2026, 11, 30)
            )
            .is_err()
        );
    }

    #[test]
    fn a_number_is_added_and_never_replaced() {
        let today = Date::constant(2026, 11, 21);
        let newborn = person(Identity::Unavailable("newborn".into()), Sex::Female);
        let known = newborn.demographics.clone().expect("registered");
        let number = |text: &str| Identity::NhsNumber(text.parse().expect("a number"));
        let known = Demographics { nhs_number: number("9990000018"), ..known.clone() };
        let corrected = correct(&newborn, known.clone(), "Number issued".into(), today).expect("corrected");
        let after = corrected.iter().fold(newborn.clone(), Fold::apply);
        assert_eq!(after.demographics, Some(known.clone()));
        let other = Demographics { nhs_number: number("9990000026"), ..known.clone() };
        assert!(correct(&after, other, "x".into(), today).expect_err("another").to_string().contains("another person"));
        assert!(correct(&after, known, "x".into(), today).expect_err("same").to_string().contains("Nothing would change"));
    }
}
