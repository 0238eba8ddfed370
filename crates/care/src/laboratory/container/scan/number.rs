//! Positions written as numbers. Whether 2 is beside 1 or below it differs from maker to maker, so that it has to be said.

use crate::laboratory::container::{Kind, Position};

/// How positions are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Counting {
    /// A01, A02, A03, …
    AlongRows,
    /// A01, B01, C01, …
    DownColumns,
}

/// What says so, in small letters without signs.
const ALONG_ROWS: &[&str] = &["byrow", "rowwise", "rowmajor", "alongrow", "rowbyrow", "rowfirst", "horizontal"];
const DOWN_COLUMNS: &[&str] = &["bycolumn", "columnwise", "colwise", "columnmajor", "downcol", "columnbycolumn", "columnfirst", "vertical"];

impl Counting {
    /// How positions are counted, where one of the lines above the tubes says so and none says otherwise.
    pub fn declared<'c>(cells: impl Iterator<Item = &'c String>) -> Option<Counting> {
        let says = |cell: &str, list: &[&str]| list.iter().any(|text| cell.contains(text));
        let (mut along_rows, mut down_columns) = (false, false);
        for cell in cells {
            let plain: String = cell.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
            along_rows |= says(&plain, ALONG_ROWS);
            down_columns |= says(&plain, DOWN_COLUMNS);
        }
        match (along_rows, down_columns) {
            (true, false) => Some(Counting::AlongRows),
            (false, true) => Some(Counting::DownColumns),
            _ => None,
        }
    }
}

/// The number that a position is written as, if it is one.
pub(super) fn number(text: &str) -> Option<u16> {
    text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
}

/// The position of a number in a container, or what has to be said of it.
pub(super) fn position(number: u16, counting: Option<Counting>, kind: Option<Kind>) -> Result<Position, String> {
    let (Some(counting), Some(kind)) = (counting, kind) else {
        return Err(format!(
            "'{number}' is a number, and it is not said whether positions are counted along the rows or down the columns: send letters and \
             numbers, such as A01, or write 'Position by row' or 'Position by column' above the positions"
        ));
    };
    let (rows, columns) = kind.shape();
    let place = usize::from(number).checked_sub(1);
    let found = match counting {
        Counting::AlongRows => place.and_then(|place| kind.positions().nth(place)),
        Counting::DownColumns => place.and_then(|place| {
            let (row, column) = (place % usize::from(rows), place / usize::from(rows));
            kind.positions().find(|position| usize::from(position.row()) == row + 1 && usize::from(position.column()) == column + 1)
        }),
    };
    found.ok_or_else(|| {
        let last = u16::from(rows) * u16::from(columns);
        format!("it has no position {number}: it is a {}, and the last is {last}", kind.label().to_lowercase())
    })
}
