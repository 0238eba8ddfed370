//! Two people check a result; the second releases it, and it answers its order.

use super::{OutsideDelivery, lines, order_of, permit_unmatched, replace};
use crate::{Desk, ServiceError, ServiceResult, outgoing::Outgoing};
use access::{Action, Permit};
use care::{
    Fold, OrderId, OutsideResultId,
    ordering::{
        order::{self, Order},
        status::Status,
    },
    results::outside::{Command, OutsideResult, Received, ResultStatus, decide},
};
use store::Change;

/// Says that the result is right and of the patient of its order. The second of two people releases it: it answers the order, unless
/// more follows, and goes to the requester, all in one transaction.
#[crate::boxed]
pub async fn check(desk: &Desk, id: OutsideResultId) -> ServiceResult<()> {
    let order = order_of(desk, id).await?;
    let permit = desk.permit(Action::CheckResult, order).await?;
    let loaded = desk.service.store.load::<OutsideResult>(&permit, id.stream()).await?;
    let events = decide(&loaded.state, Command::Check, &desk.staff, desk.now())?;
    if let Some(received) = loaded.state.received.as_deref() {
        replace::none_is_later(&desk.status(&permit, order).await?, (id, received))?;
    }
    let mut change = Change::default();
    change.add(&loaded, &events);
    let checked = events.iter().fold(loaded.state, OutsideResult::apply);
    if let (true, Some(received)) = (checked.is_released(), &checked.received) {
        release(desk, &permit, &mut change, (id, received, checked.is_of_patient()), order).await?;
    }
    desk.commit(&permit, change).await
}

/// Refuses a result, on an order or on none: nobody acts on it.
#[crate::boxed]
pub async fn refuse(desk: &Desk, id: OutsideResultId, reason: &str) -> ServiceResult<()> {
    let lines = lines(desk, id).await?;
    let permit = match lines.iter().find_map(|line| line.order) {
        Some(order) => desk.permit(Action::CheckResult, order).await?,
        None => permit_unmatched(desk, id, &lines).await?,
    };
    let loaded = desk.service.store.load::<OutsideResult>(&permit, id.stream()).await?;
    let mut change = Change { reason: reason.trim().to_owned(), ..Change::default() };
    let command = Command::Refuse { reason: reason.to_owned() };
    change.add(&loaded, &decide(&loaded.state, command, &desk.staff, desk.now())?);
    desk.commit(&permit, change).await
}

/// What a release does to the order and to earlier results of the same work, and the message to the requester.
async fn release(
    desk: &Desk,
    permit: &Permit,
    change: &mut Change,
    (id, received, is_of_patient): (OutsideResultId, &Received, bool),
    order: OrderId,
) -> ServiceResult<()> {
    let status = desk.status(permit, order).await?;
    let was_answered = replace::supersede_released(desk, permit, change, (id, received), &status).await?;
    let placed = desk.service.store.load::<Order>(permit, order.stream()).await?;
    // The result of a relative answers nothing that was asked of the patient.
    let command = command(&placed.state, &status, (id, received.status), was_answered).filter(|_| is_of_patient);
    if let Some(command) = command {
        change.add(&placed, &order::decide(&placed.state, command, &desk.staff)?);
    }
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    let requester = status.order.requester.as_ref().map_or_else(String::new, |requester| requester.organisation.to_string());
    let delivery =
        OutsideDelivery { outside_result: id, order, number: request.number.clone(), sender: request.sender.clone(), is_moved: false };
    change.messages.push(Outgoing::OutsideResult(delivery).to(desk.new_id(), requester));
    Ok(())
}

/// What becomes of the order: answered by what is final; opened again where its answer was taken back; nothing where more follows,
/// or where it was ended otherwise.
fn command(placed: &Order, status: &Status, (id, result): (OutsideResultId, ResultStatus), was_answered: bool) -> Option<order::Command> {
    use order::State as S;
    let is_open = !placed.state.is_final() || placed.state == S::Closed;
    let is_reported = matches!(placed.state, S::Reported { .. } | S::Closed);
    match result {
        ResultStatus::Final | ResultStatus::Corrected if is_open => Some(order::Command::ReportElsewhere { result: id }),
        ResultStatus::Cancelled if was_answered && is_reported && status.reports.is_empty() => {
            Some(order::Command::Reopen { reason: "The other laboratory took its result back".into() })
        }
        ResultStatus::Final | ResultStatus::Corrected | ResultStatus::Cancelled | ResultStatus::Preliminary => None,
    }
}
