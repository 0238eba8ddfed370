//! Releasing a signed result to the patient, and recalling it.

mod died;

pub use died::has_died;
pub(crate) use died::is_recorded_dead;

use crate::{
    Desk, ServiceError, ServiceResult, Status, ordering,
    people::deaths::{self, KnownDeath},
    results::reports,
};
use access::{Action, Permit};
use care::{
    OrderId, PatientId, Refusals, ReportId,
    ordering::{choice::policy::Use, order::Request},
    results::report::{
        self, Command, Content, Report,
        release::{Circumstances, Obstacle, Plan, Presence},
    },
};
use store::{Change, Loaded};

/// The latest report of an order, with what decides whether its patient may see it.
pub struct Releasing {
    /// Which report it is, and how many events of it this shows.
    pub seen: Seen,
    /// The report.
    pub report: Report,
    /// What it says.
    pub content: Content,
    /// What decides whether it may be shown.
    pub circumstances: Circumstances,
    /// The patient, where nothing tells of their death but a hospital's system, which nobody has checked.
    pub death_to_check: Option<PatientId>,
}

/// How much somebody had seen of a report when they chose what to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    /// The report.
    pub report: ReportId,
    /// Its events.
    pub events: u64,
}

/// The latest report of an order, for whoever may release it.
#[crate::boxed]
pub async fn releasing(desk: &Desk, order: OrderId) -> ServiceResult<Releasing> {
    let permit = desk.permit(Action::ReleaseResult, order).await?;
    let (loaded, content, circumstances) = latest(desk, &permit, order).await?;
    let death_to_check = death_to_check(desk, &permit, order).await?;
    Ok(Releasing {
        seen: Seen { report: content.id, events: loaded.sequence },
        report: loaded.state,
        content,
        circumstances,
        death_to_check,
    })
}

/// The patient of an order of whose death nothing tells but a hospital's system, which nobody has checked.
async fn death_to_check(desk: &Desk, permit: &Permit, order: OrderId) -> ServiceResult<Option<PatientId>> {
    let status = desk.status(permit, order).await?;
    let proband = status.order.request.as_ref().and_then(Request::proband);
    let Some(patient) = proband.map(|proband| proband.patient) else { return Ok(None) };
    if Circumstances::of_order(&status).has_died {
        return Ok(None);
    }
    let is_said = matches!(deaths::known(desk, permit, patient).await?, KnownDeath::Said { .. });
    Ok(is_said.then_some(patient))
}

/// Whether a report of an order is on its patient's page now, for whoever may read it.
#[crate::boxed]
pub async fn presence(desk: &Desk, order: OrderId, report: ReportId) -> ServiceResult<Presence> {
    let permit = desk.permit(Action::ReadReport, order).await?;
    let status = desk.status(&permit, order).await?;
    let (_, found) = status.reports.iter().find(|(id, _)| *id == report).ok_or(ServiceError::NotFound("report"))?;
    if found.release.is_none() {
        return Ok(Presence::NotReleased);
    }
    let content = reports::content(&desk.service, found).await?;
    Ok(found.presence(&circumstances(desk, &permit, order, &status, &content).await?))
}

/// Releases the report that was seen to its patient.
#[crate::boxed]
pub async fn release(desk: &Desk, order: OrderId, seen: Seen, plan: Plan) -> ServiceResult<()> {
    change(desk, order, seen, |circumstances| Command::ReleaseToPatient { plan, circumstances }).await
}

/// Recalls the report that was seen from its patient's page.
#[crate::boxed]
pub async fn recall(desk: &Desk, order: OrderId, seen: Seen, reason: &str) -> ServiceResult<()> {
    change(desk, order, seen, |_| Command::RecallFromPatient { reason: reason.to_owned() }).await
}

async fn change(desk: &Desk, order: OrderId, seen: Seen, command: impl FnOnce(Circumstances) -> Command + Send) -> ServiceResult<()> {
    let permit = desk.permit(Action::ReleaseResult, order).await?;
    let (loaded, content, circumstances) = latest(desk, &permit, order).await?;
    if (seen != Seen { report: content.id, events: loaded.sequence }) {
        let message = "The report changed since you opened this page, so nothing was done. It is shown as it is now: read it again";
        return Err(Refusals::one("report", message).into());
    }
    let mut change = Change::default();
    change.add(&loaded, &report::decide(&loaded.state, command(circumstances), &desk.staff, desk.now())?);
    desk.commit(&permit, change).await
}

async fn latest(desk: &Desk, permit: &Permit, order: OrderId) -> ServiceResult<(Loaded<Report>, Content, Circumstances)> {
    let status = desk.status(permit, order).await?;
    let (id, _) = status.report().ok_or(ServiceError::NotFound("report"))?;
    let loaded = desk.service.store.load::<Report>(permit, id.stream()).await?;
    let content = reports::content(&desk.service, &loaded.state).await?;
    let circumstances = circumstances(desk, permit, order, &status, &content).await?;
    Ok((loaded, content, circumstances))
}

/// What decides whether a report of an order may be shown to its patient: what the order tells, and what stands elsewhere.
pub(super) async fn circumstances(
    desk: &Desk,
    permit: &Permit,
    order: OrderId,
    status: &Status,
    content: &Content,
) -> ServiceResult<Circumstances> {
    let mut found = Circumstances::of_order(status);
    if content.interim {
        found.add(Obstacle::NotFinal);
    }
    if desk.service.store.named_of_order(order).await?.is_some() {
        found.add(Obstacle::Restricted);
    }
    let Some(patient) = status.order.request.as_ref().and_then(Request::proband).map(|proband| proband.patient) else { return Ok(found) };
    if content.variants.iter().any(|v| v.secondary)
        && !ordering::choices::receipt(desk, permit, patient, Use::SecondaryFindings).await?.allowed
    {
        found.add(Obstacle::UnwantedFinding);
    }
    // A death is not told of one order alone.
    found.has_died |= has_died(desk, permit, patient).await?;
    Ok(found)
}
