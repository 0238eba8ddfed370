//! A project's workspace: code comes to the data. SQL over `calls`, `variants` (with how many carry each), `people` and `features`,
//! that hold only whom the scope allows, under the pseudonyms of the project's release. What is made of them leaves by the airlock alone.

use crate::tables;
use datafusion::{
    arrow::util::pretty::pretty_format_batches,
    error::DataFusionError,
    execution::context::{SQLOptions, SessionContext},
};
use futures_util::StreamExt;
use library::{
    Library, Release, Scope,
    input_table::InputTable,
    program::{
        ADVICE, QueryError, SQL_TIME_MAX,
        request::{Rows, TABLE_BYTES_MAX},
    },
};
use std::sync::Arc;

/// Rows that are shown of an answer.
pub const ROWS_MAX: usize = 1_000;
/// Characters of a query.
const CHARACTERS_MAX: usize = 20_000;

/// Runs one query over what is there always.
pub async fn run(library: &Library, release: &Release, scope: &Scope, sql: &str) -> Result<Rows, QueryError> {
    run_with(library, release, scope, vec![], sql).await
}

/// Runs one query, also over tables that came in.
pub async fn run_with(library: &Library, release: &Release, scope: &Scope, inputs: Vec<InputTable>, sql: &str) -> Result<Rows, QueryError> {
    if sql.chars().count() > CHARACTERS_MAX {
        return Err(QueryError::Refused(format!("A query has at most {CHARACTERS_MAX} characters")));
    }
    let session = session(library, release, scope, inputs).await?;
    match tokio::time::timeout(SQL_TIME_MAX, rows(&session, sql)).await {
        Ok(Ok(rows)) if rows.table.len() > TABLE_BYTES_MAX => {
            Err(QueryError::Refused(format!("The answer is larger than {} MiB. {ADVICE}", TABLE_BYTES_MAX >> 20)))
        }
        Ok(Ok(rows)) => Ok(rows),
        Ok(Err(error)) => Err(query_error(&error)),
        Err(_) => {
            Err(QueryError::Refused(format!("The query took longer than {} seconds and was stopped. {ADVICE}", SQL_TIME_MAX.as_secs())))
        }
    }
}

/// Only what the scope allows is registered: the files themselves have no name here.
async fn session(library: &Library, release: &Release, scope: &Scope, inputs: Vec<InputTable>) -> anyhow::Result<SessionContext> {
    let session = tables::session(library)?;
    session.register_table("calls", tables::calls(&session, library, release, scope).await?.into_view())?;
    session.register_table("variants", tables::variants(&session, library, release, scope).await?.into_view())?;
    session.register_table("people", Arc::new(tables::people(release, scope)?))?;
    session.register_table("features", Arc::new(tables::features(release, scope)?))?;
    for input in inputs {
        session.register_table(input.name.clone(), Arc::new(tables::input(input)?))?;
    }
    Ok(session)
}

async fn rows(session: &SessionContext, sql: &str) -> Result<Rows, DataFusionError> {
    // Reading alone: no table of other files, no copy out, no settings.
    let reading = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    let mut stream = session.sql_with_options(sql, reading).await?.execute_stream().await?;
    let (mut batches, mut rows, mut cut) = (Vec::new(), 0, false);
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        let room = ROWS_MAX - rows;
        cut = batch.num_rows() > room;
        batches.push(batch.slice(0, batch.num_rows().min(room)));
        rows += batch.num_rows().min(room);
        if cut {
            break;
        }
    }
    Ok(Rows { table: pretty_format_batches(&batches)?.to_string(), rows, cut })
}

/// What the engine says, as a person can use it.
fn query_error(error: &DataFusionError) -> QueryError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => QueryError::Refused(format!("The query needs more memory than one may take. {ADVICE}")),
        DataFusionError::ObjectStore(_) | DataFusionError::IoError(_) => {
            QueryError::Fault(anyhow::anyhow!("reading the library's files: {error}"))
        }
        other => QueryError::Refused(other.to_string().lines().next().unwrap_or_default().to_owned()),
    }
}
