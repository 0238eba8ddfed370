//! Another system that asks this one: a hospital's prescribing system, with a secret of its own.

use crate::{Fold, Refusal, Refusals, Staff};
use serde::{Deserialize, Serialize};

/// A system that may ask.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Client {
    /// As whom it asks.
    pub staff: Option<Staff>,
    /// SHA-256 of its secret.
    pub secret_sha256: String,
    /// Can no longer ask.
    pub closed: bool,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Opened { staff: Staff, secret_sha256: String },
    Closed { reason: String },
}

/// Kind of its stream.
pub const KIND: &str = "client";

impl Fold for Client {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Client {
        match event {
            Event::Opened { staff, secret_sha256 } => {
                self.staff = Some(staff.clone());
                self.secret_sha256.clone_from(secret_sha256);
            }
            Event::Closed { .. } => self.closed = true,
        }
        self
    }
}

/// Lets a system ask.
pub fn open(client: &Client, staff: Staff, secret_sha256: String) -> Result<Vec<Event>, Refusals> {
    let mut refusals = Vec::new();
    if client.staff.is_some() {
        refusals.push(Refusal::new("client", "This system may ask already"));
    }
    if staff.name.trim().is_empty() {
        refusals.push(Refusal::new("name", "Enter a name by which people know the system"));
    }
    Refusals::check(refusals)?;
    Ok(vec![Event::Opened { staff, secret_sha256 }])
}

/// Ends that for a reason.
pub fn close(client: &Client, reason: String) -> Result<Vec<Event>, Refusals> {
    if client.staff.is_none() || client.closed {
        return Err(Refusals::one("client", "There is no such system that may ask"));
    }
    if reason.trim().is_empty() { Err(Refusals::one("reason", "Give a reason")) } else { Ok(vec![Event::Closed { reason }]) }
}
