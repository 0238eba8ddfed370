//! Secrets that lie as files in the folder `tokens` of a server: those that an earlier program kept there, and tokens that somebody
//! put there for a system. They are taken into the database, where every server has them, and the files are removed.

use super::seal;
use crate::{Service, fault::ForLog};
use anyhow::Context;
use care::{StaffId, SubscriptionId};
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// Before the identifier in the name of a subscription's file.
const SUBSCRIPTION: &str = "subscription-";

/// The name of the secret with which a system's server is addressed.
pub(crate) fn of_system(client: StaffId) -> String {
    format!("client/{client}")
}

/// Takes in every secret that lies as a file. One that cannot be taken in stays where it is, and is tried again with the next pass and
/// whenever it is needed.
pub(crate) async fn take_in(service: &Service) {
    let files = match fs::read_dir(folder(service)) {
        Ok(files) => files,
        Err(fault) if fault.kind() == ErrorKind::NotFound => return,
        Err(fault) => return tracing::error!("looking for secrets in {}: {fault}", folder(service).display()),
    };
    for file in files.flatten() {
        let Some(name) = file.file_name().to_str().and_then(name_of) else { continue };
        if let Err(fault) = take_in_one(service, &name).await {
            tracing::error!("taking the secret {name} into the database: {}", fault.for_log());
        }
    }
}

/// Takes in the secret of a name, if it lies as a file: what lies there came later than what was taken in before.
pub(super) async fn take_in_one(service: &Service, name: &str) -> anyhow::Result<()> {
    let Some(file) = file(&folder(service), name) else { return Ok(()) };
    let secret = match fs::read_to_string(&file) {
        Ok(secret) => secret,
        Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(()),
        Err(fault) => return Err(fault).with_context(|| format!("reading {}", file.display())),
    };
    service.store.keep_sealed(&seal(service, name, &secret).await?).await?;
    match fs::remove_file(&file) {
        Err(fault) if fault.kind() != ErrorKind::NotFound => Err(fault).with_context(|| format!("removing {}", file.display())),
        _ => Ok(()),
    }
}

fn folder(service: &Service) -> PathBuf {
    service.folder.join("tokens")
}

/// Where the secret of a name lies, if it is a file.
fn file(folder: &Path, name: &str) -> Option<PathBuf> {
    match name.split_once('/')? {
        ("subscription", id) => Some(folder.join(format!("{SUBSCRIPTION}{id}"))),
        ("client", id) => Some(folder.join(id)),
        _ => None,
    }
}

/// The name of the secret that a file holds.
fn name_of(file: &str) -> Option<String> {
    match file.strip_prefix(SUBSCRIPTION) {
        Some(id) => id.parse::<SubscriptionId>().ok().map(|id| format!("subscription/{id}")),
        None => file.parse().ok().map(of_system),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_secret_of_its_name_and_other_files_are_none() {
        let id = "0190a1b2-c3d4-7000-8000-000000000001";
        for (name, expected) in [
            (id.to_owned(), Some(format!("client/{id}"))),
            (format!("subscription-{id}"), Some(format!("subscription/{id}"))),
            ("README".to_owned(), None),
            (format!("{id}.partial"), None),
            ("subscription-7".to_owned(), None),
        ] {
            let found = name_of(&name);
            assert_eq!(found, expected, "{name}");
            if let Some(found) = found {
                assert_eq!(file(Path::new("/tokens"), &found), Some(Path::new("/tokens").join(&name)));
            }
        }
    }
}
