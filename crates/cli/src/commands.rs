//! One file per command: arguments turned into a request, the request run, the result shown.

pub mod account;
pub mod admin;
pub mod check;
pub mod client;
pub mod demo;
pub mod describe;
pub mod explain;
pub mod interpret;
pub mod journal;
pub mod library;
pub mod machines;
pub mod medicines;
pub mod panels;
pub mod phenotype;
pub mod rank;
pub mod reference;
pub mod serve;
pub mod tiers;

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// A counter of records on standard error, hidden when that is no terminal.
pub fn counter(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{spinner} {msg} {human_pos} records, {elapsed}").expect("a template written here"));
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
