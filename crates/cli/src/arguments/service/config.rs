//! Arguments of `gms config`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Args)]
pub struct Config {
    #[command(subcommand)]
    pub action: ConfigAction,
}

#[derive(Subcommand)]
pub enum ConfigAction {
    /// Say what is wrong with a file of settings, by line, and what is in force with it and the environment; passwords are hidden.
    Check {
        /// The file (TOML).
        file: PathBuf,
    },
    /// Print a file with every setting in a comment: its meaning, and its default.
    Example,
}
