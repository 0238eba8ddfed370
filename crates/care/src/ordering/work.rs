//! The work that an order waits for: who has taken it, until when it rests, and who was chased.

mod contact;

pub use contact::{Contact, Ending, How};

use crate::{Fold, OdsCode, OrderId, Refusals, Staff, event::StreamKind};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Who does what about an order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Work {
    /// Who has taken it.
    pub assignee: Option<Staff>,
    /// Last day of rest.
    pub snoozed_until: Option<Date>,
    /// Attempts to get from its people what is missing, oldest first.
    pub contacts: Vec<Contact>,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Assigned {
        to: Staff,
    },
    Snoozed {
        until: Date,
        reason: String,
    },
    Chased {
        to: OdsCode,
        #[serde(rename = "words")]
        message: String,
    },
    /// Somebody of the family was chased.
    Contacted(Box<Contact>),
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Assign { to: Staff },
    Snooze { until: Date, reason: String },
    Chase { to: OdsCode, message: String },
    Contact(Box<Contact>),
}

/// Work rests no longer than this, in days, so that nothing is forgotten.
const REST_DAYS_MAX: i32 = 28;

/// The stream of the work on an order.
pub fn stream(order: OrderId) -> String {
    StreamKind::Work.stream(order)
}

impl Fold for Work {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Work {
        match event {
            Event::Assigned { to } => self.assignee = Some(to.clone()),
            Event::Snoozed { until, .. } => self.snoozed_until = Some(*until),
            Event::Chased { .. } => {}
            Event::Contacted(contact) => self.contacts.push((**contact).clone()),
        }
        self
    }
}

/// Decides a command on a day.
pub fn decide(command: Command, today: Date) -> Result<Vec<Event>, Refusals> {
    let event = match command {
        Command::Assign { to } => Event::Assigned { to },
        Command::Snooze { until, reason } => {
            if reason.trim().is_empty() {
                return Err(Refusals::one("reason", "Say why this work rests"));
            }
            let days = today.until(until).map_or(-1, |span| span.get_days());
            if !(1..=REST_DAYS_MAX).contains(&days) {
                return Err(Refusals::one("until", format!("Work rests until a day of the next {REST_DAYS_MAX}")));
            }
            Event::Snoozed { until, reason: reason.trim().into() }
        }
        Command::Chase { to, message } => Event::Chased { to, message },
        Command::Contact(contact) => {
            contact::check(&contact, today)?;
            let note = contact.note.trim().to_owned();
            Event::Contacted(Box::new(Contact { note, ..*contact }))
        }
    };
    Ok(vec![event])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_rests_for_a_reason_and_not_for_long() {
        let today = Date::constant(2026, 11, 21);
        let snooze = |until, reason: &str| decide(Command::Snooze { until, reason: reason.into() }, today).is_ok();
        assert!(snooze(Date::constant(2026, 11, 30), "family away"));
        assert!(!snooze(Date::constant(2026, 11, 30), " "));
        assert!(!snooze(Date::constant(2027, 3, 1), "family away"));
        assert!(!snooze(today, "family away"));
    }
}
