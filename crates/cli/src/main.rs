//! `gms`: the genomic medicine service as one program. Without the feature `service` it has the engine's commands alone.

mod arguments;
mod commands;
#[cfg(feature = "service")]
mod configuration;
#[cfg(feature = "service")]
mod logging;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match arguments().and_then(|arguments| run(arguments.command)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            #[cfg(feature = "service")]
            if let Some(remedy) = remedy(&error) {
                eprintln!("{remedy}");
            }
            ExitCode::FAILURE
        }
    }
}

/// What to do about an error that the program cannot help: the database, a disk, the object store.
#[cfg(feature = "service")]
fn remedy(error: &anyhow::Error) -> Option<String> {
    let found = match error.downcast_ref::<service::ServiceError>() {
        Some(service::ServiceError::Fault(fault)) => store::Trouble::beneath(fault),
        _ => store::Trouble::beneath(error),
    };
    found.map(|trouble| format!("{trouble}: {}", trouble.remedy()))
}

/// The arguments that were typed; for commands that serve or work, with what the environment and a file of settings say beside them.
fn arguments() -> anyhow::Result<Arguments> {
    let typed: Vec<std::ffi::OsString> = std::env::args_os().collect();
    #[cfg(feature = "service")]
    let typed = configuration::complete(typed, &|name: &str| std::env::var_os(name))?;
    Ok(Arguments::parse_from(typed))
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Engine(command) => commands::engine::run(command),
        #[cfg(feature = "service")]
        Command::Service(command) => commands::service::run(command),
    }
}
