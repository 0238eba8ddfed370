//! `gms`: the genomic medicine service as one program. Without the feature `service` it has the engine's commands alone.

mod arguments;
mod commands;
#[cfg(feature = "service")]
mod logging;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Engine(command) => commands::engine::run(command),
        #[cfg(feature = "service")]
        Command::Service(command) => commands::service::run(command),
    }
}
