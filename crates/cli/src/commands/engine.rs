//! Commands that stand on files and a reference pack alone.

pub mod check;
pub mod describe;
pub mod explain;
pub mod interpret;
pub mod medicines;
pub mod phenotype;
pub mod rank;
pub mod reference;
pub mod tiers;

use crate::arguments::EngineCommand;
use indicatif::{ProgressBar, ProgressStyle};
use std::{process::ExitCode, time::Duration};

/// Runs one of them. What it prints may be cut off by its reader.
pub fn run(command: EngineCommand) -> anyhow::Result<ExitCode> {
    sigpipe::reset();
    match command {
        EngineCommand::Interpret(arguments) => interpret::run(&arguments),
        EngineCommand::Check(arguments) => Ok(check::run(&arguments)),
        EngineCommand::Explain(arguments) => explain::run(&arguments),
        EngineCommand::Describe(arguments) => describe::run(&arguments),
        EngineCommand::Tiers(arguments) => tiers::run(&arguments),
        EngineCommand::Medicines(arguments) => medicines::run(&arguments),
        EngineCommand::Rank(arguments) => rank::run(&arguments),
        EngineCommand::Reference(arguments) => reference::run(arguments),
    }
}

/// A counter of records on standard error, hidden when that is no terminal.
pub fn counter(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{spinner} {msg} {human_pos} records, {elapsed}").expect("a template written here"));
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
