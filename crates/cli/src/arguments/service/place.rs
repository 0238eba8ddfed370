//! Where a service lies.

use crate::configuration::passwords;
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

    /// The arguments by which another command finds the same service, for whoever is told to run one. A password stays out, and so does
    /// an address that the environment says.
    pub fn again(&self) -> String {
        let path = |path: &PathBuf| path.display().to_string();
        let environment = std::env::var("GMS_DATABASE").ok();
        let database = self.database.as_ref().filter(|address| environment.as_ref() != Some(*address));
        let database = database.map(|address| passwords::hidden(address).unwrap_or_else(|| address.clone()));
        let settings = [
            ("--dir", Some(path(&self.dir))),
            ("--database", database),
            ("--database-file", self.database_file.as_ref().map(path)),
            ("--blobs", self.blobs.clone()),
            ("--evidence", self.evidence.as_ref().map(path)),
        ];
        let typed = settings.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name} {}", quoted(&value))));
        typed.collect::<Vec<_>>().join(" ")
    }
}

/// A value as a shell takes it as one word.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-:=@%+,…".contains(c);
    if value.chars().all(is_plain) { value.to_owned() } else { format!("'{}'", value.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_somebody_is_told_to_run_finds_the_same_service_and_shows_no_password() {
        let place = Place {
            dir: "/srv/our gms".into(),
            database: Some("postgres://gms:secret@db/gms".into()),
            database_file: None,
            blobs: Some("s3://gms/blobs".into()),
            evidence: Some("/mnt/evidence".into()),
        };
        let again = "--dir '/srv/our gms' --database postgres://gms:…@db/gms --blobs s3://gms/blobs --evidence /mnt/evidence";
        assert_eq!(place.again(), again);
        let place = Place { database: None, database_file: Some("/etc/gms/database".into()), ..Place::of_folder(Path::new("service")) };
        assert_eq!(place.again(), "--dir service --database-file /etc/gms/database");
        assert_eq!(quoted("postgres://db/gms?sslmode=require"), "'postgres://db/gms?sslmode=require'");
    }
}
