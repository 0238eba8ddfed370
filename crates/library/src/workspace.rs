//! A project's workspace: code comes to the data. SQL over `calls`, `variants` (with how many carry each), `people` and `features`,
//! that hold only whom the scope allows, under the pseudonyms of the project's release. What is made of them leaves by the airlock alone.

use crate::{Library, Release, Scope, engine};
use datafusion::{
    arrow::{
        array::{ArrayRef, StringArray},
        datatypes::{DataType, Field},
        util::pretty::pretty_format_batches,
    },
    datasource::MemTable,
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

/// Tables that are there always: what comes in has another name.
const OWN: [&str; 4] = ["calls", "variants", "people", "features"];

/// Runs one query over what is there always.
pub async fn run(library: &Library, release: &Release, scope: &Scope, sql: &str) -> Result<Shown, NotRun> {
    run_with(library, release, scope, &[], sql).await
}

/// Runs one query, also over tables that came in: name, and CSV with a header.
pub async fn run_with(
    library: &Library,
    release: &Release,
    scope: &Scope,
    inputs: &[(String, Vec<u8>)],
    sql: &str,
) -> Result<Shown, NotRun> {
    if sql.chars().count() > CHARACTERS_MAX {
        return Err(NotRun::Refused(format!("A query has at most {CHARACTERS_MAX} characters")));
    }
    let session = tables(library, release, scope).await?;
    for (name, bytes) in inputs {
        let table = table_of(name, bytes).map_err(NotRun::Refused)?;
        session.register_table(name, Arc::new(table)).map_err(anyhow::Error::from)?;
    }
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
    session.register_table("variants", engine::counted(&session, library, release, scope).await?.into_view())?;
    session.register_table("people", Arc::new(engine::people(release, scope)?))?;
    session.register_table("features", Arc::new(engine::features(release, scope)?))?;
    Ok(session)
}

/// A table that comes in: its name, and CSV with a header, every column as text. What is wrong is told with its line.
pub fn table_of(name: &str, bytes: &[u8]) -> Result<MemTable, String> {
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= 40
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !is_name || OWN.contains(&name) {
        return Err(format!("'{name}' is no name for a table: take small letters, digits and _, and none of {}", OWN.join(", ")));
    }
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(|why| why.to_string())?.clone();
    let mut names: Vec<&str> = header.iter().collect();
    names.sort_unstable();
    if header.is_empty() || names.iter().any(|name| name.trim().is_empty()) || names.windows(2).any(|two| two[0] == two[1]) {
        return Err("The first line names the columns, each by a name of its own".into());
    }
    let mut columns: Vec<Vec<String>> = vec![vec![]; header.len()];
    for record in reader.records() {
        let record = record.map_err(|why| why.to_string())?;
        for (column, cell) in columns.iter_mut().zip(&record) {
            column.push(cell.to_owned());
        }
    }
    let fields = header.iter().map(|name| Field::new(name.trim(), DataType::Utf8, false)).collect();
    let columns = columns.into_iter().map(|column| Arc::new(StringArray::from(column)) as ArrayRef).collect();
    engine::table(fields, columns).map_err(|why| format!("{why:#}"))
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
