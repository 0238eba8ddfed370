//! Commands that keep a service: its folder, its database, its pages, its research library.

pub mod account;
pub mod admin;
mod begun;
pub mod client;
pub mod config;
pub mod demo;
pub mod doctor;
mod evidence;
pub mod folder;
mod identifiers;
pub mod journal;
pub mod library;
pub mod machines;
pub mod panels;
mod progress;
pub mod serve;
pub mod watching;
pub mod worker;

use crate::{
    arguments::service::{LogFormat, ServiceCommand},
    logging,
};
use std::process::ExitCode;

/// Runs one of them. What prints may be cut off by its reader; what serves must not be ended by a visitor who leaves.
pub fn run(command: ServiceCommand) -> anyhow::Result<ExitCode> {
    if !matches!(command, ServiceCommand::Demo(_) | ServiceCommand::Serve(_) | ServiceCommand::Worker(_)) {
        sigpipe::reset();
    }
    // Traces that are left are sent as this ends.
    let _traces = match &command {
        ServiceCommand::Serve(arguments) => logging::begin_with(&arguments.watching, &arguments.place.dir)?,
        ServiceCommand::Worker(arguments) => logging::begin_with(&arguments.watching, &arguments.place.dir)?,
        _ => {
            logging::begin(LogFormat::Text, None);
            None
        }
    };
    folder::keep_private();
    match command {
        ServiceCommand::Journal(arguments) => journal::run(&arguments),
        ServiceCommand::Backup(arguments) => admin::backup(&arguments),
        ServiceCommand::Restore(arguments) => admin::restore(&arguments),
        ServiceCommand::Admin(arguments) => admin::admin(&arguments),
        ServiceCommand::Doctor(arguments) => doctor::run(&arguments),
        ServiceCommand::Account(arguments) => account::run(&arguments),
        ServiceCommand::Client(arguments) => client::run(&arguments),
        ServiceCommand::Library(arguments) => library::run(&arguments),
        ServiceCommand::Machines(arguments) => machines::run(&arguments),
        ServiceCommand::Panels(arguments) => panels::run(&arguments),
        ServiceCommand::Demo(arguments) => demo::run(&arguments),
        ServiceCommand::Serve(arguments) => serve::run(&arguments),
        ServiceCommand::Config(arguments) => Ok(config::run(&arguments)),
        ServiceCommand::Worker(arguments) => worker::run(&arguments),
    }
}
