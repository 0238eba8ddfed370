//! A link with which a person opens their own page: sent for one order, opened with the date of birth, for a while.

use crate::{Fold, OrderId, PatientId, Refusals, Staff};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A link and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Invitation {
    /// What was sent.
    pub sent: Option<Sent>,
    /// Wrong dates of birth in a row.
    pub failures: u32,
    /// Can no longer be used.
    pub closed: bool,
}

/// A link as it was sent. The link's secret itself is kept nowhere.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sent {
    /// Order for which it was sent.
    pub order: OrderId,
    /// Whose page it opens.
    pub patient: PatientId,
    /// SHA-256 of the secret in the link.
    pub secret_sha256: String,
    /// Until when it opens.
    pub until: Timestamp,
    /// Who talked with the person and sent it.
    pub by: Staff,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Sent(Sent),
    /// Opened by somebody who knew the date of birth.
    Opened,
    Failed,
    Closed {
        reason: String,
    },
}

/// Days for which a link opens.
pub const DAYS: i64 = 28;
/// Wrong dates of birth in a row after which a link is closed.
pub const FAILURES_MAX: u32 = 5;

impl Fold for Invitation {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Invitation {
        match event {
            Event::Sent(sent) => self.sent = Some(sent.clone()),
            Event::Opened => self.failures = 0,
            Event::Failed => self.failures += 1,
            Event::Closed { .. } => self.closed = true,
        }
        self
    }
}

impl Invitation {
    /// What was sent, if the link opens at a moment.
    pub fn opens(&self, at: Timestamp) -> Option<&Sent> {
        self.sent.as_ref().filter(|sent| !self.closed && at < sent.until)
    }
}

/// Somebody tries to open a link with a date of birth. Too many wrong ones close it.
pub fn open(invitation: &Invitation, knows_birth_date: bool, at: Timestamp) -> Result<Vec<Event>, Refusals> {
    if invitation.opens(at).is_none() {
        return Err(Refusals::one("link", "This link has ended. Ask the clinic that sent it for a new one"));
    }
    Ok(match knows_birth_date {
        true => vec![Event::Opened],
        false if invitation.failures + 1 >= FAILURES_MAX => {
            vec![Event::Failed, Event::Closed { reason: "too many wrong dates of birth".into() }]
        }
        false => vec![Event::Failed],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Role, StaffId};
    use uuid::Uuid;

    #[test]
    fn a_link_closes_after_wrong_dates_and_ends_by_itself() {
        let now = Timestamp::UNIX_EPOCH;
        let sent = Sent {
            order: OrderId(Uuid::nil()),
            patient: PatientId(Uuid::nil()),
            secret_sha256: String::new(),
            until: now + jiff::SignedDuration::from_hours(24 * DAYS),
            by: Staff {
                id: StaffId(Uuid::nil()),
                name: "Ann".into(),
                role: Role::Clinician,
                organisation: "RP4".parse().expect("a code"),
                organisation_name: String::new(),
            },
        };
        let mut link = Invitation::replay(&[Event::Sent(sent)]);
        for _ in 1..FAILURES_MAX {
            link = open(&link, false, now).expect("tried").iter().fold(link, Fold::apply);
        }
        assert!(open(&link, true, now).is_ok());
        assert!(open(&link, true, now + jiff::SignedDuration::from_hours(24 * DAYS)).is_err(), "ended");
        link = open(&link, false, now).expect("tried").iter().fold(link, Fold::apply);
        assert!(open(&link, true, now).expect_err("closed").to_string().contains("Ask the clinic"));
    }
}
