//! A result of another laboratory: as it came, on which order it is filed and why, which two people checked it, and who read it;
//! superseded, never edited.

mod fit;
mod moving;
mod received;
mod state;
mod succession;
mod version;

pub use fit::{Candidate, differences, unfit};
pub use moving::{confirm_move, moved_from, propose_move};
pub use received::{DiscreteValue, KeptDocument, Received, ResultStatus, StatedPerson};
pub use state::{NotAState, State, StateKind};
pub use succession::{Arrival, Earlier, Succession, arrival, arrival_by_hand, succession};
pub use version::{Span, Version};

use crate::{Fold, OdsCode, OrderId, OutsideResultId, PatientId, Refusals, Role, Staff};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A result of another laboratory and where it stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OutsideResult {
    /// As it came.
    pub received: Option<Box<Received>>,
    /// On which order, and why.
    pub filed: Option<Filed>,
    /// Who has checked it, first first.
    pub checks: Vec<Staff>,
    /// When it was released to the requester.
    pub released: Option<Timestamp>,
    /// Who opened it first outside the laboratory, and when.
    pub opened: Option<(Staff, Timestamp)>,
    /// Whose turn it is to see that it is read, since nobody did.
    pub escalated: Option<Role>,
    /// Who wants it moved to which order, while nobody else has confirmed it.
    pub moving: Option<Box<Filed>>,
    /// Who of those who read it knows that it was moved, and when they said so.
    pub move_seen: Option<(Staff, Timestamp)>,
    /// State.
    pub state: State,
}

/// On which order a result is filed, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Filed {
    /// The order.
    pub order: OrderId,
    /// Its number.
    pub number: String,
    /// Its laboratory.
    pub laboratory: OdsCode,
    /// The relative whose it is, of those who are tested in the order; nobody where it is of the order's patient.
    #[serde(default)]
    pub relative: Option<PatientId>,
    /// Why it belongs there.
    pub how: FiledBy,
}

/// Why a result belongs on an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum FiledBy {
    /// It gives the order's number, and its person is the patient.
    OrderNumber,
    /// It gives the barcode of a sample that was sent on, and its person is the patient.
    Sample {
        /// Barcode.
        barcode: String,
    },
    /// It gives the manifest that a sample was sent on with, and its person is the patient.
    Manifest {
        /// Number of the manifest.
        manifest: String,
    },
    /// An earlier result under the same number of the laboratory is filed there, and its person is the patient.
    Earlier {
        /// The earlier one.
        result: OutsideResultId,
    },
    /// Somebody compared both.
    Hand {
        /// Who.
        by: Box<Staff>,
        /// Why it belongs there.
        reason: String,
        /// In what its person differs from the patient, or could not be compared.
        differs: Vec<String>,
    },
    /// It was filed on another order by mistake, and two people moved it.
    Moved {
        /// The result as it stood there.
        from: OutsideResultId,
        /// Who compared it with the patient.
        by: Box<Staff>,
        /// Who agreed.
        confirmed: Box<Staff>,
        /// Why it belongs here.
        reason: String,
    },
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Received(Box<Received>),
    Unmatched { why: String },
    Filed(Filed),
    Checked { by: Staff },
    Released { by: Staff, at: Timestamp },
    Delivered { to: String },
    Opened { by: Staff, at: Timestamp },
    Escalated { to: Role, unread_days: u16 },
    Read { by: Staff, at: Timestamp, action: String },
    Refused { by: Staff, reason: String },
    Superseded { by: OutsideResultId },
    MoveProposed(Box<Filed>),
    MoveWithdrawn { by: Staff, reason: String },
    Moved { to: OutsideResultId, by: Staff, at: Timestamp, reason: String },
    MoveSeen { by: Staff, at: Timestamp, action: String },
}

/// Where a result is put when it comes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Placement {
    /// On an order.
    On(Filed),
    /// On none: it waits for a person.
    Unmatched {
        /// Why.
        why: String,
    },
}

/// How somebody files a result by hand.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HandFiling {
    /// Why it belongs there.
    pub reason: String,
    /// The person was compared, and is the patient although something differs.
    pub is_person_confirmed: bool,
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Receive { received: Box<Received>, placement: Placement },
    Check,
    Deliver { to: String },
    Open,
    Escalate { to: Role, unread_days: u16 },
    Read { action: String },
    Refuse { reason: String },
    Supersede { by: OutsideResultId },
    WithdrawMove { reason: String },
}

impl OutsideResult {
    /// It may be seen outside the laboratory: it was released, and no correction of it takes that back. What was moved to the order
    /// of somebody else is seen there no more.
    pub fn is_released(&self) -> bool {
        self.released.is_some() && !self.is_moved()
    }

    /// It was moved to another order.
    pub fn is_moved(&self) -> bool {
        matches!(self.state, State::Moved { .. })
    }

    /// When it was moved, while nobody of those to whom it had been released has said to know it.
    pub fn move_unseen(&self) -> Option<Timestamp> {
        match self.state {
            State::Moved { at, .. } if self.released.is_some() && self.move_seen.is_none() => Some(at),
            _ => None,
        }
    }

    /// Two people have not both checked it yet.
    pub fn is_to_check(&self) -> bool {
        matches!(self.state, State::Filed | State::CheckedOnce)
    }

    /// When it was released, while nobody has said to have read it; or when it was moved, while nobody knows it.
    pub fn unread(&self) -> Option<Timestamp> {
        self.released.filter(|_| self.state == State::Released).or_else(|| self.move_unseen())
    }

    /// It is of the order's patient, and not of a relative who is tested with them.
    pub fn is_of_patient(&self) -> bool {
        self.filed.as_ref().is_some_and(|filed| filed.relative.is_none())
    }

    /// How final it is.
    pub fn status(&self) -> Option<ResultStatus> {
        self.received.as_ref().map(|received| received.status)
    }

    /// It may stand in the place of another, or be replaced by one.
    pub fn is_live(&self) -> bool {
        !matches!(self.state, State::None | State::Refused { .. } | State::Superseded { .. } | State::Moved { .. })
    }

    /// Whoever filed it by hand, if anybody did.
    fn filer(&self) -> Option<&Staff> {
        match &self.filed.as_ref()?.how {
            FiledBy::Hand { by, .. } | FiledBy::Moved { by, .. } => Some(by),
            FiledBy::OrderNumber | FiledBy::Sample { .. } | FiledBy::Manifest { .. } | FiledBy::Earlier { .. } => None,
        }
    }
}

impl FiledBy {
    /// Why, in words.
    pub fn label(&self) -> String {
        match self {
            FiledBy::OrderNumber => "by the number of the order".into(),
            FiledBy::Sample { barcode } => format!("by the sample {barcode}, which was sent on"),
            FiledBy::Manifest { manifest } => format!("by the manifest {manifest} of a sample that was sent on"),
            FiledBy::Earlier { .. } => "as the one before it under the same number of the laboratory".into(),
            FiledBy::Hand { by, reason, differs } if differs.is_empty() => format!("by {}: {reason}", by.name),
            FiledBy::Hand { by, reason, differs } => {
                format!("by {}, who compared the person although the result has {}: {reason}", by.name, differs.join(", "))
            }
            FiledBy::Moved { by, confirmed, reason, .. } => {
                format!("by {} and {}, who moved it from another order: {reason}", by.name, confirmed.name)
            }
        }
    }
}

impl Fold for OutsideResult {
    type Event = Event;
    fn apply(mut self, event: &Event) -> OutsideResult {
        match event {
            Event::Received(received) => self.received = Some(received.clone()),
            Event::Unmatched { why } => self.state = State::Unmatched { why: why.clone() },
            Event::Filed(filed) => {
                self.filed = Some(filed.clone());
                self.state = State::Filed;
            }
            Event::Checked { by } => {
                self.checks.push(by.clone());
                self.state = State::CheckedOnce;
            }
            Event::Released { by, at } => {
                self.checks.push(by.clone());
                self.released = Some(*at);
                self.state = State::Released;
            }
            Event::Delivered { .. } => {}
            Event::Opened { by, at } => drop(self.opened.get_or_insert((by.clone(), *at))),
            Event::Escalated { to, .. } => self.escalated = Some(*to),
            Event::Read { by, at, action } => self.state = State::Read { by: by.clone(), at: *at, action: action.clone() },
            Event::Refused { by, reason } => self.state = State::Refused { by: by.clone(), reason: reason.clone() },
            Event::Superseded { by } => self.state = State::Superseded { by: *by },
            Event::MoveProposed(to) => self.moving = Some(to.clone()),
            Event::MoveWithdrawn { .. } => self.moving = None,
            Event::Moved { to, by, at, reason } => {
                self.moving = None;
                self.escalated = None;
                self.state = State::Moved { to: *to, by: by.clone(), at: *at, reason: reason.clone() };
            }
            Event::MoveSeen { by, at, .. } => self.move_seen = Some((by.clone(), *at)),
        }
        self
    }
}

/// Decides a command.
pub fn decide(result: &OutsideResult, command: Command, by: &Staff, at: Timestamp) -> Result<Vec<Event>, Refusals> {
    use State as S;
    let event = match (command, &result.state) {
        (Command::Receive { received, placement }, S::None) => {
            let placed = match placement {
                Placement::On(filed) => Event::Filed(filed),
                Placement::Unmatched { why } => Event::Unmatched { why },
            };
            return Ok(vec![Event::Received(received), placed]);
        }
        (Command::Check, S::Filed) => {
            may_check(result, by)?;
            Event::Checked { by: by.clone() }
        }
        (Command::Check, S::CheckedOnce) => {
            may_check(result, by)?;
            Event::Released { by: by.clone(), at }
        }
        (Command::Deliver { to }, S::Released | S::Read { .. } | S::Superseded { .. } | S::Moved { .. }) => Event::Delivered { to },
        (Command::Open, S::Released) if result.opened.is_none() => Event::Opened { by: by.clone(), at },
        (Command::Open, _) => return Ok(vec![]),
        (Command::Escalate { to, .. }, _) if result.escalated == Some(to) => return Ok(vec![]),
        (Command::Escalate { to, unread_days }, S::Released) => Event::Escalated { to, unread_days },
        (Command::Escalate { to, unread_days }, S::Moved { .. }) if result.move_unseen().is_some() => Event::Escalated { to, unread_days },
        (Command::Read { action }, S::Moved { .. }) if result.move_unseen().is_some() => {
            Event::MoveSeen { by: by.clone(), at, action: action.trim().to_owned() }
        }
        (Command::WithdrawMove { reason }, _) if result.moving.is_some() => {
            Event::MoveWithdrawn { by: by.clone(), reason: stated(&reason, "Say why the result stays on this order")? }
        }
        (Command::Read { action }, S::Released) => Event::Read { by: by.clone(), at, action: action.trim().to_owned() },
        (Command::Refuse { reason }, S::Unmatched { .. } | S::Filed | S::CheckedOnce) => {
            Event::Refused { by: by.clone(), reason: stated(&reason, "Say why the result is refused")? }
        }
        (Command::Supersede { by }, _) if result.is_live() => Event::Superseded { by },
        (Command::Receive { .. }, _) => return Err(Refusals::one("result", "This result has come already; nothing was filed twice")),
        (_, state) => {
            return Err(Refusals::one("result", format!("This cannot be done now: the result is {}", state.label().to_lowercase())));
        }
    };
    Ok(vec![event])
}

/// Files a result by hand on an order, by somebody who compared its person with the patient.
pub fn file(
    result: &OutsideResult,
    order: OrderId,
    candidate: &Candidate,
    filing: &HandFiling,
    by: &Staff,
) -> Result<Vec<Event>, Refusals> {
    let (State::Unmatched { .. }, Some(received)) = (&result.state, &result.received) else {
        let message = format!("This cannot be done now: the result is {}", result.state.label().to_lowercase());
        return Err(Refusals::one("result", message));
    };
    let reason = stated(&filing.reason, "Say why the result belongs on this order")?;
    let differs = fit::by_hand(candidate, received, filing.is_person_confirmed)?;
    let how = FiledBy::Hand { by: Box::new(by.clone()), reason, differs };
    Ok(vec![Event::Filed(candidate.filed(order, how))])
}

/// Two different people check a result, and neither is the one who filed it by hand.
fn may_check(result: &OutsideResult, by: &Staff) -> Result<(), Refusals> {
    if result.checks.iter().any(|first| first.id == by.id) {
        return Err(Refusals::one("check", "You have checked this result; somebody else must check it too"));
    }
    if result.filer().is_some_and(|filer| filer.id == by.id) {
        return Err(Refusals::one("check", "You filed this result by hand; two others must check it"));
    }
    Ok(())
}

fn stated(reason: &str, otherwise: &str) -> Result<String, Refusals> {
    let reason = reason.trim();
    if reason.is_empty() { Err(Refusals::one("reason", otherwise)) } else { Ok(reason.to_owned()) }
}

#[cfg(test)]
mod tests;
