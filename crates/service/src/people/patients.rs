//! Registering people.

use crate::{
    Desk, ServiceResult,
    intent::Intent,
    ordering::generations,
    people::identify::{self, Found},
    shown::as_shown,
};
use access::Action;
use care::{
    PatientId, Refusal, Refusals,
    people::{
        identifier::HospitalNumber,
        patient::{self, Demographics, Event, Identity, Patient},
        stated,
    },
};
use std::collections::{BTreeMap, BTreeSet};
use store::{Change, Loaded};

/// Registers a person; somebody who is already known by NHS number is found, not made twice.
#[crate::boxed]
pub async fn register(desk: &Desk, demographics: Demographics) -> ServiceResult<PatientId> {
    let mut intent = Intent::default();
    let id = register_in(desk, &mut intent, demographics, &[]).await?;
    intent.commit(desk).await?;
    Ok(id)
}

/// The same as a step of an intent. Somebody who is known gets the numbers that were not known of them.
pub(crate) async fn register_in(
    desk: &Desk,
    intent: &mut Intent,
    demographics: Demographics,
    numbers: &[HospitalNumber],
) -> ServiceResult<PatientId> {
    let permit = desk.permit_general(Action::RegisterPatient).await?;
    let seen = identify::seen(desk, numbers).await?;
    let found = identify::identify(desk, &permit, intent, &demographics, numbers).await?;
    let id = found.as_ref().map_or_else(|| PatientId(desk.new_id()), |found| found.patient);
    let loaded = intent.load::<Patient>(desk, &permit, id.stream()).await?;
    let mut events = match &found {
        None => patient::register(&loaded.state, demographics.clone(), desk.today())?,
        Some(found) => nhs_number_learned(desk, &loaded.state, found, &demographics)?,
    };
    // A fetus is sent with the numbers of its mother.
    if demographics.nhs_number != Identity::Fetus {
        events.extend(patient::number(&loaded.state, numbers));
        intent.number(id, numbers);
    }
    if !events.is_empty() {
        let mut change = Change { seen, ..Change::default() };
        change.add(&loaded, &events);
        intent.add(desk, permit, change);
    }
    if found.is_none() {
        intent.register(id, demographics);
    }
    Ok(id)
}

/// The NHS number of somebody who was known by a hospital's number alone.
fn nhs_number_learned(desk: &Desk, record: &Patient, found: &Found, stated: &Demographics) -> Result<Vec<Event>, Refusals> {
    match (&found.demographics.nhs_number, &stated.nhs_number) {
        (Identity::Unavailable(_), Identity::NhsNumber(_)) => {
            let known = Demographics { nhs_number: stated.nhs_number.clone(), ..found.demographics.clone() };
            let reason = "The requesting system sent the NHS number with the number by which the hospital knows the person".to_owned();
            patient::correct(record, known, reason, desk.today())
        }
        _ => Ok(vec![]),
    }
}

/// Who somebody is.
#[crate::boxed]
pub async fn demographics(desk: &Desk, permit: &access::Permit, patient: PatientId) -> ServiceResult<Demographics> {
    let record_state = desk.service.store.load::<Patient>(permit, patient.stream()).await?.state;
    record_state.demographics.ok_or(crate::ServiceError::NotFound("patient"))
}

/// The record of a person.
#[crate::boxed]
pub async fn record(desk: &Desk, permit: &access::Permit, patient: PatientId) -> ServiceResult<Patient> {
    Ok(desk.service.store.load::<Patient>(permit, patient.stream()).await?.state)
}

/// The records of one person: the one that stands for all, then those that are merged into it.
#[crate::boxed]
pub async fn records(desk: &Desk, permit: &access::Permit, patient: PatientId) -> ServiceResult<Vec<PatientId>> {
    let record_state = desk.service.store.load::<Patient>(permit, patient.stream()).await?.state;
    let first = record_state.merged_into.unwrap_or(patient);
    let absorbed = match record_state.merged_into {
        Some(into) => desk.service.store.load::<Patient>(permit, into.stream()).await?.state.absorbed,
        None => record_state.absorbed,
    };
    Ok([first].into_iter().chain(absorbed).collect())
}

/// The records of each of several people, as `records` gives them.
pub(crate) async fn records_of_each(
    desk: &Desk,
    permit: &access::Permit,
    patients: &BTreeSet<PatientId>,
) -> ServiceResult<BTreeMap<PatientId, Vec<PatientId>>> {
    let store = &desk.service.store;
    let streams: Vec<String> = patients.iter().map(|patient| patient.stream()).collect();
    let own = store.load_all::<Patient>(permit, &streams).await?;
    let first: Vec<String> = own.values().filter_map(|record| record.merged_into).map(PatientId::stream).collect();
    let first = store.load_all::<Patient>(permit, &first).await?;
    let records = |patient: PatientId| -> Vec<PatientId> {
        let own_state = own.get(&patient.stream());
        let (first_record, state) = match own_state.and_then(|record| record.merged_into) {
            Some(into) => (into, first.get(&into.stream())),
            None => (patient, own_state),
        };
        [first_record].into_iter().chain(state.iter().flat_map(|record| record.absorbed.iter().copied())).collect()
    };
    Ok(patients.iter().map(|patient| (*patient, records(*patient))).collect())
}

/// Numbers by which hospitals know a person, under whichever of their records.
pub(crate) async fn numbers(desk: &Desk, permit: &access::Permit, patient: PatientId) -> ServiceResult<Vec<HospitalNumber>> {
    let mut numbers = Vec::new();
    for record in records(desk, permit, patient).await? {
        numbers.extend(desk.service.store.load::<Patient>(permit, record.stream()).await?.state.numbers);
    }
    Ok(numbers)
}

/// States anew who somebody is, for a reason.
#[crate::boxed]
pub async fn correct(desk: &Desk, patient: PatientId, demographics: Demographics, reason: String) -> ServiceResult<()> {
    let permit = desk.permit_patient(Action::ChangePatient, patient).await?;
    let seen = version(desk, &permit, patient).await?;
    correct_as_seen(desk, patient, Some(seen), demographics, reason).await
}

/// How many events the record of a person has: what a page says that it showed.
#[crate::boxed]
pub async fn version(desk: &Desk, permit: &access::Permit, patient: PatientId) -> ServiceResult<u64> {
    Ok(desk.service.store.load::<Patient>(permit, patient.stream()).await?.sequence)
}

/// Refuses what was chosen on a page that showed a person's record as it was before.
#[crate::boxed]
pub async fn check_seen(desk: &Desk, patient: PatientId, seen: Option<u64>) -> ServiceResult<()> {
    let permit = desk.permit_patient(Action::ChangePatient, patient).await?;
    Ok(as_shown(RECORD, seen, version(desk, &permit, patient).await?)?)
}

/// What changed since a page was opened.
const RECORD: &str = "The record of this person";

/// Refuses a correction of a record that changed since it was shown, with each detail that is other now than what was typed.
fn corrected_as_shown(record: &Loaded<Patient>, seen: Option<u64>, typed: &Demographics) -> Result<(), Refusals> {
    let Err(mut refusals) = as_shown(RECORD, seen, record.sequence) else { return Ok(()) };
    let changes = record.state.demographics.as_ref().map(|now| stated::changed(now, typed)).unwrap_or_default();
    if !changes.is_empty() {
        let message = format!("With what is typed below, these details would change: {}", changes.join("; "));
        refusals.0.push(Refusal::new("seen", message));
    }
    Err(refusals)
}

/// States anew who somebody is, for a reason, on a page that showed so many events of the record.
#[crate::boxed]
pub async fn correct_as_seen(
    desk: &Desk,
    patient: PatientId,
    seen: Option<u64>,
    demographics: Demographics,
    reason: String,
) -> ServiceResult<()> {
    let permit = desk.permit_patient(Action::ChangePatient, patient).await?;
    let store = &desk.service.store;
    let loaded = store.load::<Patient>(&permit, patient.stream()).await?;
    corrected_as_shown(&loaded, seen, &demographics)?;
    if let Identity::NhsNumber(number) = &demographics.nhs_number
        && let Some(known) = store.patient_by_nhs_number(&permit, *number).await?
        && known != patient
    {
        let message = "Another record has this NHS number. If it is the same person, merge the two records";
        return Err(Refusals::one("nhs_number", message).into());
    }
    if loaded.state.demographics.as_ref().is_some_and(|known| known.birth_date != demographics.birth_date) {
        generations::of_orders(desk, patient, demographics.birth_date).await?;
    }
    let events = patient::correct(&loaded.state, demographics, reason.clone(), desk.today())?;
    let mut change = Change { reason, ..Change::default() };
    change.add(&loaded, &events);
    Ok(store.commit(&permit, change, desk.now()).await?)
}

/// Merges a record into another of the same person; or separates it again.
#[crate::boxed]
pub async fn merge(desk: &Desk, record: PatientId, into: PatientId, apart: bool, reason: &str) -> ServiceResult<()> {
    let mut intent = Intent::default();
    merge_in(desk, &mut intent, (record, into), apart, reason).await?;
    intent.commit(desk).await
}

/// The same as a step of an intent.
pub(crate) async fn merge_in(
    desk: &Desk,
    intent: &mut Intent,
    (record, into): (PatientId, PatientId),
    apart: bool,
    reason: &str,
) -> ServiceResult<()> {
    let permits = (desk.permit_patient(Action::ChangePatient, record).await?, desk.permit_patient(Action::ChangePatient, into).await?);
    let one = intent.load::<Patient>(desk, &permits.0, record.stream()).await?;
    let other = intent.load::<Patient>(desk, &permits.1, into.stream()).await?;
    let (of_one, of_other) = if apart {
        patient::separate((record, &one.state), into, reason)?
    } else {
        patient::merge((record, &one.state), (into, &other.state), reason)?
    };
    let change = |record: &Loaded<Patient>, events: &[patient::Event]| {
        let mut change = Change { reason: reason.trim().to_owned(), ..Change::default() };
        change.add(record, events);
        change
    };
    let changes = (change(&one, &of_one), change(&other, &of_other));
    intent.add(desk, permits.0, changes.0);
    intent.add(desk, permits.1, changes.1);
    Ok(())
}
