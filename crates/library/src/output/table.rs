//! A table, from whatever it was written in: every rule about cells reads only this.

use super::{
    number::{self, Number},
    vocabulary::{Meaning, Meanings},
};
use std::collections::BTreeSet;

/// A cell, read once.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Cell {
    /// Line, from 1.
    pub(super) line: usize,
    /// Text.
    pub(super) text: String,
    /// The number that it is, and nothing else.
    pub(super) amount: Option<Number>,
    /// How many people it counts, if it counts people.
    pub(super) count: Option<u64>,
    /// Whether it says that its number is not shown.
    pub(super) is_suppressed: bool,
}

impl Cell {
    /// Reads a cell.
    pub(super) fn new(line: usize, text: String) -> Cell {
        let (amount, count, is_suppressed) = (number::amount(&text), number::count(&text), number::is_suppressed(&text));
        Cell { line, text, amount, count, is_suppressed }
    }
}

/// A table: names of its columns, and rows, which may have fewer cells than there are names, or more.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Table {
    /// Where it lies in JSON; empty in other texts.
    pub(super) path: String,
    /// Names of columns.
    pub(super) names: Vec<String>,
    /// Rows.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// Rows of a header at most: groups above, units below.
const HEADERS_MAX: usize = 3;

impl Table {
    /// A table of records whose first ones may name the columns: none of their cells is a number, and numbers follow.
    pub(super) fn of_records(path: String, mut records: Vec<Vec<Cell>>) -> Table {
        // A row that is written with digits or numbers in letters names no columns, but for the first.
        let is_row = |(index, record): (usize, &Vec<Cell>)| record.iter().any(|cell| is_figure(cell) || (index > 0 && has_number(cell)));
        let headers = match records.iter().enumerate().position(is_row) {
            Some(first) => first.min(HEADERS_MAX),
            None => usize::from(records.len() > 1 && !is_repeated(&records)),
        };
        let rows = records.split_off(headers);
        let width = rows.iter().chain(&records).map(Vec::len).max().unwrap_or(0);
        // R's `write.table` leaves out the name of the column of row names.
        let shift = |record: &Vec<Cell>| usize::from(rows.first().is_some_and(|row| row.len() == record.len() + 1));
        let name = |column: usize| {
            let above = records.iter().filter_map(|record| record.get(column.checked_sub(shift(record))?));
            above
                .map(|cell| cell.text.as_str())
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
                .chars()
                .take(NAME_READ_MAX)
                .collect()
        };
        let names = (0..width).map(name).collect();
        Table { path, names, rows }
    }

    /// Whether it would have far more cells than were read if every row had one for each name: rules that go through names for each row
    /// must not read it.
    pub(super) fn is_ragged(&self) -> bool {
        let cells = self.rows.iter().flatten().filter(|cell| cell.line > 0).count();
        is_ragged(self.names.len().saturating_mul(self.rows.len()), self.names.len() + cells)
    }

    /// Cells of a column.
    pub(super) fn column(&self, index: usize) -> impl Iterator<Item = &Cell> {
        self.rows.iter().filter_map(move |row| row.get(index))
    }

    /// What a column is, by its name, and where the name says nothing by its cells.
    pub(super) fn meaning<'t>(&'t self, index: usize, meanings: &mut Meanings<'t>) -> Meaning {
        let name = &self.names[index];
        let by_name = meanings.look_up(name);
        if !matches!(by_name, Meaning::Proportion | Meaning::Unknown | Meaning::Vague) {
            return by_name;
        }
        let numbers: Vec<Number> = self.column(index).filter_map(|cell| cell.amount).collect();
        // `1.200` above a `3` is a thousand and two hundred.
        let is_mixed = numbers.iter().any(|number| number.decimals == 0);
        let is_thousand = |number: &Number| is_mixed && number.decimals == 3 && number.value >= 1.0;
        let is_fraction = |number: &&Number| number.value < 0.0 || number.value.fract() != 0.0 && !is_thousand(number);
        let fractions = numbers.iter().filter(is_fraction).count();
        let is_row_number = || index == 0 && numbers.len() > 1 && self.names.len() > 1 && is_sequence(&numbers);
        match by_name {
            // R's `Freq` counts.
            Meaning::Proportion if fractions == 0 && numbers.iter().any(|number| number.value > 1.0) => Meaning::People,
            Meaning::Unknown if fractions > 0 && fractions * 2 >= numbers.len() => Meaning::Statistic,
            Meaning::Unknown if is_row_number() => Meaning::Attribute,
            // One fraction shows that a `score` is a score: nobody counts half a person.
            Meaning::Vague if fractions > 0 || self.is_label(index, &numbers) || is_ranking(name, &numbers) => Meaning::Attribute,
            Meaning::Vague => Meaning::Unknown,
            other => other,
        }
    }

    /// Whether a first column labels the rows of numbers beside it: each row has another number.
    fn is_label(&self, index: usize, numbers: &[Number]) -> bool {
        let distinct: BTreeSet<u64> = numbers.iter().map(|number| number.value.to_bits()).collect();
        let has_numbers = || self.rows.iter().any(|row| row.iter().skip(1).any(|cell| cell.amount.is_some()));
        index == 0 && numbers.len() > 1 && distinct.len() == numbers.len() && has_numbers()
    }

    /// The name of a column, or its number where it has none, with the path of the table.
    pub(super) fn place(&self, index: usize) -> String {
        let name = self.names.get(index).filter(|name| !name.is_empty());
        let name = name.map_or_else(|| format!("column {}", index + 1), |name| name.chars().take(NAME_CHARACTERS_MAX).collect());
        match (self.path.as_str(), self.names.get(index).is_none_or(String::is_empty)) {
            ("", _) => name,
            (path, true) => path.to_owned(),
            (path, false) => format!("{path}.{name}"),
        }
    }

    /// Rows as columns.
    pub(super) fn transposed(&self) -> Table {
        let label = |row: &Vec<Cell>| row.first().map(|cell| cell.text.clone()).unwrap_or_default();
        let names = std::iter::once(String::new()).chain(self.rows.iter().map(label)).collect();
        let labels = usize::from(!self.names.is_empty() && self.meaning(0, &mut Meanings::default()) == Meaning::Attribute);
        let row = |(index, name): (usize, &String)| {
            let head = Cell::new(0, name.clone());
            std::iter::once(head).chain(self.rows.iter().map(|row| row.get(index).cloned().unwrap_or_default())).collect()
        };
        Table { path: self.path.clone(), names, rows: self.names.iter().enumerate().skip(labels).map(row).collect() }
    }
}

/// Whether a table of so many cells has far more of them than were read for it.
pub(super) fn is_ragged(cells: usize, read: usize) -> bool {
    cells > read.saturating_mul(4).saturating_add(EMPTY_CELLS_MAX)
}

/// Empty cells that any table may have.
const EMPTY_CELLS_MAX: usize = 100_000;
/// Characters of a name that are read.
const NAME_READ_MAX: usize = 200;
/// Characters of a name that a finding shows.
const NAME_CHARACTERS_MAX: usize = 60;

fn has_number(cell: &Cell) -> bool {
    let is_spelled = |word: &str| number::spelled(&word.to_lowercase()).is_some();
    cell.text.contains(|c: char| c.is_ascii_digit()) || cell.text.split(' ').any(is_spelled)
}

/// A number or what stands for one. Names of columns may be years.
pub(super) fn is_figure(cell: &Cell) -> bool {
    cell.is_suppressed
        || cell.amount.is_some_and(|n| n.whole().is_none_or(|n| !(1900..=2100).contains(&n)))
        || number::with_percentage(&cell.text).is_some()
        || number::fraction(&cell.text).is_some()
}

fn is_repeated(records: &[Vec<Cell>]) -> bool {
    let first = &records[0];
    let is_same = |record: &Vec<Cell>| record.len() == first.len() && record.iter().zip(first).all(|(cell, other)| cell.text == other.text);
    first.len() > 1 && records.iter().skip(1).any(is_same)
}

/// Whether numbers under a name such as `rank` are the ranks of the rows: 1 to as many as there are, or from 0.
fn is_ranking(name: &str, numbers: &[Number]) -> bool {
    let mut whole: Vec<u64> = numbers.iter().filter_map(|number| number.whole()).collect();
    whole.sort_unstable();
    let lower = name.to_lowercase();
    let is_named = ["rank", "order", "index", "line"].iter().any(|rank| lower.contains(rank));
    is_named
        && whole.len() == numbers.len()
        && whole.len() > 1
        && whole[0] < 2
        && (whole[0]..).zip(&whole).all(|(place, number)| place == *number)
}

/// Whether numbers count rows, from 0 or 1.
fn is_sequence(numbers: &[Number]) -> bool {
    let whole: Option<Vec<u64>> = numbers.iter().map(|number| number.whole()).collect();
    whole.is_some_and(|whole| whole[0] < 2 && (whole[0]..).zip(&whole).all(|(expected, number)| expected == *number))
}
