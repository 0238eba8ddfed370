//! Arguments of `gms worker`.

use super::{Place, Watching, WithinTls};
use clap::Args;

/// What a program that only works needs to know.
#[derive(Args)]
pub struct Worker {
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub watching: Watching,
    /// Reference pack: a name or a file.
    #[arg(long, default_value = "demo")]
    pub reference: String,
    #[command(flatten)]
    pub within_tls: WithinTls,
    /// Where the research library lies: a folder, or an address such as s3://bucket/library; library in the folder without it.
    #[arg(long)]
    pub library: Option<String>,
}
