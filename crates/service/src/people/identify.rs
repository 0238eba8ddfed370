//! Finding the record of a person whom somebody describes: by NHS number, else by a hospital's number with its authority. What
//! fits no record is a new person; what fits one only in part is refused, for a person to look at.

use crate::{Desk, ServiceResult, intent::Intent};
use access::Permit;
use care::{
    PatientId, Refusal, Refusals,
    people::{
        identifier::HospitalNumber,
        matching::{Change, Fit, fit},
        patient::{Demographics, Identity, Patient},
    },
};
use store::{Lookup, Seen};

/// A record that was found.
pub(crate) struct Found {
    /// Whose it is: where records were merged, the one that stands for all.
    pub patient: PatientId,
    /// Who that is, as the record says.
    pub demographics: Demographics,
    /// What has changed of them.
    pub changes: Vec<Change>,
}

/// Who has these numbers now. It is looked at before anything is decided by them, and goes with what is written: a number that somebody
/// else got in the meantime makes no second record, but is decided with that one.
pub(crate) async fn seen(desk: &Desk, numbers: &[HospitalNumber]) -> ServiceResult<Vec<Seen>> {
    let mut seen = Vec::new();
    for number in numbers {
        seen.push(desk.service.store.seen(Lookup::HospitalNumber(number.clone())).await?);
    }
    Ok(seen)
}

/// The record of a person, or will be after the steps of an intent; nothing for somebody who is not known yet.
pub(crate) async fn identify(
    desk: &Desk,
    permit: &Permit,
    intent: &Intent,
    stated: &Demographics,
    numbers: &[HospitalNumber],
) -> ServiceResult<Option<Found>> {
    let by_nhs_number = match &stated.nhs_number {
        Identity::NhsNumber(number) => match intent.registered(*number) {
            Some((id, _)) => Some(*id),
            None => desk.service.store.patient_by_nhs_number(permit, *number).await?,
        },
        // A fetus has no number of its own: those that are sent are the mother's.
        Identity::Fetus => return Ok(None),
        Identity::Unavailable(_) => None,
    };
    let mut records = Vec::new();
    if let Some(id) = by_nhs_number {
        records.push(("nhs_number", "This NHS number".to_owned(), surviving(desk, permit, intent, id).await?));
    }
    for number in numbers {
        for id in with_number(desk, permit, intent, number).await? {
            records.push(("hospital_number", format!("The number {}", number.label()), surviving(desk, permit, intent, id).await?));
        }
    }
    records.dedup_by_key(|(.., (id, _))| *id);
    let Some((_, _, (patient, demographics))) = records.first().cloned() else { return Ok(None) };
    let mut refusals = Vec::new();
    let mut changes = Vec::new();
    for (field, name, (id, known)) in &records {
        match fit(known, stated) {
            Fit::Differs(what) => refusals.push(Refusal::new(field, belongs_to_another(name, &what))),
            _ if *id != patient => refusals.push(Refusal::new(field, of_two_records(name))),
            Fit::Same => {}
            Fit::SameBut(differences) => changes = differences,
        }
    }
    Refusals::check(refusals)?;
    Ok(Some(Found { patient, demographics, changes }))
}

fn belongs_to_another(name: &str, what: &[&str]) -> String {
    format!("{name} belongs to somebody with {}. Check it with the patient; nothing was done for either of them", what.join(" and "))
}

fn of_two_records(name: &str) -> String {
    format!("{name} is of another record here than the other numbers. If both are of one person, merge the records first")
}

/// The record that stands for one, and who that is.
async fn surviving(desk: &Desk, permit: &Permit, intent: &Intent, id: PatientId) -> ServiceResult<(PatientId, Demographics)> {
    let record = intent.load::<Patient>(desk, permit, id.stream()).await?.state;
    let (id, record) = match record.merged_into {
        Some(into) => (into, intent.load::<Patient>(desk, permit, into.stream()).await?.state),
        None => (id, record),
    };
    Ok((id, record.demographics.ok_or(crate::ServiceError::NotFound("patient"))?))
}

/// Records with a number of a hospital, those that the steps so far make among them.
async fn with_number(desk: &Desk, permit: &Permit, intent: &Intent, number: &HospitalNumber) -> ServiceResult<Vec<PatientId>> {
    let mut records = desk.service.store.patients_by_hospital_number(permit, number).await?;
    records.extend(intent.numbered(number));
    Ok(records)
}
