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

/// What says so, in whole words of small letters.
const ALONG_ROWS: &[&str] = &[
    "row by row",
    "by row",
    "by rows",
    "byrow",
    "row wise",
    "rowwise",
    "row major",
    "rowmajor",
    "along row",
    "along rows",
    "row first",
    "rowfirst",
];
const DOWN_COLUMNS: &[&str] = &[
    "column by column",
    "by column",
    "by columns",
    "bycolumn",
    "column wise",
    "columnwise",
    "col wise",
    "colwise",
    "column major",
    "columnmajor",
    "down column",
    "down columns",
    "down col",
    "column first",
    "columnfirst",
];
/// Names of positions, which may be written together with what says so, such as `PositionByRow`; the longer first.
const POSITIONS: [&str; 3] = ["position", "well", "pos"];
/// Words that may stand beside it: a cell with any other says something else, such as who scanned.
const BESIDE: [&str; 11] =
    ["position", "positions", "well", "wells", "pos", "order", "ordered", "counting", "counted", "numbering", "numbered"];

impl Counting {
    /// How positions are counted, where one of the cells above the tubes says so and nothing else, and none says otherwise.
    pub fn declared<'c>(cells: impl Iterator<Item = &'c String>) -> Option<Counting> {
        let all: Vec<Counting> = cells.filter_map(|cell| Counting::of_cell(cell)).collect();
        let first = *all.first()?;
        all.iter().all(|counting| *counting == first).then_some(first)
    }

    /// How positions are counted, where a cell is a heading of positions that says so, such as `Position by row`.
    pub fn of_heading(cell: &str) -> Option<Counting> {
        let is_of_positions = terms(cell).first().is_some_and(|first| POSITIONS.contains(&first.as_str()));
        Counting::of_cell(cell).filter(|_| is_of_positions)
    }

    fn of_cell(cell: &str) -> Option<Counting> {
        let text = format!(" {} ", terms(cell).join(" "));
        let says = |phrase: &&str| {
            let phrase = format!(" {phrase} ");
            text.contains(&phrase) && text.replacen(&phrase, " ", 1).split_whitespace().all(|word| BESIDE.contains(&word))
        };
        match (ALONG_ROWS.iter().any(says), DOWN_COLUMNS.iter().any(says)) {
            (true, false) => Some(Counting::AlongRows),
            (false, true) => Some(Counting::DownColumns),
            _ => None,
        }
    }
}

/// Words of a cell in small letters.
fn terms(cell: &str) -> Vec<String> {
    let lower = cell.to_ascii_lowercase();
    let terms = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    terms.flat_map(parts).map(str::to_owned).collect()
}

/// The name of positions and what is written together with it, else the word.
fn parts(word: &str) -> Vec<&str> {
    let is_counting = |rest: &str| ALONG_ROWS.contains(&rest) || DOWN_COLUMNS.contains(&rest);
    let cut = POSITIONS.iter().find_map(|name| word.strip_prefix(*name).filter(|rest| is_counting(rest)).map(|rest| vec![*name, rest]));
    cut.unwrap_or_else(|| vec![word])
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
