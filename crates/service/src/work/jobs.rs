//! Work in the background as people see it: what waits, who does what, what failed, and sending it again.

use crate::{Desk, ServiceError, ServiceResult, laboratory::analyses};
use access::Action;
use care::{OrderId, Refusals};
use jiff::Timestamp;
use store::{Depth, JobLine, Place, Round};

/// Jobs that a page shows.
const SHOWN: u64 = 200;

/// What goes on in the background.
#[derive(Debug)]
pub struct Background {
    /// How much there is of each kind, in the whole service.
    pub depths: Vec<Depth>,
    /// Jobs for the orders that the reader's organisation sees: parked ones first, then in turn.
    pub jobs: Vec<JobLine>,
    /// How many more there are.
    pub more: u64,
    /// Rounds that come again and again.
    pub rounds: Vec<Round>,
}

/// What goes on in the background, as somebody sees it who looks after the service.
#[crate::boxed]
pub async fn background(desk: &Desk) -> ServiceResult<Background> {
    let permit = desk.permit_general(Action::FollowJobs).await?;
    let (store, now) = (&desk.service.store, desk.now());
    let (jobs, more) = store.jobs_of(&permit, &desk.staff.organisation, now, SHOWN).await?;
    Ok(Background { depths: store.depths(now).await?, jobs, more, rounds: store.rounds(&permit, now).await? })
}

/// Jobs that wait for somebody, of the orders that the reader's organisation sees; of all that there are the first.
#[crate::boxed]
pub async fn parked(desk: &Desk) -> ServiceResult<Vec<JobLine>> {
    let permit = desk.permit_general(Action::SeeWorkList).await?;
    Ok(desk.service.store.parked_of(&permit, &desk.staff.organisation, desk.now(), SHOWN).await?)
}

/// What is done for an order in the background, each with its place among those that wait.
#[crate::boxed]
pub async fn of_order(desk: &Desk, order: OrderId) -> ServiceResult<Vec<Place>> {
    let permit = desk.permit(Action::ReadOrder, order).await?;
    Ok(desk.service.store.jobs_of_order(&permit, order, desk.now()).await?)
}

/// A job as it is before somebody sends it again.
#[crate::boxed]
pub async fn job(desk: &Desk, subject: &str) -> ServiceResult<JobLine> {
    let store = &desk.service.store;
    let order = store.order_of_job(subject).await?.ok_or(ServiceError::NotFound("job"))?;
    let permit = desk.permit(Action::SendJobAgain, order).await?;
    store.job_line(&permit, subject, desk.now()).await?.ok_or(ServiceError::NotFound("job"))
}

/// Sends a parked job again, as it was when somebody looked at it. Who did, and why, stands in the audit of its order.
#[crate::boxed]
pub async fn send_again(desk: &Desk, subject: &str, parked: Timestamp, reason: &str) -> ServiceResult<()> {
    let store = &desk.service.store;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusals::one("reason", "Say why it will end this time: what was looked at, or mended").into());
    }
    let order = store.order_of_job(subject).await?.ok_or(ServiceError::NotFound("job"))?;
    desk.permit(Action::SendJobAgain, order).await?;
    if !store.send_again(subject, parked).await? {
        let message = "It is not as it was when you looked: it was sent again, or failed again. Look at the list before you go on";
        return Err(ServiceError::Conflict(message.into()));
    }
    let why = format!("{subject}: {reason}");
    store.note(&desk.staff, "SentAgain", &order.stream(), &why, true, desk.now()).await?;
    analyses::start_waiting(&desk.service);
    Ok(())
}
