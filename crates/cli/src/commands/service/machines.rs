//! `gms machines`

use crate::arguments::service::{MachineRole, Machines};
use anyhow::Context;
use std::process::ExitCode;

/// Gives out or does work for questions of a research library, until it is stopped.
pub fn run(arguments: &Machines) -> anyhow::Result<ExitCode> {
    let library = library::Library::open(&arguments.library)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        match &arguments.role {
            MachineRole::Schedule { listen } => {
                let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
                println!("Gives out work on {}. Ctrl-C ends it.", listener.local_addr()?);
                tokio::select! {
                    ended = cluster::schedule(&library, listener) => ended,
                    interrupted = tokio::signal::ctrl_c() => interrupted.context("waiting for Ctrl-C"),
                }
            }
            MachineRole::Execute { scheduler, listen, cores, folder } => {
                println!("Does work for {scheduler}. Ctrl-C ends it.");
                let executor = cluster::Executor { scheduler: *scheduler, address: *listen, cores: *cores, folder: folder.clone() };
                cluster::execute(&library, &executor).await
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}
