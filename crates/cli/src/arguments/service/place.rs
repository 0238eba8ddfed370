//! Where a service lies.

use clap::Args;
use std::path::{Path, PathBuf};

/// A service: its folder, and its database where that is not in the folder.
#[derive(Args)]
pub struct Place {
    /// Folder of the service.
    #[arg(long)]
    pub dir: PathBuf,
    /// PostgreSQL, if the service uses it: postgres://… A password in it is refused in an argument; also read from `GMS_DATABASE`.
    #[arg(long)]
    pub database: Option<String>,
    /// File that holds the address of PostgreSQL with its password, readable by the service alone.
    #[arg(long, value_name = "FILE", conflicts_with = "database")]
    pub database_file: Option<PathBuf>,
    /// Object store of the service's files, if they are not in the folder: s3://bucket/blobs, with the usual AWS_… settings.
    #[arg(long)]
    pub blobs: Option<String>,
    /// A further folder for the signed ends of the journal and of the audit, best on another machine; they lie in evidence in the folder,
    /// too.
    #[arg(long, value_name = "FOLDER")]
    pub evidence: Option<PathBuf>,
}

impl Place {
    /// A service whose database lies in its folder.
    pub fn of_folder(dir: &Path) -> Place {
        Place { dir: dir.to_owned(), database: None, database_file: None, blobs: None, evidence: None }
    }
}
