//! A request for one clinical indication, from draft to closed.

pub mod purpose;
mod responsible;
mod sender;
pub mod state;

use crate::{
    Fold, OdsCode, OutsideResultId, PatientId, Refusal, Refusals, ReportId, Staff,
    directory::TestCode,
    ordering::family::{self, Participant, Relationship},
};
use jiff::Timestamp;
use ontology::TermId;
use purpose::Purpose;
use serde::{Deserialize, Serialize};

pub use responsible::Responsible;
pub use sender::{Sender, SenderResource, SenderResources};
pub use state::{Answer, State, StateKind};

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Order number that people read out: `OG-` and ten characters.
    pub number: String,
    /// Test.
    pub test: TestCode,
    /// Clinical indication in words.
    pub indication: String,
    /// Directory version that the test was chosen from.
    pub directory_version: String,
    /// What it is for.
    #[serde(default)]
    pub purpose: Purpose,
    /// Panel: number, name, version.
    pub panel: Option<(String, String, String)>,
    /// Proband and relatives.
    pub people: Vec<Participant>,
    /// HPO terms that are present.
    pub observed: Vec<TermId>,
    /// HPO terms that were looked for and are absent.
    pub excluded: Vec<TermId>,
    /// When a term that is present began: term, and a term of the HPO's onset branch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub onsets: Vec<(TermId, TermId)>,
    /// How the patient meets the directory's criteria, in the clinician's words.
    pub eligibility: String,
    /// Clinical question and history.
    pub history: String,
    /// How quickly an answer is needed.
    pub urgency: Urgency,
    /// Laboratory that it goes to.
    pub laboratory: OdsCode,
    /// Days that the directory allows.
    pub turnaround_days_max: u16,
    /// Who is responsible for the patient, and for whom the report is, where that is not whoever ordered.
    #[serde(default, skip_serializing_if = "Responsible::is_empty")]
    pub responsible: Responsible,
    /// The system that sent it, where a person did not order it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

/// Urgency of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Urgency {
    Routine,
    Urgent,
}

/// An order and where it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Order {
    /// What is asked, once submitted, as last amended.
    pub request: Option<Request>,
    /// Who asked.
    pub requester: Option<Staff>,
    /// Documents that came with it, such as a form on paper.
    pub documents: Vec<Document>,
    /// When the newest message was written that stated or changed it, where messages say that.
    pub stated_at: Option<Timestamp>,
    /// State.
    pub state: State,
}

/// A document that came with an order: its bytes are kept by their digest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Document {
    /// What it is.
    pub title: String,
    /// Media type, such as `application/pdf`.
    pub media_type: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Submit(Box<Request>),
    Attach(Document),
    Amend { request: Box<Request>, reason: String },
    Restate { stated_at: Timestamp },
    Accept,
    Reject { reason: String },
    Start,
    Hold { reason: String },
    Resume { reason: String },
    Report { report: ReportId },
    ReportElsewhere { result: OutsideResultId },
    Close,
    Reopen { reason: String },
    Cancel { reason: String },
    EnterInError { reason: String },
}

impl Command {
    /// Why somebody wants it, where a reason is asked for; the journal keeps it beside the event too.
    pub fn reason(&self) -> &str {
        match self {
            Command::Amend { reason, .. }
            | Command::Reject { reason }
            | Command::Hold { reason }
            | Command::Resume { reason }
            | Command::Reopen { reason }
            | Command::Cancel { reason }
            | Command::EnterInError { reason } => reason,
            Command::Submit(_)
            | Command::Attach(_)
            | Command::Restate { .. }
            | Command::Accept
            | Command::Start
            | Command::Report { .. }
            | Command::ReportElsewhere { .. }
            | Command::Close => "",
        }
    }
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Submitted {
        request: Box<Request>,
        requester: Staff,
    },
    Amended {
        request: Box<Request>,
        reason: String,
    },
    /// A message that was written at this time says of it what was said before: an older one ends and changes nothing any more.
    Restated {
        stated_at: Timestamp,
    },
    Attached(Document),
    Accepted,
    Rejected {
        reason: String,
    },
    Started,
    #[serde(rename = "Held")]
    PutOnHold {
        reason: String,
    },
    Resumed {
        reason: String,
    },
    Reported {
        report: ReportId,
    },
    /// The result of another laboratory answers it.
    ReportedElsewhere {
        result: OutsideResultId,
    },
    Closed,
    Reopened {
        reason: String,
    },
    Cancelled {
        reason: String,
    },
    EnteredInError {
        reason: String,
    },
}

impl Request {
    /// The person whom the question is about.
    pub fn proband(&self) -> Option<&Participant> {
        self.people.iter().find(|p| p.relationship == Relationship::Proband)
    }

    /// When the sender wrote what it asks for, where its messages say that.
    fn stated_at(&self) -> Option<Timestamp> {
        self.sender.as_ref().and_then(|sender| sender.stated_at)
    }

    /// Whether it is a test after the death of somebody.
    pub fn is_after_death_of(&self, patient: PatientId) -> bool {
        matches!(self.purpose, Purpose::AfterDeath { .. }) && self.proband().is_some_and(|proband| proband.patient == patient)
    }
}

impl Order {
    /// A message was written before another one that stated or changed the order since: messages overtake one another. One that does
    /// not say when it was written is no older than another.
    pub fn is_newer_than(&self, stated_at: Option<Timestamp>) -> bool {
        stated_at.is_some() && stated_at < self.stated_at
    }

    /// The DNA is kept and nothing is reported.
    fn ends_with_storage(&self) -> bool {
        self.request.as_ref().is_some_and(|r| matches!(r.purpose, Purpose::Storage { .. }))
    }
}

impl Fold for Order {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Order {
        self.state = match event {
            Event::Amended { request, .. } => {
                self.stated_at = self.stated_at.max(request.stated_at());
                self.request = Some((**request).clone());
                self.state
            }
            Event::Restated { stated_at } => {
                self.stated_at = self.stated_at.max(Some(*stated_at));
                self.state
            }
            Event::Submitted { request, requester } => {
                self.stated_at = request.stated_at();
                self.request = Some((**request).clone());
                self.requester = Some(requester.clone());
                State::Submitted
            }
            Event::Attached(document) => {
                self.documents.push(document.clone());
                self.state
            }
            Event::Accepted => State::Accepted,
            Event::Started | Event::Resumed { .. } | Event::Reopened { .. } => State::InProgress,
            Event::Rejected { reason } => State::Rejected { reason: reason.clone() },
            Event::PutOnHold { reason } => State::OnHold { reason: reason.clone() },
            Event::Reported { report } => State::Reported { by: Answer::Report(*report) },
            Event::ReportedElsewhere { result } => State::Reported { by: Answer::Elsewhere(*result) },
            Event::Closed => State::Closed,
            Event::Cancelled { reason } => State::Cancelled { reason: reason.clone() },
            Event::EnteredInError { reason } => State::EnteredInError { reason: reason.clone() },
        };
        self
    }
}

/// Decides a command.
pub fn decide(order: &Order, command: Command, by: &Staff) -> Result<Vec<Event>, Refusals> {
    use State as S;
    let event = match (command, &order.state) {
        (Command::Submit(request), S::Draft) => {
            Refusals::check(missing(&request))?;
            Event::Submitted { request, requester: by.clone() }
        }
        (Command::Amend { request, reason }, state) if !state.is_final() && *state != S::Draft => {
            let mut refusals = missing(&request);
            refusals.extend(order.request.as_ref().and_then(|before| unlike(before, &request)));
            Refusals::check(refusals)?;
            Event::Amended { request, reason: stated(reason)? }
        }
        (Command::Restate { stated_at }, state) if *state != S::Draft => Event::Restated { stated_at },
        (Command::Attach(document), state) if !state.is_final() && *state != S::Draft => Event::Attached(document),
        (Command::Accept, S::Submitted) => Event::Accepted,
        (Command::Start, S::Accepted) => Event::Started,
        (Command::Reject { reason }, S::Submitted | S::Accepted) => Event::Rejected { reason: stated(reason)? },
        (Command::Hold { reason }, S::Accepted | S::InProgress) => Event::PutOnHold { reason: stated(reason)? },
        (Command::Resume { reason }, S::OnHold { .. }) => Event::Resumed { reason: stated(reason)? },
        (Command::Report { report }, S::InProgress | S::Reported { .. }) => Event::Reported { report },
        (
            Command::ReportElsewhere { result },
            S::Submitted | S::Accepted | S::InProgress | S::OnHold { .. } | S::Reported { .. } | S::Closed,
        ) if !order.ends_with_storage() => Event::ReportedElsewhere { result },
        (Command::Close, S::Reported { .. }) => Event::Closed,
        (Command::Reopen { reason }, S::Reported { .. } | S::Closed) if !order.ends_with_storage() => {
            Event::Reopened { reason: stated(reason)? }
        }
        (Command::Close, S::Accepted | S::InProgress) if order.ends_with_storage() => Event::Closed,
        (Command::Cancel { reason }, state) if !state.is_final() => Event::Cancelled { reason: stated(reason)? },
        (Command::EnterInError { reason }, state) if !matches!(state, S::EnteredInError { .. }) => {
            Event::EnteredInError { reason: stated(reason)? }
        }
        (Command::Submit(_), _) => return Err(Refusals::one("order", "This order has already been submitted; nothing was sent twice")),
        (_, state) => {
            return Err(Refusals::one("order", format!("This cannot be done now: the order is {}", state.label().to_lowercase())));
        }
    };
    Ok(vec![event])
}

/// What an amendment cannot change: that is another order.
fn unlike(before: &Request, after: &Request) -> Option<Refusal> {
    let proband = |r: &Request| r.proband().map(|p| p.patient);
    let same = before.number == after.number && before.test == after.test && proband(before) == proband(after);
    (!same).then(|| Refusal::new("order", "Another patient or test is another order: cancel this one and place it anew"))
}

fn stated(reason: String) -> Result<String, Refusals> {
    if reason.trim().is_empty() { Err(Refusals::one("reason", "Give a reason")) } else { Ok(reason) }
}

/// The minimum data set: every item that is missing.
pub fn missing(request: &Request) -> Vec<Refusal> {
    let mut refusals = family::faults(&request.people);
    refusals.extend(purpose::faults(request));
    refusals.extend(request.responsible.faults());
    if request.observed.iter().any(|t| request.excluded.contains(t)) {
        refusals.push(Refusal::new("phenotype", "A term cannot be both present and absent"));
    }
    if request.eligibility.trim().is_empty() {
        refusals.push(Refusal::new("eligibility", "Say how the patient meets the criteria of the test"));
    }
    refusals
}

#[cfg(test)]
mod tests;
