//! A row of a read model as the journal gives it: written, taken away, or compared with what stands.

use crate::database::{Connection, DatabaseError, Value};

/// A row, or that there is none.
#[derive(Clone, Debug)]
pub(crate) enum Row {
    /// It stands so. The first `keys` of its columns name it.
    Stands { table: &'static str, columns: &'static [&'static str], keys: usize, values: Vec<Value> },
    /// There is none with this value.
    Gone { table: &'static str, column: &'static str, value: Value },
}

impl Row {
    /// Table that it stands in, or would.
    pub(crate) fn table(&self) -> &'static str {
        match self {
            Row::Stands { table, .. } | Row::Gone { table, .. } => table,
        }
    }

    /// Writes it, or takes it away.
    pub(crate) async fn write(&self, db: &mut impl Connection) -> Result<(), DatabaseError> {
        let (sql, values) = match self {
            Row::Gone { table, column, value } => (format!("DELETE FROM {table} WHERE {column} = $1"), vec![value.clone()]),
            Row::Stands { table, columns, keys, values } => {
                let places: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
                let anew: Vec<String> = columns[*keys..].iter().map(|c| format!("{c} = excluded.{c}")).collect();
                let sql = format!(
                    "INSERT INTO {table} ({}) VALUES ({}) ON CONFLICT ({}) DO UPDATE SET {}",
                    columns.join(", "),
                    places.join(", "),
                    columns[..*keys].join(", "),
                    anew.join(", ")
                );
                (sql, values.clone())
            }
        };
        db.execute(&sql, values).await.map(drop)
    }

    /// Whether the table says the same.
    pub(crate) async fn holds(&self, db: &mut impl Connection) -> Result<bool, DatabaseError> {
        let (tests, values, wanted) = match self {
            Row::Gone { column, value, .. } => (vec![format!("{column} = $1")], vec![value.clone()], false),
            Row::Stands { columns, values, .. } => {
                let tests = columns.iter().zip(1..).map(|(c, n)| format!("{c} IS NOT DISTINCT FROM ${n}"));
                (tests.collect(), values.clone(), true)
            }
        };
        let sql = format!("SELECT 1 AS found FROM {} WHERE {}", self.table(), tests.join(" AND "));
        Ok(!db.rows(&sql, values).await?.is_empty() == wanted)
    }
}
