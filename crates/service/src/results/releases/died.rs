//! Whether somebody is known to have died, or may have, by whatever of theirs says so: what hides one result hides every result of
//! the person.

use crate::{
    Desk, ServiceResult, ordering,
    people::{self, deaths::KnownDeath},
    results::cascades::fold,
};
use access::Permit;
use care::{
    OrderId, PatientId,
    ordering::{
        order::Order,
        pedigree::{self, Pedigree},
    },
    results::{
        cascade::{self, Cascade},
        report::release::death,
    },
};
use store::Entry;

/// Whether a person has died or may have: something of theirs tells it, or a hospital's system says it and nobody has found it to be a
/// mistake.
#[crate::boxed]
pub async fn has_died(desk: &Desk, permit: &Permit, patient: PatientId) -> ServiceResult<bool> {
    match people::deaths::known(desk, permit, patient).await? {
        KnownDeath::Died(_) | KnownDeath::Said { .. } => Ok(true),
        KnownDeath::Mistaken => Ok(false),
        // An order of before deaths were kept as said has nothing beside it.
        KnownDeath::Nothing => is_ordered_after_death(desk, permit, patient).await,
    }
}

/// Whether another system ordered a test after the death of a person, by whichever of their records.
async fn is_ordered_after_death(desk: &Desk, permit: &Permit, patient: PatientId) -> ServiceResult<bool> {
    let records = people::patients::records(desk, permit, patient).await?;
    for record in &records {
        for (order, entries) in desk.service.store.families_with(permit, *record).await? {
            let placed: Order = fold(&entries, &order.stream())?.unwrap_or_default();
            if death::is_said_by_system(&placed, &records) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether something of a person tells of their death: somebody chose on their behalf after death, or an order in which they are tested
/// says so, by whichever of their records, as it was placed, as its family was drawn or in its list of relatives.
pub(crate) async fn is_recorded_dead(desk: &Desk, permit: &Permit, records: &[PatientId]) -> ServiceResult<bool> {
    for record in records {
        if ordering::choices::choice(desk, permit, *record).await?.is_of_deceased() {
            return Ok(true);
        }
        for (order, entries) in desk.service.store.families_with(permit, *record).await? {
            if is_said(order, &entries, records)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn is_said(order: OrderId, entries: &[Entry], records: &[PatientId]) -> ServiceResult<bool> {
    let placed: Order = fold(entries, &order.stream())?.unwrap_or_default();
    let drawn: Option<Pedigree> = fold(entries, &pedigree::stream(order))?;
    let relatives: Cascade = fold(entries, &cascade::stream(order))?.unwrap_or_default();
    Ok(death::is_said(&placed, drawn.as_ref(), &relatives, records))
}
