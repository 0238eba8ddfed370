//! Work in the background as people see it: what waits, who does what, what failed, and sending it again.

use crate::{
    Desk, ServiceError, ServiceResult,
    laboratory::{analyses, data},
    operations::journal_fault,
};
use access::Action;
use anyhow::anyhow;
use care::{OrderId, Refusals, event::StreamName};
use jiff::Timestamp;
use store::{Depth, JobLine, JobState, Kind, Place, Round};

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
    /// What this program found in the journal that is not as it was written.
    pub journal_fault: Option<String>,
}

/// What goes on in the background, as somebody sees it who looks after the service.
#[crate::boxed]
pub async fn background(desk: &Desk) -> ServiceResult<Background> {
    let permit = desk.permit_general(Action::FollowJobs).await?;
    let (store, now) = (&desk.service.store, desk.now());
    let (jobs, more) = store.jobs_of(&permit, &desk.staff.organisation, now, SHOWN).await?;
    let journal_fault = journal_fault(&desk.service).map(str::to_owned);
    Ok(Background { depths: store.depths(now).await?, jobs, more, rounds: store.rounds(&permit, now).await?, journal_fault })
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

/// Sends a parked job again, as it was when somebody looked at it. Who did, and why, stands in the audit of its order.
#[crate::boxed]
pub async fn send_again(desk: &Desk, subject: &str, parked: Timestamp, reason: &str) -> ServiceResult<()> {
    let store = &desk.service.store;
    let reason = stated(reason, "Say why it will end this time: what was looked at, or mended")?;
    let order = store.order_of_job(subject).await?.ok_or(ServiceError::NotFound("job"))?;
    desk.permit(Action::SendJobAgain, order).await?;
    let why = format!("{subject}: {reason}");
    if !store.send_again(&desk.staff, (subject, parked), (order, why.as_str()), desk.now()).await? {
        return Err(changed());
    }
    analyses::start_waiting(&desk.service);
    Ok(())
}

/// Gives a parked analysis up, as it was when somebody looked at it: it has failed, its order waits with the reason, and data can be
/// registered again.
#[crate::boxed]
pub async fn give_up(desk: &Desk, subject: &str, parked: Timestamp, reason: &str) -> ServiceResult<()> {
    let store = &desk.service.store;
    let reason = stated(reason, "Say why it will never end: the order shows it to everybody who works on it")?;
    let order = store.order_of_job(subject).await?.ok_or(ServiceError::NotFound("job"))?;
    let permit = desk.permit(Action::RegisterData, order).await?;
    let job = store.job_line(&permit, subject, desk.now()).await?.ok_or(ServiceError::NotFound("job"))?;
    if !is_parked(&job, parked) {
        return Err(changed());
    }
    match job.kind {
        Kind::Analysis => {
            let id = StreamName::read(subject).map_err(anyhow::Error::from)?.parse().map_err(anyhow::Error::from)?;
            let why = format!("the analysis failed {} times ({}) and was given up: {reason}", job.attempts, job.reason);
            data::conclude_analysis(desk, order, id, Err(anyhow!(why))).await
        }
        // None of these stops an order.
        Kind::Delivery | Kind::Library | Kind::Notice | Kind::Sweep | Kind::Quality => {
            Err(Refusals::one("action", "Only an analysis can be given up").into())
        }
    }
}

/// Whether a job has been parked since a time, and not again since.
fn is_parked(job: &JobLine, parked: Timestamp) -> bool {
    matches!(job.state, JobState::Parked { since } if since.as_millisecond() == parked.as_millisecond())
}

fn stated<'a>(reason: &'a str, otherwise: &str) -> ServiceResult<&'a str> {
    let reason = reason.trim();
    if reason.is_empty() { Err(Refusals::one("reason", otherwise).into()) } else { Ok(reason) }
}

fn changed() -> ServiceError {
    let message =
        "It is not as it was when you looked: it was sent again, failed again, or was given up. Look at the list before you go on";
    ServiceError::Conflict(message.into())
}
