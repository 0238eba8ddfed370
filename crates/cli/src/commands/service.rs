//! Commands that keep a service: its folder, its database, its pages, its research library.

pub mod account;
pub mod admin;
pub mod client;
pub mod demo;
mod evidence;
pub mod journal;
pub mod library;
pub mod machines;
pub mod panels;
pub mod serve;
pub mod worker;

use crate::arguments::service::ServiceCommand;
use std::process::ExitCode;

/// Runs one of them. What prints may be cut off by its reader; what serves must not be ended by a visitor who leaves.
pub fn run(command: ServiceCommand) -> anyhow::Result<ExitCode> {
    if !matches!(command, ServiceCommand::Demo(_) | ServiceCommand::Serve(_) | ServiceCommand::Worker(_)) {
        sigpipe::reset();
    }
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .with_writer(std::io::stderr)
        .init();
    match command {
        ServiceCommand::Journal(arguments) => journal::run(&arguments),
        ServiceCommand::Backup(arguments) => admin::backup(&arguments),
        ServiceCommand::Restore(arguments) => admin::restore(&arguments),
        ServiceCommand::Admin(arguments) => admin::admin(&arguments),
        ServiceCommand::Account(arguments) => account::run(&arguments),
        ServiceCommand::Client(arguments) => client::run(&arguments),
        ServiceCommand::Library(arguments) => library::run(&arguments),
        ServiceCommand::Machines(arguments) => machines::run(&arguments),
        ServiceCommand::Panels(arguments) => panels::run(&arguments),
        ServiceCommand::Demo(arguments) => demo::run(&arguments),
        ServiceCommand::Serve(arguments) => serve::run(&arguments),
        ServiceCommand::Worker(arguments) => worker::run(&arguments),
    }
}
