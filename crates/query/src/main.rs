//! `gms-query`: the query engine of the research library as a program of its own. `gms` starts it for each query; machines that
//! answer questions together run it until they are stopped.

mod arguments;

use anyhow::Context;
use arguments::{Arguments, Command};
use clap::Parser;
use library::Library;
use query::{
    machines::{self, Executor},
    requests,
    tables::MEMORY_BYTES_MAX,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{
    io::{Write, stdin, stdout},
    net::SocketAddr,
    process::ExitCode,
};
use tokio::{net::TcpListener, runtime::Runtime};

/// Memory that the process of one query may write to: the pool of the engine, and as much again for what it does not count.
const PROCESS_BYTES_MAX: u64 = 2 * MEMORY_BYTES_MAX as u64;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .with_writer(std::io::stderr)
        .init();
    match run(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Run => answer(),
        Command::Schedule { library, listen } => Runtime::new()?.block_on(schedule(&library, listen)),
        Command::Execute { library, scheduler, listen, cores, folder } => {
            let executor = Executor { scheduler, address: listen, cores, folder };
            println!("Does work for {scheduler}. Ctrl-C ends it.");
            Runtime::new()?.block_on(async { machines::execute(&Library::open(&library)?, &executor).await })
        }
    }
}

/// Answers one request: JSON in, JSON out.
fn answer() -> anyhow::Result<()> {
    limit_memory()?;
    let request = serde_json::from_reader(stdin().lock()).context("reading what is asked")?;
    let runtime = Runtime::new()?;
    let reply = runtime.block_on(requests::respond(request));
    // What was stopped may still be at work.
    runtime.shutdown_background();
    let mut out = stdout().lock();
    serde_json::to_writer(&mut out, &reply).context("writing what is answered")?;
    out.flush().context("writing what is answered")
}

/// A process that needs more than this is ended, by itself: its caller says so.
fn limit_memory() -> anyhow::Result<()> {
    let most = getrlimit(Resource::Data).maximum.map_or(PROCESS_BYTES_MAX, |earlier| earlier.min(PROCESS_BYTES_MAX));
    let limit = Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::Data, limit).context("limiting the memory of this process")
}

async fn schedule(library: &str, listen: SocketAddr) -> anyhow::Result<()> {
    let library = Library::open(library)?;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
    println!("Gives out work on {}. Ctrl-C ends it.", listener.local_addr()?);
    tokio::select! {
        ended = machines::schedule(&library, listener) => ended,
        interrupted = tokio::signal::ctrl_c() => interrupted.context("waiting for Ctrl-C"),
    }
}
