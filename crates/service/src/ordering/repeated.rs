//! Earlier orders of a patient that a new one would repeat.

use crate::{Desk, ServiceResult, people};
use access::Action;
use care::{
    directory::TestCode,
    ordering::{
        order::purpose::Purpose,
        repeated::{Repeat, repeat},
    },
    people::patient::{Demographics, Identity},
};
use store::OrderView;

/// Orders of the desk's organisation for the same patient and the same test, or another of the same indication, latest first. Of somebody
/// who is not known to this organisation, or whose record is restricted to others, nothing is said.
#[crate::boxed]
pub async fn repeated(desk: &Desk, who: &Demographics, test: &TestCode, purpose: &Purpose) -> ServiceResult<Vec<(OrderView, Repeat)>> {
    let (store, own) = (&desk.service.store, desk.staff.organisation.to_string());
    let Identity::NhsNumber(number) = &who.nhs_number else { return Ok(vec![]) };
    let listing = desk.permit_general(Action::PlaceOrder).await?;
    let Some(patient) = store.patient_by_nhs_number(&listing, *number).await? else { return Ok(vec![]) };
    if !store.organisations_of(patient).await?.contains(&own) || !people::restriction::may_open(desk, patient).await? {
        return Ok(vec![]);
    }
    let permit = desk.permit_patient(Action::ReadOrder, patient).await?;
    let mut found = Vec::new();
    for record in people::patients::records(desk, &permit, patient).await? {
        for view in store.orders_of(&permit, record).await? {
            if let Some(repeat) = repeat((&view.test, view.state), test, purpose)
                && store.organisations_of_order(view.id).await?.contains(&own)
            {
                found.push((view, repeat));
            }
        }
    }
    found.sort_by(|(a, _), (b, _)| b.submitted.cmp(&a.submitted).then_with(|| b.number.cmp(&a.number)));
    Ok(found)
}
