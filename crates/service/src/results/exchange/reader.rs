//! For which organisation a system reads: for its own, or for one of those for which a regional integration engine sends.

use crate::{Desk, ServiceError, ServiceResult, ordering::messages::sender};
use access::Action;
use care::{
    OrderId, PatientId, Role,
    ordering::client::{self, Client},
};

/// The desks at which a system reads: of its own organisation first, then of each for which it sends.
#[crate::boxed]
pub async fn desks(desk: &Desk) -> ServiceResult<Vec<Desk>> {
    if desk.staff.role != Role::OrderingSystem {
        return Ok(vec![desk.clone()]);
    }
    let permit = desk.permit_general(Action::SeeWorkList).await?;
    let system = desk.service.store.load::<Client>(&permit, client::stream(desk.staff.id)).await?.state;
    Ok(sender::all(desk, &system))
}

/// The desk at which an order is read: that of the organisation which asked for it. What was sent to a laboratory of the organisation
/// by others is not a requesting system's to read.
#[crate::boxed]
pub async fn desk_of_order(desk: &Desk, order: OrderId) -> ServiceResult<Desk> {
    let view = desk.service.store.order_view(order).await?.ok_or(ServiceError::NotFound("order"))?;
    if desk.staff.role != Role::OrderingSystem || desk.staff.organisation == view.requester {
        return Ok(desk.clone());
    }
    if let Some(reader) = desks(desk).await?.into_iter().find(|reader| reader.staff.organisation == view.requester) {
        return Ok(reader);
    }
    desk.permit(Action::ReadOrder, order).await?;
    Err(ServiceError::NotFound("order"))
}

/// The desk at which somebody's record is read: the first of an organisation that has asked for a test of theirs.
#[crate::boxed]
pub async fn desk_of_patient(desk: &Desk, patient: PatientId) -> ServiceResult<Desk> {
    let organisations = desk.service.store.organisations_of(patient).await?;
    let has_asked = |reader: &Desk| organisations.contains(&reader.staff.organisation.to_string());
    if has_asked(desk) {
        return Ok(desk.clone());
    }
    Ok(desks(desk).await?.into_iter().find(has_asked).unwrap_or_else(|| desk.clone()))
}
