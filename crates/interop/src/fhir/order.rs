//! An order as ServiceRequests (one of each person), Tasks and Specimens. Source: NHS England Genomics FHIR guide.

use super::{
    datatype::{Annotation, CodeableConcept, Coding, Extension, Identifier, Meta, Reference},
    resource::{RequestPriority, RequestStatus, ServiceRequest, Specimen, SpecimenStatus, Task},
};
use crate::codes::{
    Concept, system,
    task::{TaskCode, TaskStatus, TaskStatusReason},
    testing,
};
use care::{
    OrderId, PatientId, SampleId, Staff,
    laboratory::sample::Sample,
    ordering::{
        family::{Participant, Relationship},
        order::{Order, Request, State, Urgency},
    },
};
use jiff::{Timestamp, civil::Date};

/// An order with what its resources say, at one version of it.
pub struct OrderContext<'a> {
    /// Which.
    pub id: OrderId,
    /// The order.
    pub order: &'a Order,
    /// Day on which it was placed.
    pub placed: Date,
    /// When it was last changed.
    pub updated: Timestamp,
    /// Version: events of the order.
    pub version: u64,
    /// Name of the laboratory, where it is known.
    pub laboratory_name: &'a str,
}

/// How far a piece of work is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stage {
    /// Kind of the task.
    pub code: TaskCode,
    /// Status of the task.
    pub status: TaskStatus,
    /// Why it does not go on, as a code and in words.
    pub reason: Option<(TaskStatusReason, String)>,
}

/// Name of the request of a person of an order: the order's own for the proband.
pub fn request_id(order: OrderId, people: &[Participant], patient: PatientId) -> Option<String> {
    let place = people.iter().position(|p| p.patient == patient)?;
    Some(if people[place].relationship == Relationship::Proband { order.to_string() } else { format!("{order}.{place}") })
}

/// The order of a request's name, and which of its people it is about.
pub fn parse_request_id(id: &str) -> Option<(OrderId, Option<usize>)> {
    match id.split_once('.') {
        Some((order, place)) => Some((order.parse().ok()?, Some(place.parse().ok()?))),
        None => Some((id.parse().ok()?, None)),
    }
}

/// Name of the task of an order.
pub fn task_id(order: OrderId, code: TaskCode) -> String {
    format!("{}.{}", order.0.simple(), code.place())
}

/// The order of a task's name, and the kind of the task.
pub fn parse_task_id(id: &str) -> Option<(OrderId, TaskCode)> {
    let (order, place) = id.split_once('.')?;
    Some((order.parse().ok()?, *TaskCode::ALL.get(place.parse::<usize>().ok()?)?))
}

impl OrderContext<'_> {
    /// The requests, proband's first as the order has them.
    pub fn requests(&self) -> Vec<ServiceRequest> {
        let Some((request, requester)) = self.submitted() else { return vec![] };
        request.people.iter().filter_map(|person| self.request(request, requester, person)).collect()
    }

    /// The tasks of an order, one for each stage that it has come to.
    pub fn tasks(&self, stages: &[Stage]) -> Vec<Task> {
        let Some((request, requester)) = self.submitted() else { return vec![] };
        let Some(proband) = request.proband() else { return vec![] };
        stages.iter().map(|stage| self.task(request, requester, proband, stage)).collect()
    }

    /// The samples of the people of the order.
    pub fn specimens(&self, samples: &[(SampleId, Sample)]) -> Vec<Specimen> {
        let Some(request) = self.order.request.as_ref() else { return vec![] };
        samples.iter().filter_map(|(id, sample)| self.specimen(request, *id, sample)).collect()
    }

    fn submitted(&self) -> Option<(&Request, &Staff)> {
        self.order.request.as_ref().zip(self.order.requester.as_ref())
    }

    fn meta(&self, profile: &str) -> Option<Meta> {
        let meta = Meta::nhs(profile)?;
        Some(Meta { version_id: self.version.to_string(), last_updated: self.updated.to_string(), ..meta })
    }

    fn request(&self, request: &Request, requester: &Staff, person: &Participant) -> Option<ServiceRequest> {
        let is_proband = person.relationship == Relationship::Proband;
        let (status, reason) = status(&self.order.state);
        let own_number = Identifier::new(system::ORDER, request.number.clone());
        let hospital = Identifier::ods(&requester.organisation);
        let notes = if is_proband { vec![request.eligibility.as_str(), &request.history, reason] } else { vec![] };
        Some(ServiceRequest {
            id: request_id(self.id, &request.people, person.patient)?,
            meta: self.meta("NHSEngland-ServiceRequest-Genomics"),
            extension: extensions(is_proband),
            identifier: std::iter::once(own_number.clone()).chain(sender_number(request, &hospital)).collect(),
            requisition: own_number,
            status,
            intent: "order",
            category: vec![testing::reason(&request.purpose).into()],
            priority: priority(request.urgency),
            code: test(request),
            subject: Reference::to(format!("Patient/{}", person.patient)).with_name(&person.name),
            authored_on: self.placed.to_string(),
            requester: Reference::known_by(hospital).with_name(format!("{}, {}", requester.name, requester.organisation_name)),
            performer: vec![Reference::known_by(Identifier::ods(&request.laboratory)).with_name(self.laboratory_name)],
            reason_code: vec![CodeableConcept::coded(system::DIRECTORY, request.test.indication(), &request.indication)],
            note: Annotation::list(notes),
        })
    }

    fn task(&self, request: &Request, requester: &Staff, proband: &Participant, stage: &Stage) -> Task {
        let code = Concept { system: system::TASK, code: stage.code.code(), display: stage.code.display() };
        let reason = stage
            .reason
            .as_ref()
            .map(|(code, text)| CodeableConcept { coding: vec![Coding::new(system::TASK_REASON, code.code(), "")], text: text.clone() });
        Task {
            id: task_id(self.id, stage.code),
            meta: self.meta("NHSEngland-Task-Genomics"),
            group_identifier: Identifier::new(system::ORDER, request.number.clone()),
            status: stage.status,
            status_reason: reason,
            intent: "order",
            priority: priority(request.urgency),
            code: code.into(),
            focus: Reference::to(format!("ServiceRequest/{}", self.id)),
            beneficiary: Reference::to(format!("Patient/{}", proband.patient)).with_name(&proband.name),
            authored_on: self.placed.to_string(),
            last_modified: self.updated.to_string(),
            requester: Reference::known_by(Identifier::ods(&requester.organisation)).with_name(&requester.organisation_name),
            owner: Reference::known_by(Identifier::ods_british(&request.laboratory)).with_name(self.laboratory_name),
        }
    }

    fn specimen(&self, request: &Request, id: SampleId, sample: &Sample) -> Option<Specimen> {
        let label = sample.label.as_ref()?;
        let status = if sample.state.is_usable() { SpecimenStatus::Available } else { SpecimenStatus::Unavailable };
        Some(Specimen {
            id: id.to_string(),
            meta: Meta::nhs("NHSEngland-Specimen-Genomics"),
            identifier: vec![Identifier::new(system::SPECIMEN, label.barcode.clone())],
            status,
            kind: CodeableConcept::in_words(&label.material),
            subject: Reference::to(format!("Patient/{}", label.patient)),
            request: vec![Reference::to(format!("ServiceRequest/{}", request_id(self.id, &request.people, label.patient)?))],
            note: Annotation::list([sample.state.label()]),
        })
    }
}

/// Who pays, and whether the person is the one whom the question is about.
fn extensions(is_proband: bool) -> Vec<Extension> {
    let role = if is_proband { testing::PROBAND } else { testing::CONSULTAND };
    vec![
        Extension::concept("https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-Coverage", testing::NHS_ENGLAND.into()),
        Extension::concept("https://fhir.nhs.uk/England/StructureDefinition/Extension-Genomic-Patient-Role", role.into()),
    ]
}

/// The sender's own number of the order, where a system sent it: of the system that the sender names, for two orders may have one number
/// in two of them.
fn sender_number(request: &Request, hospital: &Identifier) -> Option<Identifier> {
    let sender = request.sender.as_ref()?;
    let assigner = Some(Box::new(Reference::known_by(hospital.clone())));
    Some(Identifier { assigner, ..Identifier::new(sender.address().unwrap_or(system::LOCAL_ORDER), sender.placer_number()) })
}

fn test(request: &Request) -> CodeableConcept {
    let coding = Coding {
        version: request.directory_version.clone(),
        ..Coding::new(system::DIRECTORY, &request.test.to_string(), &request.indication)
    };
    CodeableConcept { coding: vec![coding], text: String::new() }
}

fn priority(urgency: Urgency) -> RequestPriority {
    match urgency {
        Urgency::Routine => RequestPriority::Routine,
        Urgency::Urgent => RequestPriority::Urgent,
    }
}

/// FHIR's status of a request, and why, where somebody said so.
fn status(state: &State) -> (RequestStatus, &str) {
    match state {
        State::Draft => (RequestStatus::Draft, ""),
        State::Submitted | State::Accepted | State::InProgress => (RequestStatus::Active, ""),
        State::OnHold { reason } => (RequestStatus::OnHold, reason),
        State::Reported { .. } | State::Closed => (RequestStatus::Completed, ""),
        State::Rejected { reason } | State::Cancelled { reason } => (RequestStatus::Revoked, reason),
        State::EnteredInError { reason } => (RequestStatus::EnteredInError, reason),
    }
}
