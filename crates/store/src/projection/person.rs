//! People, who alone may open their records, and emergency access to them.

use super::{Slice, fold};
use crate::{Entry, line::line};
use care::{
    StaffId,
    event::StreamName,
    people::{
        death::Death,
        emergency::Emergencies,
        patient::{Demographics, Identity, Patient},
    },
};
use jiff::{Timestamp, civil::Date};
use std::collections::BTreeMap;

/// A death that a hospital's system says and nobody has checked.
pub(crate) const DEATH_SAID: &str = "said";

line! {
    struct PersonRow in "patient_view" {
        id: String = "patient_id",
        nhs_number: Option<String> = "nhs_number",
        family_name: String = "family_name",
        given_name: String = "given_name",
        birth_date: Date = "birth_date",
        /// Whether a death has to be checked, which a hospital's system says.
        death: String = "death",
    }
}

line! {
    struct NumberRow in "hospital_number" keys 2 {
        id: String = "patient_id",
        number: String = "number",
    }
}

line! {
    struct RestrictionRow in "restriction_view" {
        id: String = "patient_id",
        named: Vec<StaffId> = "named",
    }
}

line! {
    struct EmergencyRow in "emergency_view" keys 2 {
        id: String = "patient_id",
        staff: StaffId = "staff_id",
        /// Seconds since 1970.
        until: i64 = "until",
    }
}

impl PersonRow {
    fn new(id: &str, who: Demographics, death: Option<&Death>) -> PersonRow {
        let nhs_number = match who.nhs_number {
            Identity::NhsNumber(number) => Some(number.into()),
            Identity::Unavailable(_) | Identity::Fetus => None,
        };
        let Demographics { family_name, given_name, birth_date, .. } = who;
        let death = if matches!(death, Some(Death::Said { .. })) { DEATH_SAID } else { "" };
        PersonRow { id: id.to_owned(), nhs_number, family_name, given_name, birth_date, death: death.to_owned() }
    }
}

pub(super) fn of_patient(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let (patient, id) = (fold::<Patient>(entries)?, stream.id.to_owned());
    let name = stream.to_string();
    let person = patient.demographics.map(|who| PersonRow::new(&id, who, patient.death.as_ref()));
    let restriction = patient.restricted_to.map(|named| RestrictionRow { id: id.clone(), named });
    let numbers = patient.numbers.iter().map(|number| NumberRow { number: number.key(), id: id.clone() });
    let numbers = Slice::new(&name, id.clone(), numbers);
    Ok(vec![Slice::new(&name, id.clone(), person), numbers, Slice::new(&name, id, restriction)])
}

pub(super) fn of_emergencies(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let last: BTreeMap<StaffId, Timestamp> = fold::<Emergencies>(entries)?.0.into_iter().map(|o| (o.by.id, o.until)).collect();
    let rows = last.into_iter().map(|(staff, until)| EmergencyRow { id: stream.id.into(), staff, until: until.as_second() });
    Ok(vec![Slice::new(stream.to_string(), stream.id, rows)])
}
