//! Deaths that hospitals' systems say, and somebody checks: until then nothing reaches the person.

use super::{patients, restriction};
use crate::{Desk, ServiceResult, intent::Intent, results::releases};
use access::{Action, Permit};
use care::{
    NhsNumber, PatientId,
    people::{
        death::{self, Death, Found},
        deaths,
        patient::Patient,
    },
};
use jiff::civil::Date;
use store::Change;

/// Deaths to check that are shown at once, at the most.
pub const SHOWN_MAX: usize = 20;

/// What is known of somebody's death, by anything of theirs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KnownDeath {
    /// Somebody confirmed it, or a choice, an order or a family tells of it, which nobody doubts: on a day where that is known.
    Died(Option<Date>),
    /// A hospital's system says it, and nobody has checked it.
    Said {
        /// On which day, where it says that.
        died: Option<Date>,
        /// Which system.
        by: String,
    },
    /// What a system said was checked, and they have not died.
    Mistaken,
    /// Nothing is said of one.
    Nothing,
}

/// What is known of somebody's death, under whichever of their records, which are read once: what was confirmed before what is only said.
#[crate::boxed]
pub async fn known(desk: &Desk, permit: &Permit, patient: PatientId) -> ServiceResult<KnownDeath> {
    let ids = patients::records(desk, permit, patient).await?;
    let records = each(desk, permit, &ids).await?;
    let stated = stated(&records);
    if let Some(Death::Confirmed { died }) = stated {
        return Ok(KnownDeath::Died(*died));
    }
    if releases::is_recorded_dead(desk, permit, &ids).await? {
        return Ok(KnownDeath::Died(None));
    }
    let is_mistaken = || records.iter().any(|record| matches!(record.death, Some(Death::Mistaken { .. })));
    Ok(match stated {
        Some(Death::Said { died, by }) => KnownDeath::Said { died: *died, by: by.clone() },
        Some(Death::Confirmed { .. } | Death::Mistaken { .. }) | None if is_mistaken() => KnownDeath::Mistaken,
        Some(Death::Confirmed { .. } | Death::Mistaken { .. }) | None => KnownDeath::Nothing,
    })
}

/// What is known of somebody's death by what a hospital's system said, under whichever of their records: what was confirmed before what
/// is only said; nothing where it was found to be a mistake.
#[crate::boxed]
pub async fn death(desk: &Desk, permit: &Permit, patient: PatientId) -> ServiceResult<Option<Death>> {
    Ok(stated(&records(desk, permit, patient).await?).cloned())
}

/// The death of which one of the records of a person tells.
fn stated(records: &[Patient]) -> Option<&Death> {
    let shown = deaths::shown(&records.iter().collect::<Vec<_>>());
    shown.and_then(|nth| records.get(nth)).and_then(|record| record.death.as_ref())
}

/// The records of a person, which were merged.
async fn records(desk: &Desk, permit: &Permit, patient: PatientId) -> ServiceResult<Vec<Patient>> {
    each(desk, permit, &patients::records(desk, permit, patient).await?).await
}

async fn each(desk: &Desk, permit: &Permit, ids: &[PatientId]) -> ServiceResult<Vec<Patient>> {
    let mut found = Vec::new();
    for id in ids {
        found.push(patients::record(desk, permit, *id).await?);
    }
    Ok(found)
}

/// What is known of the death of whoever has an NHS number, for somebody who orders for them; nothing of a record that is restricted to
/// others. A death that an order or a choice tells of is one that nobody doubts.
#[crate::boxed]
pub async fn of_number(desk: &Desk, number: NhsNumber) -> ServiceResult<Option<Death>> {
    let permit = desk.permit_general(Action::PlaceOrder).await?;
    let Some(patient) = desk.service.store.patient_by_nhs_number(&permit, number).await? else { return Ok(None) };
    if !restriction::may_open(desk, patient).await? {
        return Ok(None);
    }
    Ok(match known(desk, &permit, patient).await? {
        KnownDeath::Died(died) => Some(Death::Confirmed { died }),
        KnownDeath::Said { died, by } => Some(Death::Said { died, by }),
        KnownDeath::Mistaken | KnownDeath::Nothing => None,
    })
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

/// Says what somebody found who checked it, having seen on which day they died or were said to have died, for all of their records at once.
#[crate::boxed]
pub async fn check(desk: &Desk, patient: PatientId, seen: Option<Date>, found: Found, reason: &str) -> ServiceResult<()> {
    let permit = desk.permit_patient(Action::ChangePatient, patient).await?;
    let mut records = Vec::new();
    for record in patients::records(desk, &permit, patient).await? {
        records.push(desk.service.store.load::<Patient>(&permit, record.stream()).await?);
    }
    let states: Vec<&Patient> = records.iter().map(|record| &record.state).collect();
    let settled = deaths::check(&states, seen, found, reason, desk.today())?;
    let mut change = Change { reason: reason.trim().to_owned(), ..Change::default() };
    for (record, events) in records.iter().zip(&settled) {
        if !events.is_empty() {
            change.add(record, events);
        }
    }
    desk.commit(&permit, change).await
}

/// Whether a death is said under any of the records of a person and nobody has checked it, whatever is confirmed under others.
#[crate::boxed]
pub async fn is_to_check(desk: &Desk, permit: &Permit, patient: PatientId) -> ServiceResult<bool> {
    Ok(records(desk, permit, patient).await?.iter().any(deaths::is_said))
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
