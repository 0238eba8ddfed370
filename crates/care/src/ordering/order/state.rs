//! Where an order stands, with what belongs to the state, and without it.

use crate::{OutsideResultId, ReportId};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use strum::EnumCount;

/// Where an order stands.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the states are those of docs/states.md")]
pub enum State {
    #[default]
    Draft,
    Submitted,
    Accepted,
    InProgress,
    OnHold {
        reason: String,
    },
    Reported {
        by: Answer,
    },
    Closed,
    Rejected {
        reason: String,
    },
    Cancelled {
        reason: String,
    },
    EnteredInError {
        reason: String,
    },
}

/// What answers an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// A report of this service's laboratory.
    Report(ReportId),
    /// The result of another laboratory.
    Elsewhere(OutsideResultId),
}

/// A state without its reason or report, as lists keep it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, EnumCount)]
#[expect(missing_docs, reason = "the states are those of docs/states.md")]
pub enum StateKind {
    Draft,
    Submitted,
    Accepted,
    InProgress,
    OnHold,
    Reported,
    Closed,
    Rejected,
    Cancelled,
    EnteredInError,
}

/// Text that names no state of an order.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("'{0}' is no state of an order")]
pub struct NotAState(pub String);

impl State {
    /// The state alone.
    pub fn kind(&self) -> StateKind {
        match self {
            State::Draft => StateKind::Draft,
            State::Submitted => StateKind::Submitted,
            State::Accepted => StateKind::Accepted,
            State::InProgress => StateKind::InProgress,
            State::OnHold { .. } => StateKind::OnHold,
            State::Reported { .. } => StateKind::Reported,
            State::Closed => StateKind::Closed,
            State::Rejected { .. } => StateKind::Rejected,
            State::Cancelled { .. } => StateKind::Cancelled,
            State::EnteredInError { .. } => StateKind::EnteredInError,
        }
    }

    /// In words.
    pub fn label(&self) -> &'static str {
        self.kind().label()
    }

    /// Nothing more will happen.
    pub fn is_final(&self) -> bool {
        self.kind().is_final()
    }
}

impl StateKind {
    /// Every state, in the order in which an order may come to it.
    pub const ALL: [StateKind; StateKind::COUNT] = [
        StateKind::Draft,
        StateKind::Submitted,
        StateKind::Accepted,
        StateKind::InProgress,
        StateKind::OnHold,
        StateKind::Reported,
        StateKind::Closed,
        StateKind::Rejected,
        StateKind::Cancelled,
        StateKind::EnteredInError,
    ];

    /// As it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            StateKind::Draft => "Draft",
            StateKind::Submitted => "Submitted",
            StateKind::Accepted => "Accepted",
            StateKind::InProgress => "InProgress",
            StateKind::OnHold => "OnHold",
            StateKind::Reported => "Reported",
            StateKind::Closed => "Closed",
            StateKind::Rejected => "Rejected",
            StateKind::Cancelled => "Cancelled",
            StateKind::EnteredInError => "EnteredInError",
        }
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            StateKind::Accepted => "Accepted by the laboratory",
            StateKind::InProgress => "In progress",
            StateKind::OnHold => "On hold",
            StateKind::EnteredInError => "Entered in error",
            StateKind::Draft
            | StateKind::Submitted
            | StateKind::Reported
            | StateKind::Closed
            | StateKind::Rejected
            | StateKind::Cancelled => self.as_str(),
        }
    }

    /// Nothing more will happen.
    pub fn is_final(self) -> bool {
        matches!(self, StateKind::Closed | StateKind::Rejected | StateKind::Cancelled | StateKind::EnteredInError)
    }
}

impl fmt::Display for StateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for StateKind {
    type Err = NotAState;
    fn from_str(text: &str) -> Result<StateKind, NotAState> {
        StateKind::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| NotAState(text.into()))
    }
}
