//! `gms`: the genomic medicine service as one program.

mod arguments;
mod commands;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // What prints may be cut off by its reader; what serves must not be ended by a visitor who leaves.
    if !matches!(arguments.command, Command::Demo(_) | Command::Serve(_)) {
        sigpipe::reset();
    }
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .with_writer(std::io::stderr)
        .init();
    match run(arguments.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Interpret(arguments) => commands::interpret::run(&arguments),
        Command::Check(arguments) => Ok(commands::check::run(&arguments)),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::Describe(arguments) => commands::describe::run(&arguments),
        Command::Tiers(arguments) => commands::tiers::run(&arguments),
        Command::Medicines(arguments) => commands::medicines::run(&arguments),
        Command::Rank(arguments) => commands::rank::run(&arguments),
        Command::Reference(arguments) => commands::reference::run(arguments),
        Command::Journal(arguments) => commands::journal::run(&arguments),
        Command::Backup(arguments) => commands::admin::backup(&arguments),
        Command::Restore(arguments) => commands::admin::restore(&arguments),
        Command::Admin(arguments) => commands::admin::admin(&arguments),
        Command::Account(arguments) => commands::account::run(&arguments),
        Command::Client(arguments) => commands::client::run(&arguments),
        Command::Library(arguments) => commands::library::run(&arguments),
        Command::Machines(arguments) => commands::machines::run(&arguments),
        Command::Panels(arguments) => commands::panels::run(&arguments),
        Command::Demo(arguments) => commands::demo::run(&arguments),
        Command::Serve(arguments) => commands::serve::run(&arguments),
    }
}
