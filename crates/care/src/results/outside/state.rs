//! Where a result of another laboratory stands.

use crate::{OutsideResultId, Staff};
use jiff::Timestamp;
use std::{fmt, str::FromStr};
use strum::EnumCount;

/// Where a result stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the states are those of docs/states.md")]
pub enum State {
    #[default]
    None,
    Unmatched {
        why: String,
    },
    Filed,
    CheckedOnce,
    Released,
    Read {
        by: Staff,
        at: Timestamp,
        action: String,
    },
    Refused {
        by: Staff,
        reason: String,
    },
    Superseded {
        by: OutsideResultId,
    },
    Moved {
        to: OutsideResultId,
        by: Staff,
        at: Timestamp,
        reason: String,
    },
}

/// A state without its facts, as lists keep it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, EnumCount)]
#[expect(missing_docs, reason = "the states are those of docs/states.md")]
pub enum StateKind {
    None,
    Unmatched,
    Filed,
    CheckedOnce,
    Released,
    Read,
    Refused,
    Superseded,
    Moved,
}

/// Text that names no state of a result.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("'{0}' is no state of a result of another laboratory")]
pub struct NotAState(pub String);

impl State {
    /// The state alone.
    pub fn kind(&self) -> StateKind {
        match self {
            State::None => StateKind::None,
            State::Unmatched { .. } => StateKind::Unmatched,
            State::Filed => StateKind::Filed,
            State::CheckedOnce => StateKind::CheckedOnce,
            State::Released => StateKind::Released,
            State::Read { .. } => StateKind::Read,
            State::Refused { .. } => StateKind::Refused,
            State::Superseded { .. } => StateKind::Superseded,
            State::Moved { .. } => StateKind::Moved,
        }
    }

    /// In words.
    pub fn label(&self) -> &'static str {
        self.kind().label()
    }
}

impl StateKind {
    /// Every state.
    pub const ALL: [StateKind; StateKind::COUNT] = [
        StateKind::None,
        StateKind::Unmatched,
        StateKind::Filed,
        StateKind::CheckedOnce,
        StateKind::Released,
        StateKind::Read,
        StateKind::Refused,
        StateKind::Superseded,
        StateKind::Moved,
    ];

    /// As it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            StateKind::None => "None",
            StateKind::Unmatched => "Unmatched",
            StateKind::Filed => "Filed",
            StateKind::CheckedOnce => "CheckedOnce",
            StateKind::Released => "Released",
            StateKind::Read => "Read",
            StateKind::Refused => "Refused",
            StateKind::Superseded => "Superseded",
            StateKind::Moved => "Moved",
        }
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            StateKind::None => "None",
            StateKind::Unmatched => "On no order yet",
            StateKind::Filed => "To be checked",
            StateKind::CheckedOnce => "Checked by one",
            StateKind::Released => "Released",
            StateKind::Read => "Read by the requester",
            StateKind::Refused => "Refused",
            StateKind::Superseded => "Superseded",
            StateKind::Moved => "Moved to another order",
        }
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
