//! People, who alone may open their records, and emergency access to them.

use super::{Slice, TableRow, fold};
use crate::Entry;
use crate::database::Value;
use care::{
    StaffId,
    event::StreamName,
    people::{
        emergency::Emergencies,
        patient::{Demographics, Identity, Patient},
    },
};
use jiff::Timestamp;
use std::collections::BTreeMap;

struct PersonRow {
    id: String,
    who: Demographics,
}

impl TableRow for PersonRow {
    const TABLE: &'static str = "patient_view";
    const COLUMNS: &'static [&'static str] = &["patient_id", "nhs_number", "family_name", "given_name", "birth_date"];

    fn values(&self) -> Vec<Value> {
        let number: Option<String> = match self.who.nhs_number {
            Identity::NhsNumber(number) => Some(number.into()),
            Identity::Unavailable(_) | Identity::Fetus => None,
        };
        let who = &self.who;
        let names = [who.family_name.clone(), who.given_name.clone(), who.birth_date.to_string()].map(Value::from);
        [self.id.clone().into(), number.into()].into_iter().chain(names).collect()
    }
}

struct NumberRow {
    number: String,
    id: String,
}

impl TableRow for NumberRow {
    const TABLE: &'static str = "hospital_number";
    const COLUMNS: &'static [&'static str] = &["patient_id", "number"];
    const KEYS: usize = 2;

    fn values(&self) -> Vec<Value> {
        vec![self.id.clone().into(), self.number.clone().into()]
    }
}

struct RestrictionRow {
    id: String,
    named: Vec<StaffId>,
}

impl TableRow for RestrictionRow {
    const TABLE: &'static str = "restriction_view";
    const COLUMNS: &'static [&'static str] = &["patient_id", "named"];

    fn values(&self) -> Vec<Value> {
        vec![self.id.clone().into(), serde_json::to_string(&self.named).expect("identifiers are plain data").into()]
    }
}

struct EmergencyRow {
    id: String,
    staff: StaffId,
    until: Timestamp,
}

impl TableRow for EmergencyRow {
    const TABLE: &'static str = "emergency_view";
    const COLUMNS: &'static [&'static str] = &["patient_id", "staff_id", "until"];
    const KEYS: usize = 2;

    fn values(&self) -> Vec<Value> {
        vec![self.id.clone().into(), self.staff.to_string().into(), self.until.as_second().into()]
    }
}

pub(super) fn of_patient(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let (patient, id) = (fold::<Patient>(entries)?, stream.id.to_owned());
    let name = stream.to_string();
    let person = patient.demographics.map(|who| PersonRow { id: id.clone(), who });
    let restriction = patient.restricted_to.map(|named| RestrictionRow { id: id.clone(), named });
    let numbers = patient.numbers.iter().map(|number| NumberRow { number: number.key(), id: id.clone() });
    let numbers = Slice::new(&name, id.clone(), numbers);
    Ok(vec![Slice::new(&name, id.clone(), person), numbers, Slice::new(&name, id, restriction)])
}

pub(super) fn of_emergencies(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let last: BTreeMap<StaffId, Timestamp> = fold::<Emergencies>(entries)?.0.into_iter().map(|o| (o.by.id, o.until)).collect();
    let rows = last.into_iter().map(|(staff, until)| EmergencyRow { id: stream.id.into(), staff, until });
    Ok(vec![Slice::new(stream.to_string(), stream.id, rows)])
}
