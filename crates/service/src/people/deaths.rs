//! Deaths that hospitals' systems say, and somebody checks: until then nothing reaches the person.

use super::{patients, restriction};
use crate::{Desk, ServiceError, ServiceResult, intent::Intent};
use access::{Action, Permit};
use care::{
    PatientId, Refusals,
    people::{
        death::{self, Death, Found},
        patient::Patient,
    },
};
use jiff::civil::Date;
use store::Change;

/// Deaths to check that are shown at once, at the most.
pub const SHOWN_MAX: usize = 20;

/// What is known of somebody's death by what a hospital's system said, under whichever of their records: what was confirmed before what
/// is only said; nothing where it was found to be a mistake.
#[crate::boxed]
pub async fn death(desk: &Desk, permit: &Permit, patient: PatientId) -> ServiceResult<Option<Death>> {
    let mut said = None;
    for record in patients::records(desk, permit, patient).await? {
        match patients::record(desk, permit, record).await?.death {
            Some(confirmed @ Death::Confirmed { .. }) => return Ok(Some(confirmed)),
            Some(death @ Death::Said { .. }) => said = said.or(Some(death)),
            Some(Death::Mistaken { .. }) | None => {}
        }
    }
    Ok(said)
}

/// Whether somebody checked a death that was said of a person, under whichever of their records, and found that they have not died.
#[crate::boxed]
pub async fn is_mistaken(desk: &Desk, permit: &Permit, patient: PatientId) -> ServiceResult<bool> {
    for record in patients::records(desk, permit, patient).await? {
        if matches!(patients::record(desk, permit, record).await?.death, Some(Death::Mistaken { .. })) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Keeps that somebody has died, as a system says, on a day where it says one, as a step of an intent.
pub(crate) async fn say_in(desk: &Desk, intent: &mut Intent, patient: PatientId, (day, by): (&str, &str)) -> ServiceResult<()> {
    let permit = desk.permit_general(Action::RegisterPatient).await?;
    let loaded = intent.load::<Patient>(desk, &permit, patient.stream()).await?;
    let events = death::say(&loaded.state, day.parse().ok(), (by, None), desk.today());
    if !events.is_empty() {
        let mut change = Change::default();
        change.add(&loaded, &events);
        intent.add(desk, permit, change);
    }
    Ok(())
}

/// Says what somebody found who checked it, having seen on which day they were said to have died.
#[crate::boxed]
pub async fn check(desk: &Desk, patient: PatientId, seen: Option<Date>, found: Found, reason: &str) -> ServiceResult<()> {
    let permit = desk.permit_patient(Action::ChangePatient, patient).await?;
    for record in patients::records(desk, &permit, patient).await? {
        let permit = desk.permit_patient(Action::ChangePatient, record).await?;
        let loaded = desk.service.store.load::<Patient>(&permit, record.stream()).await?;
        if !loaded.state.death.as_ref().is_some_and(Death::is_or_may_be) {
            continue;
        }
        let mut change = Change { reason: reason.trim().to_owned(), ..Change::default() };
        change.add(&loaded, &death::check(&loaded.state, seen, found, reason, desk.today())?);
        return desk.service.store.commit(&permit, change, desk.now()).await.map_err(ServiceError::from);
    }
    Err(Refusals::one("death", "There is no death to check: nothing was changed").into())
}

/// People of the own organisation's orders whose death a hospital's system says and nobody has checked, [`SHOWN_MAX`] and one more at the
/// most; those whose names may not be seen by that.
#[crate::boxed]
pub async fn to_check(desk: &Desk) -> ServiceResult<Vec<(PatientId, String)>> {
    let permit = desk.permit_general(Action::SeeWorkList).await?;
    let organisation = desk.staff.organisation.to_string();
    let mut found = desk.service.store.deaths_to_check(&permit, &organisation, SHOWN_MAX as u64 + 1).await?;
    for (patient, name) in &mut found {
        *name = restriction::name_for(desk, *patient, name).await?;
    }
    Ok(found)
}
