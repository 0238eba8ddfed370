//! A request that is being written: kept for everybody of the organisation until it is sent or discarded.

use crate::{Fold, OrderId, Staff, event::StreamKind};
use serde::{Deserialize, Serialize};

/// A draft as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Draft {
    /// For whom and what, as far as it is known.
    pub title: String,
    /// Answers so far, as the form writes them.
    pub content: String,
    /// Who saved it last.
    pub by: Option<Staff>,
    /// Sent or discarded.
    pub ended: bool,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Saved {
        title: String,
        content: String,
        by: Staff,
    },
    /// Sent as an order, or discarded.
    Ended {
        sent: bool,
    },
}

/// The stream of the draft that will be an order.
pub fn stream(order: OrderId) -> String {
    StreamKind::Draft.stream(order)
}

impl Fold for Draft {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Draft {
        match event.clone() {
            Event::Saved { title, content, by } => Draft { title, content, by: Some(by), ended: false },
            Event::Ended { .. } => {
                self.ended = true;
                self
            }
        }
    }
}
