//! A report: one typed source, authorised once, delivered, acknowledged; superseded, never edited.

mod carried;
mod content;
mod inheritance;
pub mod release;
mod stored;
mod unsigned;

pub use carried::{Course, with_zygosity};
pub use content::{Coded, Content, Relative, ReportQuestion, ReportedVariant, Subject, changed};
pub use inheritance::{Inheritance, PopulationFrequency};
pub use stored::{NotLifted, lift_inheritance, lift_patient, lift_relative};

use crate::{Fold, InterpretationId, OrderId, PatientId, Refusals, ReportId, Role, Staff, StaffId};
use jiff::Timestamp;
use release::{Circumstances, Plan, Recall, Release};
use serde::{Deserialize, Serialize};

/// A report and where it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// What it reports on.
    pub of: Option<(OrderId, InterpretationId, PatientId)>,
    /// SHA-256 of its content as JSON.
    pub content_sha256: Option<String>,
    /// As it was rendered when it was signed.
    pub rendered: Option<Rendered>,
    /// Who opened it first outside the laboratory, and when.
    pub opened: Option<(Staff, Timestamp)>,
    /// Everybody who opened it outside the laboratory while it was unread.
    pub readers: Vec<StaffId>,
    /// Whose turn it is to see that it is read, since nobody did.
    pub escalated: Option<Role>,
    /// When it was authorised.
    pub authorised: Option<Timestamp>,
    /// It was released to the patient, and not recalled or replaced since.
    pub release: Option<Release>,
    /// Its last release was recalled.
    pub recall: Option<Recall>,
    /// What whoever acknowledged it will do; empty where they did not say.
    pub action: String,
    /// State.
    pub state: State,
}

/// The bytes that were signed: programs move on, a report does not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rendered {
    /// SHA-256 of the page.
    pub html_sha256: String,
    /// SHA-256 of the PDF.
    pub pdf_sha256: String,
}

/// Where a report stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the states are those of docs/states.md")]
pub enum State {
    #[default]
    None,
    Authorised {
        by: Staff,
        at: Timestamp,
    },
    Delivered {
        to: String,
    },
    Acknowledged {
        by: Staff,
        at: Timestamp,
    },
    Superseded {
        by: ReportId,
    },
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Authorised {
        order: OrderId,
        interpretation: InterpretationId,
        patient: PatientId,
        content_sha256: String,
        #[serde(default)]
        rendered: Option<Rendered>,
        by: Staff,
        at: Timestamp,
    },
    Delivered {
        to: String,
    },
    Opened {
        by: Staff,
        at: Timestamp,
    },
    Escalated {
        to: Role,
        unread_days: u16,
    },
    Acknowledged {
        by: Staff,
        at: Timestamp,
        /// What they will do; empty when they did not say.
        #[serde(default)]
        action: String,
    },
    Superseded {
        by: ReportId,
    },
    /// The patient may see it on their own page.
    ReleasedToPatient(Release),
    /// The patient no longer sees it.
    RecalledFromPatient {
        by: Staff,
        at: Timestamp,
        reason: String,
    },
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Authorise {
        order: OrderId,
        interpretation: InterpretationId,
        patient: PatientId,
        content_sha256: String,
        rendered: Option<Rendered>,
        signed_before: Vec<Staff>,
    },
    Deliver {
        to: String,
    },
    Open,
    Escalate {
        to: Role,
        unread_days: u16,
    },
    Acknowledge {
        action: String,
    },
    /// The same by somebody who must have opened it.
    AcknowledgeRead {
        action: String,
    },
    Supersede {
        by: ReportId,
    },
    ReleaseToPatient {
        plan: Plan,
        circumstances: Circumstances,
    },
    RecallFromPatient {
        reason: String,
    },
}

/// Days after which an unread report is somebody's work: with a finding, and without one; first the requester's team, then the
/// laboratory's manager. This service's own limits: no national standard sets any.
pub const UNREAD_DAYS: [(u16, u16, Role); 2] = [(3, 14, Role::GenomicAssociate), (7, 28, Role::Manager)];

/// Whose work a report is that has not been read for so many days, if it is anybody's.
pub fn escalation(is_finding: bool, unread_days: u16) -> Option<Role> {
    let limit = |(with, without, _): &&(u16, u16, Role)| unread_days >= if is_finding { *with } else { *without };
    UNREAD_DAYS.iter().rev().find(limit).map(|(.., role)| *role)
}

impl State {
    /// In words.
    pub fn label(&self) -> &'static str {
        match self {
            State::None => "Not signed",
            State::Authorised { .. } => "Authorised",
            State::Delivered { .. } => "Delivered",
            State::Acknowledged { .. } => "Read by the requester",
            State::Superseded { .. } => "Superseded",
        }
    }
}

impl Report {
    /// When it was authorised, while nobody has said to have read it.
    pub fn unread(&self) -> Option<Timestamp> {
        self.authorised.filter(|_| matches!(self.state, State::Authorised { .. } | State::Delivered { .. }))
    }
}

impl Fold for Report {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Report {
        self.state = match event {
            Event::Authorised { order, interpretation, patient, content_sha256, rendered, by, at } => {
                self.rendered.clone_from(rendered);
                self.of = Some((*order, *interpretation, *patient));
                self.content_sha256 = Some(content_sha256.clone());
                self.authorised = Some(*at);
                State::Authorised { by: by.clone(), at: *at }
            }
            Event::Delivered { to } => State::Delivered { to: to.clone() },
            Event::Opened { by, at } => {
                self.opened.get_or_insert((by.clone(), *at));
                if !self.readers.contains(&by.id) {
                    self.readers.push(by.id);
                }
                self.state
            }
            Event::Escalated { to, .. } => {
                self.escalated = Some(*to);
                self.state
            }
            Event::Acknowledged { by, at, action } => {
                self.action.clone_from(action);
                State::Acknowledged { by: by.clone(), at: *at }
            }
            Event::Superseded { by } => {
                self.release = None;
                State::Superseded { by: *by }
            }
            Event::ReleasedToPatient(release) => {
                (self.release, self.recall) = (Some(release.clone()), None);
                self.state
            }
            Event::RecalledFromPatient { by, at, reason } => {
                self.release = None;
                self.recall = Some(Recall { by: by.clone(), at: *at, reason: reason.clone() });
                self.state
            }
        };
        self
    }
}

/// Decides a command.
pub fn decide(report: &Report, command: Command, by: &Staff, at: Timestamp) -> Result<Vec<Event>, Refusals> {
    let event = match (command, &report.state) {
        (Command::Authorise { order, interpretation, patient, content_sha256, rendered, signed_before }, State::None) => {
            if signed_before.iter().any(|s| s.id == by.id) {
                return Err(Refusals::one(
                    "signature",
                    "You have already signed this interpretation; somebody else must authorise the report",
                ));
            }
            Event::Authorised { order, interpretation, patient, content_sha256, rendered, by: by.clone(), at }
        }
        (Command::Deliver { to }, State::Authorised { .. }) => Event::Delivered { to },
        (Command::Open, State::Authorised { .. } | State::Delivered { .. }) if !report.readers.contains(&by.id) => {
            Event::Opened { by: by.clone(), at }
        }
        (Command::Open, _) => return Ok(vec![]),
        (Command::Escalate { to, .. }, _) if report.escalated == Some(to) => return Ok(vec![]),
        (Command::Escalate { to, unread_days }, State::Delivered { .. } | State::Authorised { .. }) => Event::Escalated { to, unread_days },
        (Command::AcknowledgeRead { .. }, State::Delivered { .. } | State::Authorised { .. }) if !report.readers.contains(&by.id) => {
            return Err(Refusals::one("report", "You have not opened this report: open it and read it before you acknowledge it"));
        }
        (Command::Acknowledge { action } | Command::AcknowledgeRead { action }, State::Delivered { .. } | State::Authorised { .. }) => {
            Event::Acknowledged { by: by.clone(), at, action: action.trim().to_owned() }
        }
        (Command::Supersede { by }, State::Authorised { .. } | State::Delivered { .. } | State::Acknowledged { .. }) => {
            Event::Superseded { by }
        }
        (Command::ReleaseToPatient { plan, circumstances }, _) => {
            Event::ReleasedToPatient(release::release(report, &plan, &circumstances, (by, at))?)
        }
        (Command::RecallFromPatient { .. }, _) if report.release.is_none() => {
            return Err(Refusals::one("report", "The patient does not see this report: there is nothing to recall"));
        }
        (Command::RecallFromPatient { reason }, _) if reason.trim().is_empty() => {
            return Err(Refusals::one("reason", "Say why the result is recalled"));
        }
        (Command::RecallFromPatient { reason }, _) => Event::RecalledFromPatient { by: by.clone(), at, reason: reason.trim().to_owned() },
        (Command::Authorise { .. }, _) => return Err(Refusals::one("report", "This report is already signed; nothing was changed")),
        (_, state) => {
            return Err(Refusals::one("report", format!("This cannot be done now: the report is {}", state.label().to_lowercase())));
        }
    };
    Ok(vec![event])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(number: u128) -> Staff {
        Staff {
            id: StaffId(uuid::Uuid::from_u128(number)),
            name: format!("Dr {number}"),
            role: Role::Clinician,
            organisation: "RP4DEMO".parse().expect("a code"),
            organisation_name: "Hospital".into(),
        }
    }

    fn authorised() -> Report {
        let by = person(9);
        let event = Event::Authorised {
            order: OrderId(uuid::Uuid::nil()),
            interpretation: InterpretationId(uuid::Uuid::nil()),
            patient: PatientId(uuid::Uuid::nil()),
            content_sha256: String::new(),
            rendered: None,
            by,
            at: Timestamp::UNIX_EPOCH,
        };
        Report::default().apply(&event)
    }

    proptest::proptest! {
        /// Whoever opens, acknowledges or amends what, in whichever order: nobody acknowledges as read what they have not opened.
        #[test]
        fn what_somebody_did_not_open_they_never_acknowledge_as_read(steps in proptest::collection::vec((0u8..5, 1u128..4), 0..30)) {
            let mut report = authorised();
            let mut opened = Vec::new();
            for (step, number) in steps {
                let (by, is_unread) = (person(number), report.unread().is_some());
                let command = match step {
                    0 => Command::Open,
                    1 => Command::Deliver { to: "RP4DEMO".into() },
                    2 => Command::Escalate { to: Role::Manager, unread_days: 28 },
                    3 if number == 3 => Command::Supersede { by: ReportId(uuid::Uuid::from_u128(1)) },
                    _ => Command::AcknowledgeRead { action: String::new() },
                };
                let Ok(events) = decide(&report, command, &by, Timestamp::UNIX_EPOCH) else { continue };
                for event in &events {
                    match event {
                        Event::Opened { by, .. } => opened.push(by.id),
                        Event::Acknowledged { by, .. } => proptest::prop_assert!(is_unread && opened.contains(&by.id)),
                        _ => {}
                    }
                }
                report = events.iter().fold(report, Fold::apply);
            }
        }
    }

    #[test]
    fn an_unread_finding_is_somebodys_work_sooner() {
        let whose = |is_finding, days| escalation(is_finding, days);
        let (team, manager) = (Some(Role::GenomicAssociate), Some(Role::Manager));
        assert_eq!([2, 3, 6, 7, 90].map(|days| whose(true, days)), [None, team, team, manager, manager]);
        assert_eq!([13, 14, 27, 28].map(|days| whose(false, days)), [None, team, team, manager]);
    }
}
