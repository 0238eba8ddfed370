//! Requests of `gms`, answered: what `gms-query run` does.

use crate::{
    machines,
    workspace::{self, Workspace},
};
use anyhow::Context;
use library::{
    Checked, Library, Question, Release, Scope,
    input_table::InputTable,
    program::{
        QueryError,
        request::{Input, Reply, Request, Task, carrier_rows},
    },
};
use std::net::SocketAddr;

/// Does what is asked; what goes wrong is part of the reply.
pub async fn respond(request: Request) -> Reply {
    match answer(request).await {
        Ok(reply) => reply,
        Err(QueryError::Refused(message)) => Reply::Refused(message),
        Err(QueryError::Fault(fault)) => Reply::Fault(format!("{fault:#}")),
    }
}

async fn answer(request: Request) -> Result<Reply, QueryError> {
    request.check_version()?;
    let library = Library::open(&request.library)?;
    let release = library.released(&request.release).await?;
    let release = release.with_context(|| format!("the library has no release {}", request.release))?;
    match request.task {
        Task::Sql { scope, inputs, project, shown, sql } => {
            let workspace = Workspace { scope: Scope::new(scope), inputs: tables(&inputs)?, project, shown };
            Ok(Reply::Rows(workspace::run_in(&library, &release, workspace, &sql).await?))
        }
        Task::Carriers { question, scheduler } => carriers(&library, &release, &question, scheduler).await,
    }
}

fn tables(inputs: &[Input]) -> Result<Vec<InputTable>, QueryError> {
    let read = |input: &Input| InputTable::read(&input.name, input.csv.as_bytes()).map_err(QueryError::Refused);
    inputs.iter().map(read).collect()
}

async fn carriers(library: &Library, release: &Release, question: &str, scheduler: SocketAddr) -> Result<Reply, QueryError> {
    let question: Question = question.parse().map_err(|why| QueryError::Refused(format!("{why}")))?;
    let variant = question.variant().map(str::parse).transpose().context("the variant of the question does not read")?;
    // Features choose the cohort, which is for those who ask.
    let checked = Checked { question, with: vec![], with_any: vec![], without: vec![], variant };
    let found = machines::planned(library, scheduler)?.find(library, release, &checked).await?;
    Ok(Reply::Carriers(carrier_rows(&found)?))
}
