//! What other systems read of an order: its state with people, samples, tasks and reports; every version of it; a search.

use crate::{Desk, ServiceError, ServiceResult, Status, directory, ordering::messages, people, results};
use access::Action;
use care::{
    Fold, NhsNumber, OrderId, PatientId, ReportId,
    ordering::{
        order::{Order, State},
        progress,
    },
    people::patient::Demographics,
    results::report::{Content, Report},
};
use interop::fhir::order::Stage;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use store::{Listing, OrderView};

/// An order as other systems read it.
pub struct Exchanged {
    /// Which.
    pub id: OrderId,
    /// Where everything stands.
    pub status: Status,
    /// Who its people are.
    pub people: Vec<(PatientId, Demographics)>,
    /// Every version of the order.
    pub versions: Vec<Version>,
    /// Signed reports with what they say, oldest first; none to whom they are not released.
    pub reports: Vec<(ReportId, Report, Content)>,
    /// Name of the laboratory.
    pub laboratory_name: String,
}

/// A version of an order, and the event that made it.
pub struct Version {
    /// The order.
    pub order: Order,
    /// When.
    pub at: Timestamp,
    /// Kind of the event.
    pub kind: String,
    /// Who, and for which organisation.
    pub by: [String; 2],
    /// Why, where it was said.
    pub reason: String,
}

/// What a search asks for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// The service's number of the order, or the asking system's own.
    pub number: String,
    /// NHS number of somebody in the order.
    pub nhs_number: Option<NhsNumber>,
    /// After this line: day and number.
    pub after: Option<(Date, String)>,
    /// Lines at the most.
    pub most: u64,
}

impl Exchanged {
    /// Day on which it was placed.
    pub fn placed(&self) -> Date {
        self.versions.first().map_or_else(Date::default, |v| v.at.to_zoned(TimeZone::UTC).date())
    }
}

/// An order as other systems read it.
pub async fn exchanged(desk: &Desk, id: OrderId) -> ServiceResult<Exchanged> {
    let permit = desk.permit(Action::ReadOrder, id).await?;
    let status = desk.status(&permit, id).await?;
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    let mut people = Vec::new();
    for person in &request.people {
        people.push((person.patient, people::patients::demographics(desk, &permit, person.patient).await?));
    }
    let (mut versions, mut order) = (Vec::new(), Order::default());
    for entry in desk.service.store.stream(&permit, &id.stream()).await? {
        order = order.apply(&entry.read()?);
        let [_, _, name, organisation] = entry.actor;
        versions.push(Version { order: order.clone(), at: entry.at, kind: entry.kind, by: [name, organisation], reason: entry.reason });
    }
    let reports = if status.reports.is_empty() { vec![] } else { results::reports::reports(desk, id).await? };
    let laboratories = directory::laboratories::list(&desk.service).await?;
    let laboratory_name = laboratories.0.get(&request.laboratory).map_or_else(String::new, |l| l.name.clone());
    Ok(Exchanged { id, status, people, versions, reports, laboratory_name })
}

/// The orders that a search finds among those of this organisation.
pub async fn search_orders(desk: &Desk, search: &Search) -> ServiceResult<Vec<OrderView>> {
    let permit = desk.permit_general(Action::SeeWorkList).await?;
    let store = &desk.service.store;
    let own = &desk.staff.organisation;
    if !search.number.is_empty() {
        let by_number = store.order_by_number(&search.number.to_uppercase()).await?;
        let found = match by_number {
            Some(found) => Some(found),
            None => store.order_view(messages::order_of(desk.staff.id, &search.number)).await?,
        };
        return Ok(found.into_iter().filter(|v| v.requester == *own).collect());
    }
    if let Some(number) = search.nhs_number {
        let Some(patient) = store.patient_by_nhs_number(&permit, number).await? else { return Ok(vec![]) };
        let mut found = store.orders_with(&permit, patient).await?;
        found.retain(|v| v.requester == *own);
        return Ok(found);
    }
    let listing = Listing { finished: true, latest_first: true, after: search.after.clone(), most: search.most, ..Listing::default() };
    Ok(store.orders(&permit, &listing).await?)
}

const PROCESS: &str = "process-genomic-test-request";
const DATA: &str = "genetic-genomic-data-processing";

/// How far each piece of work of an order is, as tasks: what was come to, and what is next.
pub fn stages(status: &Status) -> Vec<Stage> {
    let stage = |code, status| Stage { code, status, reason: None };
    let because = |code, status, why, words: &str| Stage { code, status, reason: Some((why, words.to_owned())) };
    let mut stages = match &status.order.state {
        State::Draft => return vec![],
        State::Submitted => return vec![stage(PROCESS, "requested")],
        State::Rejected { reason } => return vec![because(PROCESS, "rejected", "invalid-request", reason)],
        State::Cancelled { reason } => return vec![because(PROCESS, "cancelled", "task-no-longer-required", reason)],
        State::EnteredInError { reason } => return vec![because(PROCESS, "entered-in-error", "task-no-longer-required", reason)],
        State::Accepted | State::InProgress | State::OnHold { .. } | State::Reported { .. } | State::Closed => {
            vec![stage(PROCESS, "completed")]
        }
    };
    let (choices, samples) = (status.choices_missing().len(), status.samples_missing().len());
    if choices + samples > 0 && status.reports.is_empty() {
        let why = if choices > 0 { "awaiting-rod-and-or-sample" } else { "awaiting-sample" };
        stages.push(because("request-sample-alignment", "in-progress", why, &status.waiting()));
    } else {
        stages.push(stage("request-sample-alignment", "completed"));
        stages.extend(of_laboratory(&status.laboratory_stage()));
    }
    if let (State::OnHold { reason }, Some(last)) = (&status.order.state, stages.last_mut()) {
        last.status = "on-hold";
        last.reason = Some(("other", reason.clone()));
    }
    stages
}

/// Tasks of the laboratory's own work.
fn of_laboratory(reached: &progress::Stage) -> Vec<Stage> {
    use progress::Stage as S;
    let stage = |code, status| Stage { code, status, reason: None };
    let analysed = |interpreted| vec![stage(DATA, "completed"), stage("interpretation", interpreted)];
    let reported = |distributed| {
        let last = [stage("produce-final-report", "completed"), stage("distribute-report", distributed)];
        analysed("completed").into_iter().chain(last).collect()
    };
    match reached {
        S::AwaitingData => vec![stage(DATA, "requested")],
        S::Queued => vec![stage(DATA, "accepted")],
        S::Analysing => vec![stage(DATA, "in-progress")],
        S::AnalysisStopped { reason } => vec![Stage { code: DATA, status: "failed", reason: Some(("pipeline-error", reason.clone())) }],
        S::AwaitingFirstScientist => analysed("requested"),
        S::AwaitingSecondScientist | S::AwaitingDecision => analysed("in-progress"),
        S::AwaitingSignature => analysed("completed").into_iter().chain([stage("produce-final-report", "requested")]).collect(),
        S::Sending => reported("requested"),
        S::AwaitingReader { .. } => reported("in-progress"),
        S::Read => reported("completed"),
        S::Draft
        | S::OnHold { .. }
        | S::Rejected { .. }
        | S::Cancelled { .. }
        | S::EnteredInError { .. }
        | S::Closed
        | S::AwaitingChoices { .. }
        | S::AwaitingAcceptance { .. }
        | S::AwaitingSamples { .. } => vec![],
    }
}
