//! What other systems read of an order: its state with people, samples, tasks and reports; every version of it; a search.

use crate::{Desk, ServiceError, ServiceResult, Status, messages};
use access::Action;
use care::{
    Fold, NhsNumber, OrderId, PatientId, ReportId, analysis, interpretation,
    order::{Order, State},
    patient::Demographics,
    report::{self, Content, Report},
};
use interop::{
    codes::task::{TaskCode, TaskStatus, TaskStatusReason},
    fhir::order::Stage,
};
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
    pub after: Option<(String, String)>,
    /// Lines at the most.
    pub most: u64,
}

impl Exchanged {
    /// Day on which it was placed.
    pub fn placed(&self) -> Date {
        self.versions.first().map_or_else(Date::default, |v| v.at.to_zoned(TimeZone::UTC).date())
    }
}

impl Desk {
    /// An order as other systems read it.
    pub async fn exchanged(&self, id: OrderId) -> ServiceResult<Exchanged> {
        let permit = self.permit(Action::ReadOrder, id).await?;
        let status = self.status(&permit, id).await?;
        let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
        let mut people = Vec::new();
        for person in &request.people {
            people.push((person.patient, self.demographics(&permit, person.patient).await?));
        }
        let (mut versions, mut order) = (Vec::new(), Order::default());
        for entry in self.service.store.stream(&permit, &id.stream()).await? {
            order = order.apply(&entry.read()?);
            let [_, _, name, organisation] = entry.actor;
            versions.push(Version { order: order.clone(), at: entry.at, kind: entry.kind, by: [name, organisation], reason: entry.reason });
        }
        let reports = if status.reports.is_empty() { vec![] } else { self.reports(id).await? };
        let laboratories = self.service.laboratories().await?;
        let laboratory_name = laboratories.0.get(&request.laboratory).map_or_else(String::new, |l| l.name.clone());
        Ok(Exchanged { id, status, people, versions, reports, laboratory_name })
    }

    /// The orders that a search finds among those of this organisation.
    pub async fn search_orders(&self, search: &Search) -> ServiceResult<Vec<OrderView>> {
        let permit = self.permit_general(Action::SeeWorkList).await?;
        let store = &self.service.store;
        let own = self.staff.organisation.to_string();
        if !search.number.is_empty() {
            let by_number = store.order_by_number(&search.number.to_uppercase()).await?;
            let found = match by_number {
                Some(found) => Some(found),
                None => store.order_view(messages::order_of(self.staff.id, &search.number)).await?,
            };
            return Ok(found.into_iter().filter(|v| v.requester == own).collect());
        }
        if let Some(number) = search.nhs_number {
            let Some(patient) = store.patient_by_nhs_number(&permit, number).await? else { return Ok(vec![]) };
            let mut found = store.orders_with(&permit, patient).await?;
            found.retain(|v| v.requester == own);
            return Ok(found);
        }
        let listing = Listing { finished: true, latest_first: true, after: search.after.clone(), most: search.most, ..Listing::default() };
        Ok(store.orders(&permit, &listing).await?)
    }
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
        _ => vec![stage(Process, TaskStatus::Completed)],
    };
    let (choices, samples) = (status.choices_missing().len(), status.samples_missing().len());
    if choices + samples > 0 && status.reports.is_empty() {
        let why = if choices > 0 { TaskStatusReason::AwaitingRecordOfDiscussion } else { TaskStatusReason::AwaitingSample };
        stages.push(because(TaskCode::RequestSampleAlignment, TaskStatus::InProgress, why, &status.waiting()));
    } else {
        stages.push(stage(TaskCode::RequestSampleAlignment, TaskStatus::Completed));
        stages.extend(laboratory_stages(status));
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

fn because(code: TaskCode, status: TaskStatus, reason: TaskStatusReason, words: &str) -> Stage {
    Stage { code, status, reason: Some((reason, words.to_owned())) }
}

/// The work of the laboratory, from the data to the report.
fn laboratory_stages(status: &Status) -> Vec<Stage> {
    use analysis::State as A;
    use interpretation::State as I;
    let data = TaskCode::GeneticGenomicDataProcessing;
    let data = match status.analysis().map(|(_, a)| &a.state) {
        None | Some(A::None) => stage(data, TaskStatus::Requested),
        Some(A::Queued) => stage(data, TaskStatus::Accepted),
        Some(A::Running) => stage(data, TaskStatus::InProgress),
        Some(A::Stopped { reason } | A::Failed { reason, .. }) => {
            because(data, TaskStatus::Failed, TaskStatusReason::PipelineError, reason)
        }
        Some(A::Done { .. }) => stage(data, TaskStatus::Completed),
    };
    if data.status != TaskStatus::Completed {
        return vec![data];
    }
    let interpreted = match status.interpretation().map(|(_, i)| &i.state) {
        None | Some(I::None | I::Open) => TaskStatus::Requested,
        Some(I::Proposed { .. } | I::Differs) => TaskStatus::InProgress,
        Some(I::Checked { .. }) => TaskStatus::Completed,
    };
    let mut stages = vec![data, stage(TaskCode::Interpretation, interpreted)];
    if interpreted == TaskStatus::Completed {
        stages.extend(report_stages(status.report_of_latest().map(|r| &r.state)));
    }
    stages
}

/// Writing the report, and delivering it.
fn report_stages(report: Option<&report::State>) -> Vec<Stage> {
    let written = stage(TaskCode::ProduceFinalReport, if report.is_some() { TaskStatus::Completed } else { TaskStatus::Requested });
    let distributed = match report {
        None | Some(report::State::None) => return vec![written],
        Some(report::State::Authorised { .. }) => TaskStatus::Requested,
        Some(report::State::Delivered { .. }) => TaskStatus::InProgress,
        Some(report::State::Acknowledged { .. } | report::State::Superseded { .. }) => TaskStatus::Completed,
    };
    vec![written, stage(TaskCode::DistributeReport, distributed)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use care::{Role, Staff, StaffId};

    #[test]
    fn a_report_is_written_and_then_distributed_until_it_was_read() {
        let by = Staff {
            id: StaffId(uuid::Uuid::nil()),
            name: "Dr C".into(),
            role: Role::Consultant,
            organisation: "699X0".parse().expect("a code"),
            organisation_name: "Hub".into(),
        };
        let at = Timestamp::UNIX_EPOCH;
        let codes = |state: Option<report::State>| -> Vec<(&str, &str)> {
            report_stages(state.as_ref()).iter().map(|s| (s.code.code(), s.status.code())).collect()
        };
        let (written, distributed) = ("produce-final-report", "distribute-report");
        assert_eq!(codes(None), [(written, "requested")]);
        let authorised = report::State::Authorised { by: by.clone(), at };
        assert_eq!(codes(Some(authorised)), [(written, "completed"), (distributed, "requested")]);
        assert_eq!(codes(Some(report::State::Delivered { to: "RP4".into() })), [(written, "completed"), (distributed, "in-progress")]);
        assert_eq!(codes(Some(report::State::Acknowledged { by, at })), [(written, "completed"), (distributed, "completed")]);
    }
}
