//! Rows of one table that belong to one owner, as the journal gives them: written, or compared with what is there.

use crate::{
    database::{Connection, DatabaseError, Value},
    happened::{self, AT_ONCE},
    line::TableRow,
};
use anyhow::Context;
use std::collections::{BTreeMap, BTreeSet};

/// Every row of an owner in a table: what is not among them is not there.
#[derive(Debug)]
pub(crate) struct Slice {
    /// How it is named to somebody who looks for a difference.
    name: String,
    table: &'static str,
    columns: &'static [&'static str],
    keys: usize,
    owner: (&'static str, Value),
    rows: Vec<Vec<Value>>,
}

impl Slice {
    /// The rows of an owner.
    pub(crate) fn new<R: TableRow>(name: impl Into<String>, owner: impl Into<Value>, rows: impl IntoIterator<Item = R>) -> Slice {
        Slice {
            name: name.into(),
            table: R::TABLE,
            columns: R::COLUMNS,
            keys: R::KEYS,
            owner: (R::OWNER, owner.into()),
            rows: rows.into_iter().map(|row| row.values()).collect(),
        }
    }

    pub(crate) fn table(&self) -> &'static str {
        self.table
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Writes the rows and takes away what else the owner has; rows that are as they should be are not touched.
    pub(crate) async fn write(&self, db: &mut impl Connection) -> Result<(), DatabaseError> {
        if self.columns.len() == self.keys && self.is_there(db).await? {
            return Ok(());
        }
        if !self.rows.is_empty() {
            let (sql, values) = self.upsert();
            db.execute(&sql, values).await?;
        }
        if self.rows.is_empty() || self.columns[..self.keys] != [self.owner.0] {
            let (sql, values) = self.delete_others();
            db.execute(&sql, values).await?;
        }
        Ok(())
    }

    /// Whether the owner has exactly these rows, of a table that has nothing but keys, such as the words of an order: they change seldom.
    async fn is_there(&self, db: &mut impl Connection) -> Result<bool, DatabaseError> {
        let mut values = vec![self.owner.1.clone()];
        let mut same = "0".to_owned();
        if !self.rows.is_empty() {
            let keys = self.columns.join(", ");
            same = format!("CASE WHEN ({keys}) IN (VALUES {}) THEN 1 ELSE 0 END", places(self.rows.len(), self.keys, 2));
            values.extend(self.rows.concat());
        }
        let sql = format!(
            "SELECT COUNT(*) AS n, CAST(COALESCE(SUM({same}), 0) AS BIGINT) AS same FROM {} WHERE {} = $1",
            self.table, self.owner.0
        );
        let found = db.rows(&sql, values).await?;
        let count = |column: &str| found.first().map_or(Ok(0), |row| row.get::<i64>(column));
        let rows = self.rows.len() as i64;
        Ok(count("n")? == rows && count("same")? == rows)
    }

    fn upsert(&self) -> (String, Vec<Value>) {
        let (keys, others) = self.columns.split_at(self.keys);
        let mut sql = format!(
            "INSERT INTO {} ({}) VALUES {} ON CONFLICT ({}) DO ",
            self.table,
            self.columns.join(", "),
            places(self.rows.len(), self.columns.len(), 1),
            keys.join(", ")
        );
        if others.is_empty() {
            sql += "NOTHING";
        } else {
            let sets: Vec<String> = others.iter().map(|c| format!("{c} = excluded.{c}")).collect();
            let differs: Vec<String> = others.iter().map(|c| format!("{}.{c} IS DISTINCT FROM excluded.{c}", self.table)).collect();
            sql += &format!("UPDATE SET {} WHERE {}", sets.join(", "), differs.join(" OR "));
        }
        (sql, self.rows.concat())
    }

    fn delete_others(&self) -> (String, Vec<Value>) {
        let mut sql = format!("DELETE FROM {} WHERE {} = $1", self.table, self.owner.0);
        let mut values = vec![self.owner.1.clone()];
        if !self.rows.is_empty() {
            let keys = self.columns[..self.keys].join(", ");
            sql += &format!(" AND ({keys}) NOT IN (VALUES {})", places(self.rows.len(), self.keys, 2));
            values.extend(self.rows.iter().flat_map(|row| row[..self.keys].iter().cloned()));
        }
        (sql, values)
    }

    /// Whether the table has exactly these rows of the owner.
    fn is_as(&self, rows: &BTreeMap<Value, Vec<Vec<Value>>>) -> bool {
        let mut expected: Vec<&Vec<Value>> = self.rows.iter().collect();
        let mut found: Vec<&Vec<Value>> = rows.get(&self.owner.1).into_iter().flatten().collect();
        expected.sort();
        found.sort();
        expected == found
    }
}

/// What tables say otherwise than some slices, in words.
pub(crate) async fn differences(db: &mut impl Connection, slices: &[Slice]) -> anyhow::Result<Vec<String>> {
    let differs = differing(db, slices).await?;
    Ok(differs.iter().map(|slice| format!("{} stands otherwise in {} than in the journal", slice.name, slice.table)).collect())
}

/// Slices that tables say otherwise: of many owners in one statement for each table.
pub(crate) async fn differing<'s>(db: &mut impl Connection, slices: &'s [Slice]) -> anyhow::Result<Vec<&'s Slice>> {
    let mut by_table = BTreeMap::<&str, Vec<&Slice>>::new();
    for slice in slices {
        by_table.entry(slice.table).or_default().push(slice);
    }
    let mut differing = Vec::new();
    for of_table in by_table.values() {
        for some in of_table.chunks(AT_ONCE) {
            let rows = rows_of_owners(db, some).await?;
            differing.extend(some.iter().filter(|slice| !slice.is_as(&rows)));
        }
    }
    Ok(differing)
}

/// The rows of the owners of some slices of one table. A row with a cell of a kind that is never written is an empty one, like no other.
async fn rows_of_owners(db: &mut impl Connection, slices: &[&Slice]) -> anyhow::Result<BTreeMap<Value, Vec<Vec<Value>>>> {
    let mut rows = BTreeMap::<Value, Vec<Vec<Value>>>::new();
    let Some(Slice { table, columns, owner: (owner, _), .. }) = slices.first() else { return Ok(rows) };
    let owners: BTreeSet<&Value> = slices.iter().map(|slice| &slice.owner.1).collect();
    let sql = format!("SELECT {} FROM {table} WHERE {owner} IN ({})", columns.join(", "), happened::places(owners.len()));
    for row in db.rows(&sql, owners.into_iter().cloned().collect()).await? {
        let cells: Option<Vec<Value>> = columns.iter().map(|column| row.value(column)).collect();
        let of_owner = row.value(owner).with_context(|| format!("a row of {table} is of nobody"))?;
        rows.entry(of_owner).or_default().push(cells.unwrap_or_default());
    }
    Ok(rows)
}

/// Places for the values of several rows, numbered from a number on.
pub(crate) fn places(rows: usize, columns: usize, first: usize) -> String {
    let row = |row: usize| {
        let numbers: Vec<String> = (0..columns).map(|column| format!("${}", first + row * columns + column)).collect();
        format!("({})", numbers.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}
