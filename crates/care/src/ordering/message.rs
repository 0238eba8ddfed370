//! A message of another system: kept as it came, and what became of it.

use crate::{Fold, MessageId, OrderId, Refusal, Refusals, Staff};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// In which language a system speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Language {
    /// FHIR R4.
    Fhir,
    /// HL7 version 2.
    Hl7,
}

/// A message as it came.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Received {
    /// Which system sent it; who mended it stands in the journal.
    pub client: Staff,
    /// Language.
    pub language: Language,
    /// The sender's own number of the message; empty when it has none.
    pub control: String,
    /// Its kind as it says itself, such as `ORM^O01`.
    pub kind: String,
    /// SHA-256 of its bytes, which are kept.
    pub sha256: String,
    /// The message that this one mends.
    pub mends: Option<MessageId>,
    /// When.
    pub at: Timestamp,
}

/// A message and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Message {
    /// As it came.
    pub received: Option<Received>,
    /// What became of it.
    pub state: State,
    /// Of the place of an order that is not here yet: what messages said of it before it came.
    pub early: Vec<Early>,
}

/// What a message says of an order that is not here yet: it may have overtaken the order. It is kept at the place of that order, where no
/// message is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Early {
    /// Which message.
    pub message: MessageId,
    /// Whose number of the order it names, where it says: the same number of two systems is two orders.
    pub system: String,
    /// When it was written.
    pub stated_at: Timestamp,
    /// It ends the order; else it changes it.
    pub is_end: bool,
}

/// What is wrong in a message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fault {
    /// Where, in the words of its language: `PID-3`, `Patient.birthDate`.
    pub at: String,
    /// What, and what to do.
    #[serde(rename = "words")]
    pub message: String,
}

/// What became of a message.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum State {
    /// Nothing yet: it is being read, or reading it was cut off.
    #[default]
    Waiting,
    /// Everything that it asks for was done.
    Done {
        /// Orders that it made or changed.
        orders: Vec<OrderId>,
        /// What was left out, or taken otherwise than it stood.
        notes: Vec<String>,
    },
    /// Nothing of it was done.
    Refused {
        /// Why.
        faults: Vec<Fault>,
    },
    /// A mended one was sent in its place.
    Mended {
        /// Which.
        by: MessageId,
    },
    /// Somebody decided that it needs nothing more.
    SetAside {
        /// Why.
        reason: String,
    },
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Received(Box<Received>),
    Done { orders: Vec<OrderId>, notes: Vec<String> },
    Refused { faults: Vec<Fault> },
    Mended { by: MessageId },
    SetAside { reason: String, by: Staff },
    CameFirst(Early),
}

impl Fault {
    /// Where and what.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault { at: place.into(), message: message.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.at, self.message)
    }
}

impl State {
    /// In words.
    pub fn label(&self) -> &'static str {
        match self {
            State::Waiting => "Being read",
            State::Done { .. } => "Done",
            State::Refused { .. } => "Refused",
            State::Mended { .. } => "Mended",
            State::SetAside { .. } => "Set aside",
        }
    }

    /// Somebody has to look at it.
    pub fn is_dead(&self) -> bool {
        matches!(self, State::Waiting | State::Refused { .. })
    }
}

impl Fold for Message {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Message {
        self.state = match event {
            Event::Received(received) => {
                self.received = Some((**received).clone());
                State::Waiting
            }
            Event::Done { orders, notes } => State::Done { orders: orders.clone(), notes: notes.clone() },
            Event::Refused { faults } => State::Refused { faults: faults.clone() },
            Event::Mended { by } => State::Mended { by: *by },
            Event::SetAside { reason, .. } => State::SetAside { reason: reason.clone() },
            Event::CameFirst(early) => {
                self.early.push(early.clone());
                self.state
            }
        };
        self
    }
}

/// Says that a mended message stands in its place.
pub fn mend(message: &Message, by: MessageId) -> Result<Vec<Event>, Refusals> {
    if message.received.is_none() || !message.state.is_dead() {
        return Err(Refusals::one("message", format!("This message is {}; nothing was sent again", message.state.label().to_lowercase())));
    }
    Ok(vec![Event::Mended { by }])
}

/// Sets a message aside.
pub fn set_aside(message: &Message, reason: &str, by: &Staff) -> Result<Vec<Event>, Refusals> {
    let mut refusals = Vec::new();
    if message.received.is_none() || !message.state.is_dead() {
        refusals.push(Refusal::new("message", format!("This message is {}", message.state.label().to_lowercase())));
    }
    if reason.trim().is_empty() {
        refusals.push(Refusal::new("reason", "Say why it needs nothing more"));
    }
    Refusals::check(refusals)?;
    Ok(vec![Event::SetAside { reason: reason.trim().to_owned(), by: by.clone() }])
}
