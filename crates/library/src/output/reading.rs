//! A table with what its names say of its numbers, looked up once for all rules.

use super::{
    table::{Cell, Table},
    vocabulary::{self, Meaning, Meanings},
};

/// A table that was read.
pub(super) struct Reading<'t> {
    /// The table.
    pub(super) table: &'t Table,
    /// What each column is.
    pub(super) meanings: Vec<Meaning>,
    /// What the labels of each row, and names around it in JSON, say of its numbers.
    pub(super) rows: Vec<Meaning>,
}

/// Labels of a row that are looked at.
const LABELS_MAX: usize = 8;

impl<'t> Reading<'t> {
    /// Reads a table.
    pub(super) fn new(table: &'t Table) -> Reading<'t> {
        let mut memory = Meanings::default();
        let meanings: Vec<Meaning> = (0..table.names.len()).map(|index| table.meaning(index, &mut memory)).collect();
        let tells = |meaning: &Meaning| matches!(meaning, Meaning::People | Meaning::Statistic | Meaning::Thing);
        let names = table.path.rsplit('.').filter(|name| !vocabulary::is_container(name));
        let around = names.map(vocabulary::meaning).find(tells).unwrap_or(Meaning::Unknown);
        let row = |row: &'t Vec<Cell>| match memory.of_row(labels(row, &meanings)) {
            Meaning::Unknown => around,
            by_labels => by_labels,
        };
        let rows = table.rows.iter().map(row).collect();
        Reading { table, meanings, rows }
    }

    /// What a column is.
    pub(super) fn meaning(&self, column: usize) -> Meaning {
        self.meanings.get(column).copied().unwrap_or(Meaning::Unknown)
    }

    /// Texts that say what a row is about.
    pub(super) fn labels<'s>(&'s self, row: &'t [Cell]) -> impl Iterator<Item = &'t str> + 's {
        labels(row, &self.meanings)
    }
}

/// Texts that say what a row is about: its cells that are no numbers, and its labels that are.
fn labels<'t>(row: &'t [Cell], meanings: &[Meaning]) -> impl Iterator<Item = &'t str> {
    let is_label = move |(index, cell): &(usize, &Cell)| {
        let is_text = !cell.text.is_empty() && !cell.is_suppressed;
        is_text && (meanings.get(*index) == Some(&Meaning::Attribute) || (cell.count.is_none() && cell.amount.is_none()))
    };
    row.iter().enumerate().filter(is_label).map(|(_, cell)| cell.text.as_str()).take(LABELS_MAX)
}
