//! A project's workspace: code comes to the data. SQL over `calls`, `variants` (with how many carry each), `people` and `features`,
//! that hold only whom the scope allows, under pseudonyms that are the project's own. What is shown of them are groups of people
//! ([`crate::guard`]); rows are shown where the site lets them be seen. What is made of them leaves by the airlock alone.

use crate::{
    guard::{Guard, Refusal},
    tables,
};
use datafusion::{
    arrow::util::pretty::pretty_format_batches,
    error::DataFusionError,
    execution::context::{SQLOptions, SessionContext},
    prelude::DataFrame,
};
use futures_util::StreamExt;
use library::{
    Library, Release, Scope,
    input_table::InputTable,
    program::{
        ADVICE, QueryError, SQL_TIME_MAX,
        request::{Rows, Shown, TABLE_BYTES_MAX},
    },
};
use std::sync::{Arc, atomic::AtomicUsize};

/// Rows that are shown of an answer.
pub const ROWS_MAX: usize = 1_000;
/// Characters of a query.
const CHARACTERS_MAX: usize = 20_000;

/// What a query is asked in.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Workspace {
    /// Whom it may count.
    pub scope: Scope,
    /// Tables that came in.
    pub inputs: Vec<InputTable>,
    /// The project that asks.
    pub project: String,
    /// What may be shown.
    pub shown: Shown,
}

/// Runs one query of groups over what is there always.
pub async fn run(library: &Library, release: &Release, scope: &Scope, sql: &str) -> Result<Rows, QueryError> {
    run_in(library, release, Workspace { scope: scope.clone(), ..Workspace::default() }, sql).await
}

/// Runs one query in a workspace.
pub async fn run_in(library: &Library, release: &Release, workspace: Workspace, sql: &str) -> Result<Rows, QueryError> {
    if sql.chars().count() > CHARACTERS_MAX {
        return Err(QueryError::Refused(format!("A query has at most {CHARACTERS_MAX} characters")));
    }
    let shown = workspace.shown;
    let (session, guard) = session(library, release, workspace).await?;
    let answered = async {
        let frame = planned(&session, &guard, shown, sql).await.map_err(|error| query_error(&error))?;
        rows(frame).await.map_err(|error| row_error(&error, shown))
    };
    match tokio::time::timeout(SQL_TIME_MAX, answered).await {
        Ok(Ok(rows)) if rows.table.len() > TABLE_BYTES_MAX => {
            Err(QueryError::Refused(format!("The answer is larger than {} MiB. {ADVICE}", TABLE_BYTES_MAX >> 20)))
        }
        Ok(answered) => answered,
        Err(_) => {
            Err(QueryError::Refused(format!("The query took longer than {} seconds and was stopped. {ADVICE}", SQL_TIME_MAX.as_secs())))
        }
    }
}

/// Only what the scope allows is registered: the files themselves have no name here.
async fn session(library: &Library, release: &Release, workspace: Workspace) -> anyhow::Result<(SessionContext, Guard)> {
    let Workspace { scope, inputs, project, shown } = workspace;
    let session = tables::session(library)?;
    let calls = tables::calls(&session, library, release, &scope, &project).await?;
    let variants = tables::variants(&session, library, release, &scope, shown)?;
    let guard = Guard {
        calls: calls.logical_plan().clone(),
        variants: variants.logical_plan().clone(),
        inputs: inputs.iter().map(|input| input.name.clone()).collect(),
        nodes: AtomicUsize::new(0),
    };
    session.register_table("calls", calls.into_view())?;
    session.register_table("variants", variants.into_view())?;
    session.register_table("people", Arc::new(tables::people(release, &scope, &project)?))?;
    session.register_table("features", Arc::new(tables::features(release, &scope, &project)?))?;
    for input in inputs {
        session.register_table(input.name.clone(), Arc::new(tables::input(input)?))?;
    }
    Ok((session, guard))
}

/// The query as it may run.
async fn planned(session: &SessionContext, guard: &Guard, shown: Shown, sql: &str) -> Result<DataFrame, DataFusionError> {
    // Reading alone: no table of other files, no copy out, no settings.
    let reading = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    let frame = session.sql_with_options(sql, reading).await?;
    match shown {
        Shown::Rows => Ok(frame),
        Shown::Groups => {
            let (state, plan) = frame.into_parts();
            Ok(DataFrame::new(state, guard.guarded(&plan)?))
        }
    }
}

async fn rows(frame: DataFrame) -> Result<Rows, DataFusionError> {
    let mut stream = frame.execute_stream().await?;
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
        DataFusionError::External(why) if why.is::<Refusal>() => QueryError::Refused(why.to_string()),
        // The library's own, from its blocks.
        DataFusionError::External(fault) => QueryError::Fault(anyhow::anyhow!("reading the library's files: {fault:#}")),
        other => QueryError::Refused(other.to_string().lines().next().unwrap_or_default().to_owned()),
    }
}

/// What stops a query while it reads rows: the engine's words may hold what stands in one of them.
fn row_error(error: &DataFusionError, shown: Shown) -> QueryError {
    let is_of_query = matches!(
        error.find_root(),
        DataFusionError::Plan(_)
            | DataFusionError::SchemaError(..)
            | DataFusionError::NotImplemented(_)
            | DataFusionError::ResourcesExhausted(_)
            | DataFusionError::ObjectStore(_)
            | DataFusionError::IoError(_)
    );
    if shown == Shown::Rows || is_of_query {
        return query_error(error);
    }
    let message = "The query stopped while it read rows: one of its functions does not take a value. Use TRY_CAST and NULLIF, which give nothing for it";
    QueryError::Refused(message.into())
}
