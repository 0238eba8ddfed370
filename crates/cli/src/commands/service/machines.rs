//! `gms machines`

use crate::arguments::service::{MachineRole, Machines};
use anyhow::Context;
use library::program::QueryProgram;
use std::{
    os::unix::process::CommandExt,
    process::{Command, ExitCode},
};

/// Gives out or does work for questions of a research library, until it is stopped: becomes the program `gms-query`.
pub fn run(arguments: &Machines) -> anyhow::Result<ExitCode> {
    let program = QueryProgram::find(arguments.query_program.as_deref())?;
    program.check()?;
    let mut command = Command::new(program.path());
    match &arguments.role {
        MachineRole::Schedule { listen } => {
            command.args(["schedule", "--library", &arguments.library, "--listen", &listen.to_string()]);
        }
        MachineRole::Execute { scheduler, listen, cores, folder } => {
            command.args(["execute", "--library", &arguments.library, "--scheduler", &scheduler.to_string()]);
            command.args(["--listen", &listen.to_string(), "--cores", &cores.to_string(), "--folder", folder]);
        }
    }
    Err(command.exec()).with_context(|| format!("starting {}", program.path().display()))
}
