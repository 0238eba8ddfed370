//! JSON as tables: an array of objects is a table, so is an object of objects, of arrays of one length, or of numbers.

use super::{
    json::{Members, Value},
    table::{self, Cell, Table},
};
use std::collections::HashMap;

/// What JSON holds.
#[derive(Default)]
pub(super) struct Tree {
    /// Tables.
    pub(super) tables: Vec<Table>,
    /// Rows were so uneven that a table of them would be mostly empty: they are not read together.
    pub(super) is_ragged: bool,
}

/// Reads values. More than one, as of JSON lines, are rows.
pub(super) fn read(values: Vec<Value>) -> Tree {
    let mut tree = Tree::default();
    match <[Value; 1]>::try_from(values) {
        Ok([value]) => tree.value(&value, ""),
        Err(values) => tree.array(&values, ""),
    }
    tree
}

/// Whether an object is a notebook, whose outputs may be anything.
pub(super) fn is_notebook(value: &Value) -> bool {
    matches!(value, Value::Object(members) if members.iter().any(|(name, _)| name == "nbformat" || name == "nbformat_minor"))
}

impl Tree {
    fn value(&mut self, value: &Value, path: &str) {
        match value {
            Value::Text(cell) | Value::Literal(cell) => self.push_rows(path, vec![vec![(String::new(), cell.clone())]]),
            Value::Array(elements) => self.array(elements, path),
            Value::Object(members) => self.object(members, path),
        }
    }

    fn array(&mut self, elements: &[Value], path: &str) {
        let objects: Option<Vec<&Members>> = elements.iter().map(Value::members).collect();
        if let Some(objects) = objects {
            let rows = objects.into_iter().map(|members| self.fields(members, path)).collect();
            return self.push_rows(path, rows);
        }
        if let Some(cells) = scalars(elements) {
            return self.push_rows(path, cells.into_iter().map(|cell| vec![(String::new(), cell.clone())]).collect());
        }
        let records: Option<Vec<Vec<Cell>>> =
            elements.iter().map(|e| Some(scalars(e.elements()?)?.into_iter().cloned().collect())).collect();
        match records {
            Some(records) => self.tables.push(Table::of_records(path.to_owned(), records)),
            None => elements.iter().for_each(|element| self.value(element, path)),
        }
    }

    fn object(&mut self, members: &Members, path: &str) {
        let columns: Vec<(&String, Vec<&Cell>)> =
            members.iter().filter_map(|(name, value)| Some((name, scalars(value.elements()?)?))).collect();
        let length = columns.first().map_or(0, |(_, cells)| cells.len());
        if columns.len() > 1 && length > 0 && columns.iter().all(|(_, cells)| cells.len() == length) {
            let row = |index: usize| columns.iter().map(|(name, cells)| ((*name).clone(), cells[index].clone())).collect();
            self.push_rows(path, (0..length).map(row).collect());
            let is_other = |(_, value): &&(String, Value)| value.elements().and_then(scalars).is_none();
            let others: Vec<(String, Value)> = members.iter().filter(is_other).cloned().collect();
            if !others.is_empty() {
                self.object(&others, path);
            }
            return;
        }
        let inner: Option<Vec<(&String, &Members)>> = members.iter().map(|(name, value)| Some((name, value.members()?))).collect();
        if let Some(inner) = inner.filter(|inner| inner.len() > 1) {
            let row = |(name, members): (&String, &Members)| {
                let fields = self.fields(members, &join(path, name));
                let line = fields.first().map_or(1, |(_, cell)| cell.line);
                std::iter::once((String::new(), Cell::new(line, name.clone()))).chain(fields).collect()
            };
            let rows = inner.into_iter().map(row).collect();
            return self.push_rows(path, rows);
        }
        let row = self.fields(members, path);
        self.push_rows(path, vec![row]);
    }

    /// What an object has itself or in objects within it; what is in its arrays is read as tables of their own.
    fn fields(&mut self, members: &Members, path: &str) -> Vec<(String, Cell)> {
        let mut fields = Vec::new();
        for (name, value) in members {
            match value {
                Value::Text(cell) | Value::Literal(cell) => fields.push((name.clone(), cell.clone())),
                Value::Array(_) => self.value(value, &join(path, name)),
                Value::Object(inner) if inner.iter().all(|(_, value)| value.cell().is_some()) && inner.len() < WITHIN_MAX => {
                    let inner = inner.iter().filter_map(|(key, value)| Some((join(name, key), value.cell()?.clone())));
                    fields.extend(inner);
                }
                Value::Object(inner) => self.object(inner, &join(path, name)),
            }
        }
        fields
    }

    /// Rows by the names of their fields. Where names are ever new, another table begins, so that no row has many empty cells.
    fn push_rows(&mut self, path: &str, rows: Vec<Vec<(String, Cell)>>) {
        let mut table = Table { path: path.to_owned(), ..Table::default() };
        let mut known: HashMap<String, usize> = HashMap::new();
        let (mut made, mut read) = (0_usize, 0_usize);
        for row in rows {
            let last = row.iter().filter_map(|(name, _)| known.get(name)).max().map_or(0, |index| index + 1);
            let is_ragged = table::is_ragged(made + last, read + row.len());
            self.is_ragged |= is_ragged;
            if is_ragged || (table.names.len() > NAMES_MAX && !row.iter().all(|(name, _)| known.contains_key(name))) {
                known.clear();
                (made, read) = (0, 0);
                self.tables.push(std::mem::replace(&mut table, Table { path: path.to_owned(), ..Table::default() }));
            }
            read += row.len();
            let mut cells: Vec<Cell> = Vec::with_capacity(row.len());
            for (name, cell) in row {
                // A name that comes twice in an object is a column of its own each time.
                let index = known.get(&name).copied().filter(|index| cells.get(*index).is_none_or(|cell| cell.line == 0));
                let index = index.unwrap_or_else(|| {
                    known.insert(name.clone(), table.names.len());
                    table.names.push(name);
                    table.names.len() - 1
                });
                cells.resize(cells.len().max(index + 1), Cell::default());
                cells[index] = cell;
            }
            made += cells.len();
            table.rows.push(cells);
        }
        self.tables.push(table);
    }
}

/// Names of a table after which rows with new names begin another.
const NAMES_MAX: usize = 100;
/// Fields of an object within an object that are read as columns.
const WITHIN_MAX: usize = 50;

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn scalars(elements: &[Value]) -> Option<Vec<&Cell>> {
    if elements.is_empty() { None } else { elements.iter().map(Value::cell).collect() }
}
