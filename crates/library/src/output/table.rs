//! A table, from whatever it was written in: every rule about cells reads only this.

use super::{
    number,
    vocabulary::{self, Meaning},
};

/// A cell.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Cell {
    /// Line, from 1.
    pub(super) line: usize,
    /// Text.
    pub(super) text: String,
}

/// A table: names of its columns, and rows, which may have fewer cells than there are names, or more.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Table {
    /// Where it lies in JSON; empty in other texts.
    pub(super) path: String,
    /// Names of columns.
    pub(super) names: Vec<String>,
    /// Rows.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// Labels of a row that are looked at.
const LABELS_MAX: usize = 8;
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

    /// Cells of a column.
    pub(super) fn column(&self, index: usize) -> impl Iterator<Item = &Cell> {
        self.rows.iter().filter_map(move |row| row.get(index))
    }

    /// What each column is, by its name, and where the name says nothing by its cells.
    pub(super) fn meanings(&self) -> Vec<Meaning> {
        (0..self.names.len()).map(|index| self.meaning(index)).collect()
    }

    fn meaning(&self, index: usize) -> Meaning {
        let numbers: Vec<number::Number> = self.column(index).filter_map(|cell| number::amount(&cell.text)).collect();
        // `1.200` above a `3` is a thousand and two hundred.
        let is_mixed = numbers.iter().any(|number| number.decimals == 0);
        let is_thousand = |number: &number::Number| is_mixed && number.decimals == 3 && number.value >= 1.0;
        let is_fraction = |number: &&number::Number| number.value < 0.0 || number.value.fract() != 0.0 && !is_thousand(number);
        let fractions = numbers.iter().filter(is_fraction).count();
        let is_row_number = || index == 0 && numbers.len() > 1 && self.names.len() > 1 && is_sequence(&numbers);
        match vocabulary::meaning(&self.names[index]) {
            // R's `Freq` counts.
            Meaning::Proportion if fractions == 0 && numbers.iter().any(|number| number.value > 1.0) => Meaning::People,
            Meaning::Unknown if fractions > 0 && fractions * 2 >= numbers.len() => Meaning::Statistic,
            Meaning::Unknown if is_row_number() => Meaning::Attribute,
            meaning => meaning,
        }
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
        let labels = usize::from(!self.names.is_empty() && self.meaning(0) == Meaning::Attribute);
        let row = |(index, name): (usize, &String)| {
            let head = Cell { line: 0, text: name.clone() };
            std::iter::once(head).chain(self.rows.iter().map(|row| row.get(index).cloned().unwrap_or_default())).collect()
        };
        Table { path: self.path.clone(), names, rows: self.names.iter().enumerate().skip(labels).map(row).collect() }
    }
}

/// Texts that say what a row is about: its cells that are no numbers, and its labels that are.
pub(super) fn labels<'t>(row: &'t [Cell], meanings: &'t [Meaning]) -> impl Iterator<Item = &'t str> {
    let is_label = move |(index, cell): &(usize, &Cell)| {
        let text = !cell.text.is_empty() && !number::is_suppressed(&cell.text);
        text && (meanings.get(*index) == Some(&Meaning::Attribute)
            || number::count(&cell.text).is_none() && number::amount(&cell.text).is_none())
    };
    row.iter().enumerate().filter(is_label).map(|(_, cell)| cell.text.as_str()).take(LABELS_MAX)
}

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
    number::is_suppressed(&cell.text)
        || number::amount(&cell.text).is_some_and(|n| n.whole().is_none_or(|n| !(1900..=2100).contains(&n)))
        || number::with_percentage(&cell.text).is_some()
        || number::fraction(&cell.text).is_some()
}

fn is_repeated(records: &[Vec<Cell>]) -> bool {
    let first = &records[0];
    let is_same = |record: &Vec<Cell>| record.len() == first.len() && record.iter().zip(first).all(|(cell, other)| cell.text == other.text);
    first.len() > 1 && records.iter().skip(1).any(is_same)
}

/// Whether numbers count rows, from 0 or 1.
fn is_sequence(numbers: &[number::Number]) -> bool {
    let whole: Option<Vec<u64>> = numbers.iter().map(|number| number.whole()).collect();
    whole.is_some_and(|whole| whole[0] < 2 && (whole[0]..).zip(&whole).all(|(expected, number)| expected == *number))
}
