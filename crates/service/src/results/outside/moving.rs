//! A result on a wrong order is moved by two people. Where it had been released, the requester is told, and so is their system.

use super::{OutsideDelivery, file::part, order_by_number, order_of};
use crate::{Desk, ServiceError, ServiceResult, intent::Intent, outgoing::Outgoing};
use access::{Action, Permit};
use care::{
    OrderId, OutsideResultId, PatientId,
    ordering::order::{self, Order},
    results::outside::{self, Command, Filed, HandFiling, OutsideResult, decide},
};
use sha2::{Digest, Sha256};
use store::{Change, Loaded};

/// Asks that a result is moved to the order with a number, on the part of its patient or of a relative.
#[crate::boxed]
pub async fn propose_move(
    desk: &Desk,
    id: OutsideResultId,
    (number, person): (&str, Option<PatientId>),
    filing: &HandFiling,
) -> ServiceResult<()> {
    let permit = desk.permit(Action::FileResult, order_of(desk, id).await?).await?;
    let loaded = desk.service.store.load::<OutsideResult>(&permit, id.stream()).await?;
    let view = order_by_number(desk, number).await?;
    let order = view.id;
    let target = part(desk, &desk.permit(Action::FileResult, order).await?, view, person).await?;
    let mut change = Change { reason: filing.reason.trim().to_owned(), ..Change::default() };
    change.add(&loaded, &outside::propose_move(&loaded.state, order, &target.candidate(), filing, &desk.staff)?);
    desk.commit(&permit, change).await
}

/// Leaves a result where it stands although somebody asked to move it.
#[crate::boxed]
pub async fn withdraw_move(desk: &Desk, id: OutsideResultId, reason: &str) -> ServiceResult<()> {
    let permit = desk.permit(Action::FileResult, order_of(desk, id).await?).await?;
    let loaded = desk.service.store.load::<OutsideResult>(&permit, id.stream()).await?;
    let mut change = Change { reason: reason.trim().to_owned(), ..Change::default() };
    let command = Command::WithdrawMove { reason: reason.to_owned() };
    change.add(&loaded, &decide(&loaded.state, command, &desk.staff, desk.now())?);
    desk.commit(&permit, change).await
}

/// Confirms a move that somebody else asked for: the result ends on the one order and begins on the other, in one transaction. The
/// order that it had answered is open again.
#[crate::boxed]
pub async fn confirm_move(desk: &Desk, id: OutsideResultId) -> ServiceResult<OutsideResultId> {
    let from = order_of(desk, id).await?;
    let permit = desk.permit(Action::CheckResult, from).await?;
    let loaded = desk.service.store.load::<OutsideResult>(&permit, id.stream()).await?;
    let moving =
        loaded.state.moving.as_deref().cloned().ok_or_else(|| care::Refusals::one("result", "Nobody has asked to move this result"))?;
    let (to, at) = (moved_id(id, &moving), desk.now());
    let other = desk.permit(Action::CheckResult, moving.order).await?;
    let view = desk.service.store.order_view(moving.order).await?.ok_or(ServiceError::NotFound("order"))?;
    let target = part(desk, &other, view, moving.relative).await?;
    let mut change = Change::default();
    change.add(&loaded, &outside::confirm_move(&loaded.state, &target.candidate(), to, &desk.staff, at)?);
    if loaded.state.is_released() {
        take_back(desk, &permit, &mut change, from, (id, &loaded)).await?;
    }
    let mut begun = Change { links: vec![(moving.order, to.stream())], ..Change::default() };
    let place = desk.service.store.load::<OutsideResult>(&other, to.stream()).await?;
    begun.add(&place, &outside::moved_from(&loaded.state, id, &desk.staff, at)?);
    let mut intent = Intent::default();
    intent.add(desk, permit, change);
    intent.add(desk, other, begun);
    intent.commit(desk).await?;
    Ok(to)
}

/// What a release had done to the order is undone, and the requester's system is told.
async fn take_back(
    desk: &Desk,
    permit: &Permit,
    change: &mut Change,
    order: OrderId,
    (id, loaded): (OutsideResultId, &Loaded<OutsideResult>),
) -> ServiceResult<()> {
    let status = desk.status(permit, order).await?;
    let placed = desk.service.store.load::<Order>(permit, order.stream()).await?;
    let is_answer = loaded.state.is_of_patient() && loaded.state.status().is_some_and(outside::ResultStatus::is_answer);
    let is_reported = matches!(placed.state.state, order::State::Reported { .. } | order::State::Closed);
    if is_answer && is_reported && status.reports.is_empty() {
        let command = order::Command::Reopen { reason: "The result of another laboratory belonged to another order".into() };
        change.add(&placed, &order::decide(&placed.state, command, &desk.staff)?);
    }
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    let recipient = status.order.requester.as_ref().map_or_else(String::new, |requester| requester.organisation.to_string());
    let delivery =
        OutsideDelivery { outside_result: id, order, number: request.number.clone(), sender: request.sender.clone(), is_moved: true };
    change.messages.push(Outgoing::OutsideResult(delivery).to(desk.new_id(), recipient));
    Ok(())
}

/// The result on the order that it was moved to: the same move is the same result.
fn moved_id(from: OutsideResultId, to: &Filed) -> OutsideResultId {
    let person = to.relative.map_or_else(String::new, |relative| relative.to_string());
    let digest = Sha256::digest(format!("{from}\n{}\n{person}", to.order));
    let bytes = std::array::from_fn(|index| digest[index]);
    OutsideResultId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
