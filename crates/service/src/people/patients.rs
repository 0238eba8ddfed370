//! Registering people.

use crate::{Desk, ServiceResult, intent::Intent};
use access::Action;
use care::{
    PatientId, Refusals,
    people::patient::{self, Demographics, Identity, Patient},
};
use store::{Change, Loaded};

/// Registers a person; somebody who is already known by NHS number is found, not made twice.
pub async fn register(desk: &Desk, demographics: Demographics) -> ServiceResult<PatientId> {
    let mut intent = Intent::default();
    let id = register_in(desk, &mut intent, demographics).await?;
    intent.commit(desk).await?;
    Ok(id)
}

/// The same as a step of an intent.
pub(crate) async fn register_in(desk: &Desk, intent: &mut Intent, demographics: Demographics) -> ServiceResult<PatientId> {
    let permit = desk.permit_general(Action::RegisterPatient).await?;
    if let Some(known) = known(desk, &permit, intent, &demographics).await? {
        return Ok(known);
    }
    let id = PatientId(desk.new_id());
    let loaded = intent.load::<Patient>(desk, &permit, id.stream()).await?;
    let mut change = Change::default();
    change.add(&loaded, &patient::register(&loaded.state, demographics.clone(), desk.today())?);
    intent.add(desk, permit, change);
    intent.register(id, demographics);
    Ok(id)
}

/// Somebody who is known by NHS number, or will be after the steps of an intent; a number that belongs to somebody else is
/// refused.
pub(crate) async fn known(
    desk: &Desk,
    permit: &access::Permit,
    intent: &Intent,
    demographics: &Demographics,
) -> ServiceResult<Option<PatientId>> {
    let Identity::NhsNumber(number) = &demographics.nhs_number else { return Ok(None) };
    let (known, known_demographics) = match intent.registered(*number) {
        Some((id, registered)) => (*id, Some(registered.clone())),
        None => match desk.service.store.patient_by_nhs_number(permit, *number).await? {
            Some(id) => (id, desk.service.store.load::<Patient>(permit, id.stream()).await?.state.demographics),
            None => return Ok(None),
        },
    };
    let same = |d: &Demographics| d.birth_date == demographics.birth_date && d.family_name.eq_ignore_ascii_case(&demographics.family_name);
    if known_demographics.as_ref().is_some_and(same) {
        return Ok(Some(known));
    }
    let message = "This NHS number belongs to somebody with another name or date of birth. Check it with the patient";
    Err(Refusals::one("nhs_number", message).into())
}

/// Who somebody is.
pub async fn demographics(desk: &Desk, permit: &access::Permit, patient: PatientId) -> ServiceResult<Demographics> {
    let record_state = desk.service.store.load::<Patient>(permit, patient.stream()).await?.state;
    record_state.demographics.ok_or(crate::ServiceError::NotFound("patient"))
}

/// The records of one person: the one that stands for all, then those that are merged into it.
pub async fn records(desk: &Desk, permit: &access::Permit, patient: PatientId) -> ServiceResult<Vec<PatientId>> {
    let record_state = desk.service.store.load::<Patient>(permit, patient.stream()).await?.state;
    let first = record_state.merged_into.unwrap_or(patient);
    let absorbed = match record_state.merged_into {
        Some(into) => desk.service.store.load::<Patient>(permit, into.stream()).await?.state.absorbed,
        None => record_state.absorbed,
    };
    Ok([first].into_iter().chain(absorbed).collect())
}

/// States anew who somebody is, for a reason.
pub async fn correct(desk: &Desk, patient: PatientId, demographics: Demographics, reason: String) -> ServiceResult<()> {
    let permit = desk.permit_patient(Action::ChangePatient, patient).await?;
    let store = &desk.service.store;
    if let Identity::NhsNumber(number) = &demographics.nhs_number
        && let Some(known) = store.patient_by_nhs_number(&permit, *number).await?
        && known != patient
    {
        let message = "Another record has this NHS number. If it is the same person, merge the two records";
        return Err(Refusals::one("nhs_number", message).into());
    }
    let loaded = store.load::<Patient>(&permit, patient.stream()).await?;
    let events = patient::correct(&loaded.state, demographics, reason.clone(), desk.today())?;
    let mut change = Change { reason, ..Change::default() };
    change.add(&loaded, &events);
    Ok(store.commit(&permit, change, desk.now()).await?)
}

/// Merges a record into another of the same person; or separates it again.
pub async fn merge(desk: &Desk, record: PatientId, into: PatientId, apart: bool, reason: &str) -> ServiceResult<()> {
    let permits = (desk.permit_patient(Action::ChangePatient, record).await?, desk.permit_patient(Action::ChangePatient, into).await?);
    let store = &desk.service.store;
    let one = store.load::<Patient>(&permits.0, record.stream()).await?;
    let other = store.load::<Patient>(&permits.1, into.stream()).await?;
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
    let now = desk.now();
    Ok(store.commit_all(&[(permits.0, change(&one, &of_one), now), (permits.1, change(&other, &of_other), now)]).await?)
}
