//! The requester opens a result, and says what will be done: that closes the loop.

use super::order_of;
use crate::{Desk, ServiceResult};
use access::{Action, Permit};
use care::{
    OutsideResultId,
    ordering::order::{self, Order},
    results::{
        outside::{Command, OutsideResult, ResultStatus, decide},
        report,
    },
};
use jiff::{civil::Date, tz::TimeZone};
use store::Change;

/// Notes that a result was opened outside the laboratory, the first time.
#[crate::boxed]
pub async fn opened(desk: &Desk, id: OutsideResultId) -> ServiceResult<()> {
    if !desk.may(Action::AcknowledgeReport) {
        return Ok(());
    }
    let order = order_of(desk, id).await?;
    let permit = desk.permit_released(Action::ReadReport, order).await?;
    let loaded = desk.service.store.load::<OutsideResult>(&permit, id.stream()).await?;
    let events = decide(&loaded.state, Command::Open, &desk.staff, desk.now())?;
    if events.is_empty() {
        return Ok(());
    }
    let mut change = Change::default();
    change.add(&loaded, &events);
    desk.commit(&permit, change).await
}

/// The requester says that the result has been read, and what will be done; the order that it answers is closed, unless something
/// else of it was not read.
#[crate::boxed]
pub async fn acknowledge(desk: &Desk, id: OutsideResultId, action: &str) -> ServiceResult<()> {
    let order = order_of(desk, id).await?;
    let permit = desk.permit_released(Action::AcknowledgeReport, order).await?;
    let store = &desk.service.store;
    let loaded = store.load::<OutsideResult>(&permit, id.stream()).await?;
    let mut change = Change::default();
    let command = Command::Read { action: action.to_owned() };
    change.add(&loaded, &decide(&loaded.state, command, &desk.staff, desk.now())?);
    let status = desk.status(&permit, order).await?;
    let is_other_unread = status.outside_results().any(|(other, result)| *other != id && result.unread().is_some())
        || status.report().is_some_and(|(_, report)| report.unread().is_some());
    let placed = store.load::<Order>(&permit, order.stream()).await?;
    let is_answer = loaded.state.is_of_patient() && !loaded.state.is_moved() && loaded.state.status().is_some_and(ResultStatus::is_answer);
    if is_answer && !is_other_unread && matches!(placed.state.state, order::State::Reported { .. }) {
        change.add(&placed, &order::decide(&placed.state, order::Command::Close, &desk.staff)?);
    }
    desk.commit(&permit, change).await
}

/// Makes a result that nobody has read for too long somebody's work. Whether it is a finding is not known of another laboratory's
/// result, so that it counts as one.
pub(crate) async fn escalate(desk: &Desk, permit: &Permit, change: &mut Change, id: OutsideResultId, today: Date) -> anyhow::Result<()> {
    let loaded = desk.service.store.load::<OutsideResult>(permit, id.stream()).await?;
    let Some(released) = loaded.state.unread() else { return Ok(()) };
    let days = released.to_zoned(TimeZone::UTC).date().until(today)?.get_days();
    let unread_days = u16::try_from(days).unwrap_or(0);
    let Some(to) = report::escalation(true, unread_days) else { return Ok(()) };
    change.add(&loaded, &decide(&loaded.state, Command::Escalate { to, unread_days }, &desk.staff, desk.now())?);
    Ok(())
}
