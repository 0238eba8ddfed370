//! Arguments of `gms worker`.

use super::{Place, Watching, WithinTls};
use clap::Args;
use std::path::PathBuf;
use store::Kind;

/// What a program that only works needs to know.
#[derive(Args)]
pub struct Worker {
    /// File of settings (TOML), also named in `GMS_CONFIG`: every other argument can stand in it; gms config example prints one.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub watching: Watching,
    /// Reference pack: a name or a file.
    #[arg(long, default_value = "demo")]
    pub reference: String,
    /// Which work it does: analysis, delivery (and notice, which goes with it), library, sweep; all without it.
    #[arg(long, value_delimiter = ',', default_values_t = Kind::ALL)]
    pub kinds: Vec<Kind>,
    /// How many analyses it runs at once. Each uses all cores for much of its time, and memory of its own.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub slots: u8,
    /// Name under which it stands on the page of background work; the machine's name and the program's number without it.
    #[arg(long)]
    pub name: Option<String>,
    #[command(flatten)]
    pub within_tls: WithinTls,
    /// Where the research library lies: a folder, or an address such as s3://bucket/library; library in the folder without it.
    #[arg(long)]
    pub library: Option<String>,
}
