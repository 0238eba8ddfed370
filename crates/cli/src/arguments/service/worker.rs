//! Arguments of `gms worker`.

use super::{Place, WithinTls};
use clap::Args;
use std::path::PathBuf;

/// What a program that only works needs to know.
#[derive(Args)]
pub struct Worker {
    /// File of settings (TOML), also named in `GMS_CONFIG`: every other argument can stand in it; gms config example prints one.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub place: Place,
    /// Reference pack: a name or a file.
    #[arg(long, default_value = "demo")]
    pub reference: String,
    #[command(flatten)]
    pub within_tls: WithinTls,
    /// Where the research library lies: a folder, or an address such as s3://bucket/library; library in the folder without it.
    #[arg(long)]
    pub library: Option<String>,
}
