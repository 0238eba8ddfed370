//! Who may read what a service keeps: whoever it runs as, and nobody else on the machine.

use anyhow::{Context, ensure};
use rustix::{fs::Mode, process::umask};
use std::{
    fs::{Metadata, metadata, read_dir, read_to_string},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// Rights of the group and of others.
const OF_OTHERS: u32 = 0o077;
/// Rights of others alone: a group may share a file of settings with the service.
const OF_EVERYBODY: u32 = 0o007;
/// Entries of a folder that are looked at.
const ENTRIES_MAX: usize = 10_000;

/// What is made from now on, nobody else may read or write.
pub fn keep_private() {
    umask(Mode::RWXG | Mode::RWXO);
}

/// Whether everybody on the machine may read or write a file.
pub fn others_may_read(metadata: &Metadata) -> bool {
    metadata.permissions().mode() & OF_EVERYBODY != 0
}

/// Says so where others may read what an earlier program, or somebody, made in the folder.
pub fn report(folder: &Path) {
    let open = open_to_others(folder);
    if let Some((first, mode)) = open.first() {
        let (folder, first) = (folder.display(), first.display());
        let count = open.len();
        tracing::warn!(
            "{count} files or folders in {folder} are open to others on this machine, such as {first} ({mode:03o}): chmod -R go= {folder}"
        );
    }
}

/// The folder and what lies in it, as far as others have rights there; nothing where they do not come in.
fn open_to_others(folder: &Path) -> Vec<(PathBuf, u32)> {
    let mode = |path: &Path| metadata(path).map(|metadata| metadata.permissions().mode() & 0o777).unwrap_or_default();
    if mode(folder) & OF_OTHERS == 0 {
        return vec![];
    }
    let entries = read_dir(folder).into_iter().flatten().take(ENTRIES_MAX).filter_map(|entry| Some(entry.ok()?.path()));
    let all = std::iter::once(folder.to_owned()).chain(entries).map(|path| (mode(&path), path));
    all.filter(|(mode, _)| mode & OF_OTHERS != 0).map(|(mode, path)| (path, mode)).collect()
}

/// Refuses a file that holds a secret, such as a key or a passphrase, where everybody may read it.
pub fn check_secret(path: &Path) -> anyhow::Result<()> {
    let name = path.display();
    let open = others_may_read(&metadata(path).with_context(|| format!("reading {name}"))?);
    ensure!(!open, "{name} holds a secret, and everybody on this machine may read it: chmod 600 {name}");
    Ok(())
}

/// The secret in a file, without the end of its line.
pub fn secret(path: &Path) -> anyhow::Result<String> {
    check_secret(path)?;
    let name = path.display();
    let text = read_to_string(path).with_context(|| format!("reading {name}"))?;
    let secret = text.trim_end_matches(['\r', '\n']);
    ensure!(!secret.is_empty(), "{name} is to hold a secret and is empty");
    ensure!(!secret.contains('\n'), "{name} is to hold one secret, on one line");
    Ok(secret.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{Permissions, create_dir, set_permissions, write};

    fn with_mode(path: &Path, mode: u32) {
        set_permissions(path, Permissions::from_mode(mode)).expect("changed");
    }

    #[test]
    fn what_others_may_read_is_found_unless_they_do_not_come_in() {
        let folder = tempfile::tempdir().expect("a folder");
        let service = folder.path().join("service");
        create_dir(&service).expect("made");
        write(service.join("journal.sqlite"), "").expect("written");
        write(service.join("secrets.key"), "").expect("written");
        with_mode(&service.join("journal.sqlite"), 0o644);
        with_mode(&service.join("secrets.key"), 0o600);
        with_mode(&service, 0o755);
        assert_eq!(open_to_others(&service), [(service.clone(), 0o755), (service.join("journal.sqlite"), 0o644)]);
        with_mode(&service, 0o700);
        assert!(open_to_others(&service).is_empty());
    }

    #[test]
    fn a_secret_lies_in_a_file_of_the_service_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secret");
        write(&file, "s3cret\n").expect("written");
        with_mode(&file, 0o644);
        assert!(secret(&file).expect_err("open").to_string().contains("chmod 600"));
        with_mode(&file, 0o600);
        assert_eq!(secret(&file).expect("a secret"), "s3cret");
        write(&file, "\n").expect("written");
        assert!(secret(&file).expect_err("empty").to_string().contains("is empty"));
    }
}
