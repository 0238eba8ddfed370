//! The program `gms-query`: all that needs a query engine runs there, in a process of its own for each query. A query that takes too
//! much memory or meets a fault of the engine ends that process and nothing else.

pub mod machines;
pub mod request;

use crate::{
    Checked, Library, Release, Scope,
    lookup::CarrierSets,
    program::request::{Input, Reply, Request, Rows, Shown, Task},
};
use anyhow::{Context, anyhow, bail};
use std::{
    env::consts::EXE_SUFFIX,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
};

/// How long a query in SQL may take.
pub const SQL_TIME_MAX: Duration = Duration::from_mins(1);
/// How much longer its process may take to begin and to answer.
const START_TIME_MAX: Duration = Duration::from_secs(15);
/// How long several machines may take to find carriers.
const CARRIERS_TIME_MAX: Duration = Duration::from_mins(10);
/// Names the program, where it is not beside `gms`.
const VARIABLE: &str = "GMS_QUERY";

/// Why a query gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// It is not what may be asked, is not understood, or was stopped: in words.
    #[error("{0}")]
    Refused(String),
    /// A fault.
    #[error(transparent)]
    Fault(#[from] anyhow::Error),
}

/// What a query in SQL is asked in.
pub struct Workspace<'a> {
    /// Whom it may count.
    pub scope: &'a Scope,
    /// Tables that came in: name, and CSV with a header.
    pub inputs: Vec<(String, String)>,
    /// The project that asks.
    pub project: &'a str,
    /// What may be shown.
    pub shown: Shown,
}

/// Where the program lies.
#[derive(Clone, Debug)]
pub struct QueryProgram {
    path: PathBuf,
}

impl QueryProgram {
    /// The program at a path; without one, where `GMS_QUERY` says, or else beside the running program. The tests of cargo run in a
    /// folder below that of the programs.
    pub fn find(path: Option<&Path>) -> anyhow::Result<QueryProgram> {
        if let Some(path) = path.map(Path::to_owned).or_else(|| std::env::var_os(VARIABLE).map(PathBuf::from)) {
            return Ok(QueryProgram { path });
        }
        let running = std::env::current_exe().context("asking where this program lies")?;
        let folders = running.ancestors().skip(1).take(2);
        let beside: Vec<PathBuf> = folders.map(|folder| folder.join(format!("gms-query{EXE_SUFFIX}"))).collect();
        let found = beside.iter().find(|path| path.is_file()).or(beside.first());
        Ok(QueryProgram { path: found.cloned().context("this program lies in a folder")? })
    }

    /// Its path, whether or not it is there.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is missing where the program is not there, and how to get it.
    pub fn missing(&self) -> Option<String> {
        let message = "Queries in SQL, and questions for several machines, need the program gms-query, which is not there. Whoever runs this \
                     service builds it with cargo build --release -p query and puts it beside gms, or names it by --query-program or GMS_QUERY";
        (!self.path.is_file()).then(|| message.to_owned())
    }

    /// Refuses where it is not there, with the path at which it was looked for.
    pub fn check(&self) -> anyhow::Result<()> {
        match self.missing() {
            Some(missing) => bail!("{missing} (looked for at {})", self.path.display()),
            None => Ok(()),
        }
    }

    /// Runs a query in SQL over a release in the workspace of a project.
    pub async fn run_sql(&self, library: &Library, release: &Release, workspace: Workspace<'_>, sql: &str) -> Result<Rows, QueryError> {
        let Workspace { scope, inputs, project, shown } = workspace;
        let inputs = inputs.into_iter().map(|(name, csv)| Input { name, csv }).collect();
        let scope = scope.numbers().iter().collect();
        let task = Task::Sql { scope, inputs, project: project.to_owned(), shown, sql: sql.to_owned() };
        match self.ask(&Request::new(library, release, task), SQL_TIME_MAX + START_TIME_MAX).await? {
            Reply::Rows(rows) => Ok(rows),
            _ => Err(anyhow!("gms-query answered something else than rows").into()),
        }
    }

    /// Who carries what a question is about, as the machines of a scheduler find it.
    pub async fn carriers(
        &self,
        library: &Library,
        release: &Release,
        question: &Checked,
        scheduler: SocketAddr,
    ) -> Result<CarrierSets, QueryError> {
        let task = Task::Carriers { question: question.question.to_string(), scheduler };
        match self.ask(&Request::new(library, release, task), CARRIERS_TIME_MAX).await? {
            Reply::Carriers(rows) => Ok(request::carrier_sets(rows)?),
            _ => Err(anyhow!("gms-query answered something else than carriers").into()),
        }
    }

    /// One request, and what is answered. The process ends when its time is over, and when nobody waits for the answer any more.
    async fn ask(&self, request: &Request, time: Duration) -> Result<Reply, QueryError> {
        if let Some(message) = self.missing() {
            return Err(QueryError::Refused(message));
        }
        let bytes = serde_json::to_vec(request).context("writing what gms-query is asked")?;
        let child = self.start()?;
        let Ok(answered) = tokio::time::timeout(time, answer(child, &bytes, request.task.reply_bytes_max())).await else {
            let seconds = time.as_secs();
            return Err(QueryError::Refused(format!("The query was stopped: it took longer than {seconds} seconds. {ADVICE}")));
        };
        match answered? {
            Reply::Refused(message) => Err(QueryError::Refused(message)),
            Reply::Fault(message) => Err(anyhow!(message).into()),
            reply => Ok(reply),
        }
    }

    fn start(&self) -> anyhow::Result<Child> {
        let mut command = Command::new(&self.path);
        command.arg("run").stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        // Secrets of the service are none of its business; settings of the object store are.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"GMS_")) {
            command.env_remove(name);
        }
        command.spawn().with_context(|| format!("starting {}", self.path.display()))
    }
}

/// What somebody may do whose query was too much.
pub const ADVICE: &str = "Ask of one gene or region, or count before you join";

/// Tells a process what to do, and reads what it answers.
async fn answer(mut child: Child, request: &[u8], bytes_max: u64) -> Result<Reply, QueryError> {
    let mut stdin = child.stdin.take().context("gms-query has an input")?;
    let stdout = child.stdout.take().context("gms-query has an output")?;
    let sending = async move {
        stdin.write_all(request).await?;
        stdin.shutdown().await
    };
    let mut reply = Vec::new();
    let mut limited = stdout.take(bytes_max + 1);
    let (sent, read) = tokio::join!(sending, limited.read_to_end(&mut reply));
    read.context("reading what gms-query answers")?;
    if reply.len() as u64 > bytes_max {
        return Err(QueryError::Refused(format!("The query was stopped: its answer is too large. {ADVICE}")));
    }
    let status = child.wait().await.context("waiting for gms-query")?;
    if !status.success() {
        return Err(QueryError::Refused(stopped(status)));
    }
    sent.context("sending what gms-query is asked")?;
    Ok(serde_json::from_slice(&reply).context("gms-query answered what is not understood")?)
}

/// Why there is no answer of a process that ended by itself: what exactly it met stands in the log, where it wrote it.
fn stopped(status: ExitStatus) -> String {
    format!("The query was stopped: it needed more memory than one may take, or met a fault of the query engine ({status}). {ADVICE}")
}
