//! Records that only those who are named may open.

use crate::{Desk, ServiceResult, desk::parsed, ordering::orders::PersonForm, people};
use access::{Action, Permit, Resource};
use care::{
    OrderId, PatientId, Refusals,
    people::patient::{self, Identity, Patient},
};
use std::collections::BTreeSet;
use store::{Change, projection::RESTRICTED};

/// Restricts a person's records to this desk and those whose sign-in names are given, or opens them again. Lists show no
/// name of theirs from then on, and searches do not find it.
#[crate::boxed]
pub async fn restrict(desk: &Desk, patient: PatientId, logins: &[String], restricted: bool, reason: &str) -> ServiceResult<()> {
    let permit = desk.permit_patient(Action::RestrictRecord, patient).await?;
    let mut named = Vec::new();
    for login in logins {
        let account = desk.service.store.account_by_login(&login.trim().to_lowercase()).await?.filter(|a| !a.closed);
        let unknown = || Refusals::one("named", format!("Nobody signs in as {login}"));
        named.push(account.ok_or_else(unknown)?.staff.id);
    }
    named.push(desk.staff.id);
    let named = if restricted { named } else { vec![] };
    let (store, mut change) = (&desk.service.store, Change { reason: reason.trim().to_owned(), ..Change::default() });
    for record in people::patients::records(desk, &permit, patient).await? {
        let loaded = store.load::<Patient>(&permit, record.stream()).await?;
        change.add(&loaded, &patient::restrict(&loaded.state, named.clone(), reason)?);
    }
    desk.commit(&permit, change).await
}

/// Names of those who alone may open the record of a person; nothing when it is not restricted.
#[crate::boxed]
pub async fn named_on(desk: &Desk, _permit: &Permit, patient: PatientId) -> ServiceResult<Option<Vec<String>>> {
    let Some(ids) = desk.service.store.named_of(patient).await? else { return Ok(None) };
    let mut names = Vec::new();
    for id in ids {
        let account = desk.service.store.account(id).await?;
        names.push(account.map_or_else(|| "somebody without an account".into(), |a| format!("{}, {}", a.staff.name, a.staff.role.label())));
    }
    Ok(Some(names))
}

/// Whether this desk is named on the record of a person, or the record is not restricted.
pub(crate) async fn may_open(desk: &Desk, patient: PatientId) -> anyhow::Result<bool> {
    Ok(desk.service.store.named_of(patient).await?.is_none_or(|named| named.contains(&desk.staff.id)))
}

/// Whether the name of a person is kept from this desk: the record is restricted to others, and whoever sits here did not break the glass
/// for it.
#[crate::boxed]
pub async fn is_name_hidden(desk: &Desk, patient: PatientId) -> ServiceResult<bool> {
    let is_open = may_open(desk, patient).await?;
    Ok(!is_open && !desk.service.store.has_emergency(patient, desk.staff.id, desk.now()).await?)
}

/// Those of some orders whose tubes are kept from this desk in lists of the laboratory: somebody in them has a restricted record, and
/// whoever sits here may not handle their samples. A laboratory works on such an order as on any. Nothing is opened by asking, so that no
/// audit of it is written.
pub(crate) async fn hidden_orders(desk: &Desk, orders: &[OrderId]) -> ServiceResult<BTreeSet<OrderId>> {
    let store = &desk.service.store;
    let mut hidden = BTreeSet::new();
    for (order, named) in store.named_of_orders(orders).await? {
        let organisations = parsed(&store.organisations_of_order(order).await?);
        let resource = Resource { organisations, name: order.stream(), named: Some(named), ..Resource::default() };
        if access::decide(&desk.staff, Action::HandleSample, &resource).is_err() {
            hidden.insert(order);
        }
    }
    Ok(hidden)
}

/// The name of a person as this desk may see it: their own, or that the record is restricted.
#[crate::boxed]
pub async fn name_for(desk: &Desk, patient: PatientId, name: &str) -> ServiceResult<String> {
    Ok(if is_name_hidden(desk, patient).await? { RESTRICTED.to_owned() } else { name.to_owned() })
}

/// Refuses an order for somebody whose record is restricted to others; says nothing else of it.
pub(crate) async fn refuse_restricted(desk: &Desk, permit: &Permit, people: &[PersonForm]) -> ServiceResult<()> {
    for person in people {
        let mut known = Vec::new();
        if let Identity::NhsNumber(number) = &person.demographics.nhs_number {
            known.extend(desk.service.store.patient_by_nhs_number(permit, *number).await?);
        }
        for number in &person.numbers {
            known.extend(desk.service.store.patients_by_hospital_number(permit, number).await?);
        }
        for patient in known {
            if !may_open(desk, patient).await? {
                return Err(refusal().into());
            }
        }
    }
    Ok(())
}

/// What somebody is told who is not named on a record.
pub(crate) fn refusal() -> Refusals {
    let message = "This NHS number belongs to a restricted record. Only those who are named on it can order; ask the clinic that cares for the person";
    Refusals::one("nhs_number", message)
}
