//! A place on a contig.

use serde::{Deserialize, Serialize};
use std::{fmt, num::NonZeroU32, str::FromStr};

/// A 1-based position on a contig.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Position(NonZeroU32);

/// Text that is no 1-based position.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a position: a whole number from 1 to 2147483647 is needed")]
pub struct NotAPosition(pub String);

impl Position {
    /// The position, unless it is zero or more than a VCF can hold (32-bit signed; VCF 4.5, section 1.3).
    pub fn new(position: u32) -> Option<Position> {
        NonZeroU32::new(position).filter(|p| i32::try_from(p.get()).is_ok()).map(Position)
    }

    /// As a number.
    pub fn get(self) -> u32 {
        self.0.get()
    }
}

impl FromStr for Position {
    type Err = NotAPosition;
    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        text.parse().ok().and_then(Position::new).ok_or_else(|| NotAPosition(text.into()))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
