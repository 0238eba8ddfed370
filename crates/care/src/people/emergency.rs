//! Emergency access: somebody without a relationship to a person reads their record to care for them, for a reason.

use crate::{Fold, PatientId, Refusals, Staff, event::StreamKind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Every time that somebody broke the glass for one person.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Emergencies(pub Vec<Opened>);

/// One time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Opened {
    /// Who.
    pub by: Staff,
    /// Why, in their words.
    pub reason: String,
    /// From when.
    pub from: Timestamp,
    /// Until when reading is allowed.
    pub until: Timestamp,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Event {
    /// The glass was broken.
    Opened(Opened),
}

/// Hours for which emergency access lasts: a shift and its handover.
pub const HOURS: i64 = 12;
/// A reason says something.
const REASON_CHARACTERS_MIN: usize = 10;

/// The stream of emergency access to a person's record.
pub fn stream(patient: PatientId) -> String {
    StreamKind::Emergency.stream(patient)
}

impl Fold for Emergencies {
    type Event = Event;
    fn apply(mut self, Event::Opened(opened): &Event) -> Emergencies {
        self.0.push(opened.clone());
        self
    }
}

/// Opens a person's record for somebody.
pub fn open(by: &Staff, reason: &str, at: Timestamp) -> Result<Vec<Event>, Refusals> {
    let reason = reason.trim();
    if reason.chars().count() < REASON_CHARACTERS_MIN {
        return Err(Refusals::one("reason", "Say why you need this record now; the person and information governance will read it"));
    }
    let until = at + jiff::SignedDuration::from_hours(HOURS);
    Ok(vec![Event::Opened(Opened { by: by.clone(), reason: reason.into(), from: at, until })])
}
