//! Where a sample stands.

use super::{Quality, Rejection};
use crate::OdsCode;

/// Where a sample stands.
#[derive(Clone, PartialEq, Debug, Default)]
#[expect(missing_docs, reason = "the states are those of docs/states.md")]
pub enum State {
    #[default]
    Unknown,
    Expected,
    Collected,
    InTransit {
        carrier: String,
    },
    Received,
    Rejected(Rejection),
    Accepted,
    Prepared(Quality),
    Dispatched {
        to: OdsCode,
        manifest: String,
    },
    /// In the laboratory that it was sent to; inferred where that laboratory told nothing and its results arrived.
    Elsewhere {
        at: OdsCode,
        inferred: bool,
    },
    Sequenced,
    Exhausted,
    Returned {
        to: String,
    },
    Destroyed {
        reason: String,
    },
}

impl State {
    /// In words.
    pub fn label(&self) -> &'static str {
        match self {
            State::Unknown => "Unknown",
            State::Expected => "Expected",
            State::Collected => "Taken",
            State::InTransit { .. } => "On its way",
            State::Received => "Received",
            State::Rejected(_) => "Rejected",
            State::Accepted => "Accepted",
            State::Prepared(_) => "DNA prepared",
            State::Dispatched { .. } => "Sent to another laboratory",
            State::Elsewhere { inferred: false, .. } => "In another laboratory",
            State::Elsewhere { inferred: true, .. } => "In another laboratory (inferred: it told nothing)",
            State::Sequenced => "Sequenced",
            State::Exhausted => "Used up",
            State::Returned { .. } => "Returned",
            State::Destroyed { .. } => "Destroyed",
        }
    }

    /// In a laboratory, or on its way between two, and good enough to go on with.
    pub fn is_usable(&self) -> bool {
        use State as S;
        matches!(self, S::Accepted | S::Prepared(_) | S::Dispatched { .. } | S::Elsewhere { .. } | S::Sequenced | S::Exhausted)
    }

    /// Not here yet.
    pub fn is_awaited(&self) -> bool {
        matches!(self, State::Expected | State::Collected | State::InTransit { .. })
    }

    /// Gone for good.
    pub fn is_gone(&self) -> bool {
        matches!(self, State::Returned { .. } | State::Destroyed { .. } | State::Exhausted)
    }
}
