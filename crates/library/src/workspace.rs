//! A project's workspace: code comes to the data. SQL over three tables, `calls`, `people` and `features`, that hold only whom the
//! scope allows, under the pseudonyms of the project's release. What is made of them leaves by the airlock alone.

use crate::{Library, Release, Scope, engine};
use datafusion::{
    arrow::util::pretty::pretty_format_batches,
    error::DataFusionError,
    execution::context::{SQLOptions, SessionContext},
};
use futures_util::StreamExt;
use std::{sync::Arc, time::Duration};

/// Rows that are shown of an answer.
pub const ROWS_MAX: usize = 1_000;
/// How long a query may take.
pub const WITHIN: Duration = Duration::from_mins(1);
/// Characters of a query.
const CHARACTERS_MAX: usize = 20_000;

/// What a query gave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// The rows as a table of text.
    pub table: String,
    /// Rows shown.
    pub rows: usize,
    /// There are more.
    pub cut: bool,
}

/// Why a query gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum NotRun {
    /// It is not what may be asked, or is not understood: in words.
    #[error("{0}")]
    Refused(String),
    /// A fault.
    #[error(transparent)]
    Fault(#[from] anyhow::Error),
}

/// Runs one query.
pub async fn run(library: &Library, release: &Release, scope: &Scope, sql: &str) -> Result<Shown, NotRun> {
    if sql.chars().count() > CHARACTERS_MAX {
        return Err(NotRun::Refused(format!("A query has at most {CHARACTERS_MAX} characters")));
    }
    let session = tables(library, release, scope).await?;
    match tokio::time::timeout(WITHIN, shown(&session, sql)).await {
        Ok(Ok(shown)) => Ok(shown),
        Ok(Err(error)) => Err(told(&error)),
        Err(_) => Err(NotRun::Refused(format!(
            "The query took longer than {} seconds and was stopped. Ask of one gene or region, or count before you join",
            WITHIN.as_secs()
        ))),
    }
}

/// Only what the scope allows is registered: the files themselves have no name here.
async fn tables(library: &Library, release: &Release, scope: &Scope) -> anyhow::Result<SessionContext> {
    let session = engine::session(library)?;
    let calls = engine::pseudonymous(&session, library, release, scope).await?;
    session.register_table("calls", calls.into_view())?;
    session.register_table("people", Arc::new(engine::people(release, scope)?))?;
    session.register_table("features", Arc::new(engine::features(release, scope)?))?;
    Ok(session)
}

async fn shown(session: &SessionContext, sql: &str) -> Result<Shown, DataFusionError> {
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
    Ok(Shown { table: pretty_format_batches(&batches)?.to_string(), rows, cut })
}

/// What the engine says, as a person can use it.
fn told(error: &DataFusionError) -> NotRun {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => {
            NotRun::Refused("The query needs more memory than one may take. Ask of one gene or region, or count before you join".into())
        }
        DataFusionError::ObjectStore(_) | DataFusionError::IoError(_) => {
            NotRun::Fault(anyhow::anyhow!("reading the library's files: {error}"))
        }
        other => NotRun::Refused(other.to_string().lines().next().unwrap_or_default().to_owned()),
    }
}
