//! A rack written as a grid: letters of rows and numbers of columns around the barcodes, either way round.

use super::{Lines, insert};
use crate::{Refusal, Refusals, laboratory::container::Position};
use std::collections::BTreeMap;

/// Labels along the top of a grid at least: fewer may be a line of a list.
const LABELS_MIN: usize = 4;

/// The labels along the top of a grid.
struct Top {
    labels: Vec<String>,
    /// The cell of the first label.
    first: usize,
    are_numbers: bool,
}

/// Reads a grid; nothing where the lines are none. A grid without its letters or numbers is refused: which way round it is, and
/// where it begins, is not for a program to guess.
pub(super) fn read(lines: &Lines) -> Option<Result<BTreeMap<Position, String>, Refusals>> {
    let Some((index, top)) = lines.iter().enumerate().find_map(|(index, (_, cells))| Some((index, top(cells)?))) else {
        return unlabelled(lines).map(Err);
    };
    let (mut tubes, mut refusals) = (BTreeMap::new(), Vec::new());
    for (number, cells) in &lines[index + 1..] {
        let problems = row(&top, cells, &mut tubes);
        refusals.extend(problems.into_iter().map(|rule| Refusal::new("scan", format!("Line {number}: {rule}"))));
    }
    Some(if refusals.is_empty() { Ok(tubes) } else { Err(Refusals(refusals)) })
}

/// The labels of a line that holds nothing else, beside a word in the corner: 1, 2, 3, … or A, B, C, …
fn top(cells: &[String]) -> Option<Top> {
    let number = |cell: &String| cell.parse::<usize>().ok();
    let letter = |cell: &String| letter_of(cell).map(|letter| letter as usize - 'A' as usize + 1);
    labelled(cells, true, number).or_else(|| labelled(cells, false, letter))
}

fn labelled(cells: &[String], are_numbers: bool, value: impl Fn(&String) -> Option<usize>) -> Option<Top> {
    let end = cells.iter().rposition(|cell| !cell.is_empty())? + 1;
    let first = cells.iter().position(|cell| value(cell) == Some(1)).filter(|first| *first <= 1)?;
    let labels = &cells[first..end];
    let are_in_order = labels.len() >= LABELS_MIN && labels.iter().zip(1..).all(|(cell, place)| value(cell) == Some(place));
    are_in_order.then(|| Top { labels: labels.to_vec(), first, are_numbers })
}

fn letter_of(cell: &str) -> Option<char> {
    let mut letters = cell.chars();
    let letter = letters.next()?.to_ascii_uppercase();
    (letter.is_ascii_uppercase() && letters.next().is_none()).then_some(letter)
}

/// Reads a row into the tubes; what is wrong with it.
fn row(top: &Top, cells: &[String], tubes: &mut BTreeMap<Position, String>) -> Vec<String> {
    // Without a cell in the corner the labels along the top stand one cell to the left of what is below them.
    let label_index = top.first.saturating_sub(1);
    let label = cells.get(label_index).map_or("", String::as_str);
    let is_label = if top.are_numbers { letter_of(label).is_some() } else { label.parse::<u8>().is_ok() };
    if !is_label {
        let wanted_labels = if top.are_numbers { "letter, such as A" } else { "number, such as 1" };
        return vec![format!("'{label}' is no label of a row of the grid: write its {wanted_labels}, before the barcodes of each row")];
    }
    let mut problems = Vec::new();
    let barcodes = &cells[(label_index + 1).min(cells.len())..];
    for (place, barcode) in barcodes.iter().enumerate() {
        match top.labels.get(place) {
            None if barcode.is_empty() => {}
            None => problems.push(format!("'{barcode}' stands beside the last column of the grid: write a label above each column")),
            Some(above) => {
                let position = if top.are_numbers { format!("{label}{above}") } else { format!("{above}{label}") };
                problems.extend(insert(&position, barcode, &[], tubes).err());
            }
        }
    }
    problems
}

/// A grid of which the labels are missing, refused by what it lacks.
fn unlabelled(lines: &Lines) -> Option<Refusals> {
    // A letter and a number before a barcode are a row and a column of a list.
    let is_row = |cells: &[String]| {
        cells.len() > LABELS_MIN && letter_of(&cells[0]).is_some() && (cells[1].is_empty() || super::number::number(&cells[1]).is_none())
    };
    let is_bare = |cells: &[String]| {
        let is_barcode = |cell: &String| cell.len() > 3 && cell.chars().any(|c| c.is_ascii_digit()) && !cell.contains([':', '/', ' ']);
        cells.len() >= LABELS_MIN && cells.iter().all(|cell| cell.is_empty() || is_barcode(cell))
    };
    let shown = |what: &str| {
        let number = lines.first().map_or(1, |(number, _)| *number);
        Refusals::one(
            "scan",
            format!("Line {number}: this is a grid without {what}; write 1, 2, 3, … above its columns and A, B, C, … before its rows"),
        )
    };
    match () {
        () if lines.len() > 1 && lines.iter().all(|(_, cells)| is_row(cells)) => Some(shown("the numbers of its columns")),
        () if lines.len() > 1 && lines.iter().all(|(_, cells)| is_bare(cells)) => Some(shown("letters and numbers")),
        () => None,
    }
}
