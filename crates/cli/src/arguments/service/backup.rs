//! Arguments of `gms backup` and `gms restore`.

use super::Place;
use clap::Args;
use std::path::PathBuf;

/// What a backup is made of, and where it goes.
#[derive(Args)]
pub struct Backup {
    #[command(flatten)]
    pub place: Place,
    /// Folder of the backup; it must not be there yet.
    #[arg(long)]
    pub to: PathBuf,
    /// With the keys of the service's folder, without which sealed secrets do not open; best together with a passphrase.
    #[arg(long)]
    pub with_keys: bool,
    /// Encrypt it: a file whose first line is the passphrase.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Also of a journal that is broken or lacks what was signed, for whoever looks into it: it is no backup to go on with, and says so.
    #[arg(long)]
    pub although_broken: bool,
}

/// From where a service is restored.
#[derive(Args)]
pub struct Restore {
    #[command(flatten)]
    pub place: Place,
    /// Folder of the backup.
    #[arg(long)]
    pub from: PathBuf,
    /// A file whose first line is the passphrase of an encrypted backup.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Also a backup that was made with --although-broken, or lacks what was signed before it was made; never one whose chains are broken.
    #[arg(long)]
    pub although_broken: bool,
}
