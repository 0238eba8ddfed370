//! A connection that counts its statements, for tests of how many something takes.

use crate::database::{Connection, DatabaseError, Row, Value};

pub(crate) struct Counted<C> {
    pub inner: C,
    pub statements: usize,
}

impl<C: Connection> Connection for Counted<C> {
    async fn rows(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, DatabaseError> {
        self.statements += 1;
        self.inner.rows(sql, values).await
    }

    async fn execute(&mut self, sql: &str, values: Vec<Value>) -> Result<u64, DatabaseError> {
        self.statements += 1;
        self.inner.execute(sql, values).await
    }
}
