//! The folder, its disk, its key, and kept files.

use super::Finding;
use crate::{
    backup,
    operations::{machine::free_bytes, ready::DISK_FREE_BYTES_MIN},
    secret,
};
use std::{os::unix::fs::PermissionsExt, path::Path};
use store::Store;

/// Room below which somebody should look.
const FREE_BYTES_SOON: u64 = 20 << 30;
/// Files that are read whole and compared with their names, and how long they may be.
const READ_MAX: usize = 16;
const READ_BYTES_MAX: u64 = 32 << 20;
/// Of the files of the last analyses, how many are looked for.
const LOOKED_FOR_MAX: u64 = 20;

/// Who may enter the folder.
pub(super) fn rights(folder: &Path) -> Finding {
    const CHECK: &str = "folder";
    let own = format!("chmod 700 {}", folder.display());
    let Ok(about) = folder.metadata() else {
        return Finding::fault(CHECK, format!("{} cannot be read, or is not there", folder.display()), "name the folder of the service");
    };
    match about.permissions().mode() & 0o077 {
        _ if !about.is_dir() => Finding::fault(CHECK, format!("{} is no folder", folder.display()), "name the folder of the service"),
        0 => Finding::ok(CHECK, "only its owner may enter it (700)"),
        others if others & 0o007 != 0 => Finding::fault(CHECK, "everybody on this machine may read what is kept of patients", own),
        _ => Finding::warning(CHECK, "a group of this machine may read what is kept of patients", own),
    }
}

/// Room where the folder lies.
pub(super) fn disk(folder: &Path) -> Finding {
    const CHECK: &str = "disk";
    let remedy = "make room, or move the folder to a larger disk; copies (of an object store) and backups may be removed";
    let gigabytes = |bytes: u64| format!("{:.1} GB are free", bytes as f64 / f64::from(1 << 30));
    match free_bytes(folder) {
        Err(fault) => Finding::fault(CHECK, format!("{fault:#}"), "look at the disk"),
        Ok(free) if free < DISK_FREE_BYTES_MIN => {
            Finding::fault(CHECK, format!("{}: the service takes no requests", gigabytes(free)), remedy)
        }
        Ok(free) if free < FREE_BYTES_SOON => Finding::warning(CHECK, gigabytes(free), remedy),
        Ok(free) => Finding::ok(CHECK, gigabytes(free)),
    }
}

/// What backups that were killed left unencrypted; it is removed.
pub(super) fn drafts(folder: &Path) -> Finding {
    const CHECK: &str = "backups";
    match backup::clear(folder) {
        Ok(0) => Finding::ok(CHECK, "none was left half made"),
        Ok(count) => {
            let found = format!("killed while they were made: {count}; what they left unencrypted in the folder was removed");
            Finding::warning(CHECK, found, "make the backup again")
        }
        Err(fault) => {
            let remedy = "remove folders backup-….partial of the service's folder by hand, once no backup is made";
            Finding::fault(CHECK, format!("{fault:#}"), remedy)
        }
    }
}

/// The key with which secrets are sealed.
pub(super) async fn key(store: &Store, folder: &Path) -> anyhow::Result<Finding> {
    const CHECK: &str = "key";
    let sealing = store.sealing_key().await?;
    let file = secret::key_file(folder);
    let own = match secret::key_name(folder) {
        Ok(own) => own,
        Err(fault) => return Ok(Finding::fault(CHECK, format!("{fault:#}"), "put back the key from where it was kept")),
    };
    let others = file.metadata().map_or(0, |about| about.permissions().mode() & 0o077);
    let copy = "copy secrets.key from the server that made it, or from where it was kept; gms admin forget-secrets where it is lost";
    Ok(match (own, sealing) {
        (None, None) => Finding::ok(CHECK, "no secret is kept, so there is none yet"),
        (None, Some(_)) => {
            Finding::fault(CHECK, "secrets are sealed, and the key that opens them is not here: results cannot be sent", copy)
        }
        (Some(own), Some(sealing)) if own != sealing => {
            Finding::fault(CHECK, format!("it is the key {own}, and secrets are sealed with {sealing}: results cannot be sent"), copy)
        }
        (Some(_), _) if others != 0 => {
            Finding::fault(CHECK, "others of this machine may read the key", format!("chmod 600 {}", file.display()))
        }
        (Some(own), _) => Finding::ok(CHECK, format!("it is the key {own}; keep a copy apart from the backups")),
    })
}

/// Files can be kept and read.
pub(super) async fn files(store: &Store) -> anyhow::Result<Finding> {
    let blobs = store.blobs();
    blobs.write_probe().await?;
    Ok(if blobs.read_probe().await? {
        Finding::ok("files", "they can be written and read")
    } else {
        Finding::fault("files", "what was written is not what is read", "look at the disk or the object store")
    })
}

/// Some kept files are what their names say, and those of the last analyses are there.
pub(super) async fn kept(store: &Store) -> anyhow::Result<Finding> {
    const CHECK: &str = "kept files";
    let restore = "restore the file from a backup; whoever has the disk or the object store looks for what changed it";
    let blobs = store.blobs();
    for name in store.last_files(LOOKED_FOR_MAX).await? {
        if !blobs.has(&name).await? {
            return Ok(Finding::fault(CHECK, format!("{name} is not there, and an analysis was made of it"), restore));
        }
    }
    let mut read = 0;
    // Names are digests, so that those that begin alike are as good as drawn by lot.
    for begin in (0..=u8::MAX).step_by(256 / READ_MAX) {
        for name in blobs.sample(begin, 1, READ_BYTES_MAX).await? {
            if let Err(fault) = blobs.get(&name).await {
                return Ok(Finding::fault(CHECK, format!("{fault:#}"), restore));
            }
            read += 1;
        }
    }
    Ok(Finding::ok(CHECK, format!("{read} were read and are what their names say")))
}
