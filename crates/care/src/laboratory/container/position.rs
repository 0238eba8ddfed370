//! A position of a plate or a rack.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A position: row and column from 1, written as a letter and two digits, such as `A01`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Position {
    /// Row, A is 1.
    pub(super) row: u8,
    /// Column.
    pub(super) column: u8,
}

/// Text that is no position.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no position: write a letter and a number, such as A01")]
pub struct NotAPosition(String);

/// Rows of the largest plate.
const ROWS_MAX: u8 = 16;
/// Columns of the largest plate.
const COLUMNS_MAX: u8 = 24;

impl Position {
    /// Row from 1.
    pub fn row(self) -> u8 {
        self.row
    }

    /// Column from 1.
    pub fn column(self) -> u8 {
        self.column
    }
}

impl FromStr for Position {
    type Err = NotAPosition;
    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let wrong = || NotAPosition(text.to_owned());
        let mut characters = text.trim().chars();
        let letter = characters.next().map(|c| c.to_ascii_uppercase()).filter(char::is_ascii_uppercase).ok_or_else(wrong)?;
        let row = letter as u8 - b'A' + 1;
        let column: u8 = characters.as_str().parse().map_err(|_| wrong())?;
        if row > ROWS_MAX || column == 0 || column > COLUMNS_MAX { Err(wrong()) } else { Ok(Position { row, column }) }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:02}", char::from(b'A' + self.row - 1), self.column)
    }
}

impl TryFrom<String> for Position {
    type Error = NotAPosition;
    fn try_from(text: String) -> Result<Self, NotAPosition> {
        text.parse()
    }
}

impl From<Position> for String {
    fn from(position: Position) -> String {
        position.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_read_as_scanners_write_them() {
        for (text, message) in [("A1", "A01"), (" h12", "H12"), ("P24", "P24"), ("a01", "A01")] {
            assert_eq!(text.parse::<Position>().map(|p| p.to_string()), Ok(message.to_owned()));
        }
        for wrong in ["", "A", "A0", "A25", "Q1", "1A", "A-1", "É1", "A1 x"] {
            assert!(wrong.parse::<Position>().is_err(), "{wrong}");
        }
    }
}
