//! Emergency access, and who looked at a person's record.

use crate::{Desk, ServiceResult};
use access::{Action, Resource};
use care::{
    PatientId,
    people::emergency::{self, Emergencies, Event},
};
use store::{Change, Looked};

/// Lines of the audit on a page.
const SHOWN: u64 = 500;

/// Opens a person's record to this desk for a while.
#[crate::boxed]
pub async fn break_glass(desk: &Desk, patient: PatientId, reason: &str) -> ServiceResult<()> {
    let time = desk.now();
    let events = emergency::open(&desk.staff, reason, time)?;
    let resource = Resource { name: patient.stream(), ..Resource::default() };
    let store = &desk.service.store;
    let permit = store.permit_because(&desk.staff, Action::BreakGlass, &resource, reason.trim(), time).await?;
    let loaded = store.load::<Emergencies>(&permit, emergency::stream(patient)).await?;
    let Event::Opened(opened) = &events[0];
    let mut change = Change { reason: opened.reason.clone(), ..Change::default() };
    change.add(&loaded, &events);
    Ok(store.commit(&permit, change, time).await?)
}

/// Who looked at a person's record, or tried to.
#[crate::boxed]
pub async fn who_looked(desk: &Desk, patient: PatientId) -> ServiceResult<Vec<Looked>> {
    let permit = desk.permit_patient(Action::ReadAudit, patient).await?;
    Ok(desk.service.store.looked_at(&permit, patient, None, SHOWN).await?)
}

/// Every time that the glass was broken.
#[crate::boxed]
pub async fn emergencies(desk: &Desk) -> ServiceResult<Vec<Looked>> {
    let permit = desk.permit_general(Action::ReadAudit).await?;
    Ok(desk.service.store.emergencies(&permit, SHOWN).await?)
}
