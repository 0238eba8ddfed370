//! What other systems read of an order: its state with people, samples, tasks and reports; every version of it; a search.

pub mod reader;
pub mod resources;
mod search;

pub use search::{Search, people_with_number, records_of, search_orders};

use crate::{Desk, ServiceError, ServiceResult, Status, directory, people, results};
use access::Action;
use care::{
    Fold, OrderId, PatientId, ReportId,
    ordering::{
        order::{Order, State},
        progress,
    },
    people::patient::Demographics,
    results::report::{Content, Report},
};
use interop::{
    codes::task::{TaskCode, TaskStatus, TaskStatusReason},
    fhir::order::Stage,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

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

impl Exchanged {
    /// Day on which it was placed.
    pub fn placed(&self) -> Date {
        self.versions.first().map_or_else(Date::default, |v| v.at.to_zoned(TimeZone::UTC).date())
    }
}

/// An order as other systems read it.
#[crate::boxed]
pub async fn exchanged(desk: &Desk, id: OrderId) -> ServiceResult<Exchanged> {
    let desk = &reader::desk_of_order(desk, id).await?;
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

/// How far each piece of work of an order is, as tasks: what was come to, and what is next.
pub fn stages(status: &Status) -> Vec<Stage> {
    use TaskCode::ProcessGenomicTestRequest as Process;
    let mut stages = match &status.order.state {
        State::Draft => return vec![],
        State::Submitted => return vec![stage(Process, TaskStatus::Requested)],
        State::Rejected { reason } => return vec![because(Process, TaskStatus::Rejected, TaskStatusReason::InvalidRequest, reason)],
        State::Cancelled { reason } => {
            return vec![because(Process, TaskStatus::Cancelled, TaskStatusReason::TaskNoLongerRequired, reason)];
        }
        State::EnteredInError { reason } => {
            return vec![because(Process, TaskStatus::EnteredInError, TaskStatusReason::TaskNoLongerRequired, reason)];
        }
        State::Accepted | State::InProgress | State::OnHold { .. } | State::Reported { .. } | State::Closed => {
            vec![stage(Process, TaskStatus::Completed)]
        }
    };
    let (choices, samples) = (status.choices_missing().len(), status.samples_missing().len());
    if choices + samples > 0 && status.reports.is_empty() {
        let why = if choices > 0 { TaskStatusReason::AwaitingRecordOfDiscussion } else { TaskStatusReason::AwaitingSample };
        stages.push(because(TaskCode::RequestSampleAlignment, TaskStatus::InProgress, why, &status.waiting()));
    } else {
        stages.push(stage(TaskCode::RequestSampleAlignment, TaskStatus::Completed));
        stages.extend(laboratory_stages(&status.laboratory_stage()));
    }
    if let (State::OnHold { reason }, Some(last)) = (&status.order.state, stages.last_mut()) {
        last.status = TaskStatus::OnHold;
        last.reason = Some((TaskStatusReason::Other, reason.clone()));
    }
    stages
}

fn stage(code: TaskCode, status: TaskStatus) -> Stage {
    Stage { code, status, reason: None }
}

fn because(code: TaskCode, status: TaskStatus, reason: TaskStatusReason, text: &str) -> Stage {
    Stage { code, status, reason: Some((reason, text.to_owned())) }
}

/// The work of the laboratory, from the data to the report.
fn laboratory_stages(reached: &progress::Stage) -> Vec<Stage> {
    use progress::Stage as S;
    let data = |status| stage(TaskCode::GeneticGenomicDataProcessing, status);
    let analysed = |interpreted| vec![data(TaskStatus::Completed), stage(TaskCode::Interpretation, interpreted)];
    let written = |status| {
        let report = stage(TaskCode::ProduceFinalReport, status);
        analysed(TaskStatus::Completed).into_iter().chain([report])
    };
    let distributed = |status| {
        let delivery = stage(TaskCode::DistributeReport, status);
        written(TaskStatus::Completed).chain([delivery]).collect()
    };
    match reached {
        S::AwaitingData => vec![data(TaskStatus::Requested)],
        S::Queued => vec![data(TaskStatus::Accepted)],
        S::Analysing => vec![data(TaskStatus::InProgress)],
        S::AnalysisStopped { reason } => {
            vec![because(TaskCode::GeneticGenomicDataProcessing, TaskStatus::Failed, TaskStatusReason::PipelineError, reason)]
        }
        S::OutsideResultToCheck { .. } => written(TaskStatus::InProgress).collect(),
        S::AwaitingFirstScientist => analysed(TaskStatus::Requested),
        S::AwaitingSecondScientist | S::AwaitingDecision | S::AwaitingAgreement => analysed(TaskStatus::InProgress),
        S::AwaitingSignature => written(TaskStatus::Requested).collect(),
        S::Sending => distributed(TaskStatus::Requested),
        S::AwaitingReader { .. } => distributed(TaskStatus::InProgress),
        S::Read => distributed(TaskStatus::Completed),
        S::OutsideResultToKnow { .. }
        | S::Draft
        | S::OnHold { .. }
        | S::Rejected { .. }
        | S::Cancelled { .. }
        | S::EnteredInError { .. }
        | S::Closed
        | S::AwaitingChoices { .. }
        | S::AwaitingPhenotype
        | S::AwaitingAcceptance { .. }
        | S::AwaitingSamples { .. } => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_written_and_then_distributed_until_it_was_read() {
        let tasks = |reached: progress::Stage| -> Vec<(&str, &str)> {
            laboratory_stages(&reached).iter().skip(2).map(|s| (s.code.code(), s.status.code())).collect()
        };
        let (written, distributed) = ("produce-final-report", "distribute-report");
        assert_eq!(tasks(progress::Stage::AwaitingSecondScientist), []);
        assert_eq!(tasks(progress::Stage::AwaitingSignature), [(written, "requested")]);
        assert_eq!(tasks(progress::Stage::Sending), [(written, "completed"), (distributed, "requested")]);
        assert_eq!(tasks(progress::Stage::Read), [(written, "completed"), (distributed, "completed")]);
    }
}
