//! What is read from rows and bound to statements.

use super::{Column, DatabaseError, Row, Value};
use sqlx::{Decode, Postgres, Sqlite, Type};

impl Row {
    /// The value of a column.
    pub(crate) fn get<T: Column>(&self, column: &str) -> Result<T, DatabaseError> {
        T::of_row(self, column)
    }

    /// The value of a column as it would be written; nothing where it is of a kind that is never written.
    pub(crate) fn value(&self, column: &str) -> Option<Value> {
        self.get::<Option<String>>(column).map(Value::from).or_else(|_| self.get::<i64>(column).map(Value::from)).ok()
    }

    fn decode<'r, T>(&'r self, column: &str) -> Result<T, DatabaseError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        match self {
            Row::Sqlite(row) => sqlx::Row::try_get(row, column),
            Row::Postgres(row) => sqlx::Row::try_get(row, column),
        }
    }
}

impl Column for String {
    fn of_row(row: &Row, column: &str) -> Result<String, DatabaseError> {
        row.decode(column)
    }
}

impl Column for Option<String> {
    fn of_row(row: &Row, column: &str) -> Result<Option<String>, DatabaseError> {
        row.decode(column)
    }
}

impl Column for i64 {
    fn of_row(row: &Row, column: &str) -> Result<i64, DatabaseError> {
        // PostgreSQL gives a smaller integer where it computed one of small numbers.
        row.decode(column).or_else(|_| row.decode::<i32>(column).map(i64::from))
    }
}

impl Column for Option<i64> {
    fn of_row(row: &Row, column: &str) -> Result<Option<i64>, DatabaseError> {
        row.decode(column)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(Some(text))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(Some(text.to_owned()))
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Value {
        Value::Text(text.map(str::to_owned))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Value {
        Value::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Integer(number)
    }
}
