//! `gms backup`, `gms restore`, `gms admin`

use super::{begun, evidence, folder, progress};
use crate::arguments::service::{Admin, AdminAction, Backup, Place, Restore};
use anyhow::{Context, ensure};
use engine::reference;
use service::{Service, backup, lines, secret};
use std::{path::Path, process::ExitCode};
use store::{
    Store, Trouble,
    backup::{Faults, Manifest},
    blobs::Blobs,
};

/// The store of a service.
pub async fn store(place: &Place) -> anyhow::Result<Store> {
    let url = database(place)?.unwrap_or_else(|| Store::address(&place.dir));
    Store::check_address(&url)?;
    check_blobs(place)?;
    std::fs::create_dir_all(&place.dir).with_context(|| format!("making the folder {}", place.dir.display()))?;
    let blobs = blobs(place).unwrap_or_else(|| Blobs::open(&place.dir.join("blobs")))?;
    Store::connect_with(&url, blobs).await
}

/// The object store of a service's files, where they are not in its folder.
fn blobs(place: &Place) -> Option<anyhow::Result<Blobs>> {
    place.blobs.as_ref().map(|address| Blobs::at(address, std::env::vars(), &place.dir.join("copies")))
}

/// Refuses the address of an object store that could not be opened; nothing is made.
pub(super) fn check_blobs(place: &Place) -> anyhow::Result<()> {
    place.blobs.as_ref().map_or(Ok(()), |address| Blobs::check(address, std::env::vars()))
}

/// The address of PostgreSQL, if it is used: as an argument, in a file, or in the environment, where it may have a password.
pub(super) fn database(place: &Place) -> anyhow::Result<Option<String>> {
    match (&place.database, &place.database_file) {
        (Some(address), _) => Ok(Some(address.clone())),
        (None, Some(file)) => folder::secret(file).map(Some),
        (None, None) => Ok(std::env::var("GMS_DATABASE").ok().filter(|address| !address.is_empty())),
    }
}

/// Writes a backup.
pub fn backup(arguments: &Backup) -> anyhow::Result<ExitCode> {
    let place = &arguments.place;
    begun::check(place)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let passphrase = passphrase(arguments.passphrase_file.as_deref())?;
    let wish = backup::Wish {
        folder: &place.dir,
        with_keys: arguments.with_keys,
        passphrase: passphrase.as_deref(),
        evidence: place.evidence.as_deref(),
        faults: faults(arguments.although_broken),
    };
    let (manifest, beside) = runtime
        .block_on(async { backup::write_watched(&store(place).await?, &wish, &arguments.to, &mut progress::on_standard_error()).await })?;
    let rows: u64 = manifest.rows.iter().map(|(_, rows)| rows).sum();
    println!(
        "{}: {rows} rows, {} files, {beside} files of the folder, rows {}",
        arguments.to.display(),
        manifest.blobs,
        manifest.rows_sha256
    );
    say_faults(&manifest);
    if !arguments.with_keys {
        println!("Without the keys of the folder (--with-keys): keep secrets.key and evidence.key elsewhere, or what they seal is lost.");
    }
    if passphrase.is_none() {
        println!("Not encrypted (--passphrase-file): whoever reads the folder reads everything about every patient.");
    }
    Ok(ExitCode::SUCCESS)
}

/// What is done about a journal that does not hold.
fn faults(although_broken: bool) -> Faults {
    if although_broken { Faults::Noted } else { Faults::Refused }
}

/// Says what was wrong with the database that a backup was made of all the same.
fn say_faults(manifest: &Manifest) {
    for fault in &manifest.faults {
        println!("BROKEN, no backup to go on with: {fault}");
    }
}

/// The passphrase of a backup: the first line of a file.
fn passphrase(file: Option<&Path>) -> anyhow::Result<Option<String>> {
    let Some(file) = file else { return Ok(None) };
    folder::check_secret(file)?;
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let line = text.lines().next().unwrap_or_default().trim().to_owned();
    ensure!(line.len() >= 12, "{}: a passphrase has at least 12 characters", file.display());
    Ok(Some(line))
}

/// Restores a backup.
pub fn restore(arguments: &Restore) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    let (place, passphrase) = (&arguments.place, passphrase(arguments.passphrase_file.as_deref())?);
    let restored = runtime.block_on(restored(place, arguments, passphrase.as_deref()))?;
    if !restored.left.is_empty() {
        println!("what an earlier restore that did not end had left was removed: {}", restored.left.join(", "));
    }
    let (manifest, beside) = (restored.manifest, restored.beside);
    let rows = |name: &str| manifest.rows.iter().find(|(table, _)| table == name).map_or(0, |(_, rows)| *rows);
    println!(
        "restored into {}: {} events and {} lines of the audit, whose chains hold; {} files",
        place.dir.display(),
        rows("event"),
        rows("audit"),
        manifest.blobs
    );
    say_faults(&manifest);
    println!("restored beside them: {}", if beside.is_empty() { "nothing".to_owned() } else { beside.join(", ") });
    Ok(ExitCode::SUCCESS)
}

async fn restored(place: &Place, arguments: &Restore, passphrase: Option<&str>) -> anyhow::Result<backup::Restored> {
    let (from, blobs) = (&arguments.from, blobs(place).transpose()?);
    let faults = faults(arguments.although_broken);
    match database(place)? {
        Some(address) => backup::restore_database(&address, &place.dir, blobs, from, passphrase, faults).await,
        None => backup::restore_folder(&place.dir, blobs, from, passphrase, faults).await,
    }
}

/// Looks after what is kept.
pub fn admin(arguments: &Admin) -> anyhow::Result<ExitCode> {
    match &arguments.action {
        AdminAction::Check { place, rebuild } => check(place, *rebuild),
        AdminAction::AcceptLoss { place, reason } => evidence::accept_loss(place, reason),
        AdminAction::ForgetSecrets { place, name, confirm } => forget_secrets(place, name.as_deref(), *confirm),
    }
}

/// Lists or forgets secrets that nothing opens any more.
fn forget_secrets(place: &Place, name: Option<&str>, confirm: bool) -> anyhow::Result<ExitCode> {
    begun::check(place)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let service = Service::with_store(store(place).await?, &place.dir, &reference::open("demo")?).await?;
        let names = secret::forget(&service, name, confirm).await?;
        let what = if confirm { "forgotten" } else { "would be forgotten with --confirm" };
        for name in &names {
            println!("{name}: {what}; {}", secret::remedy(name));
        }
        println!("{} secrets {what}", names.len());
        Ok(ExitCode::SUCCESS)
    })
}

/// Compares the lists with the journal.
fn check(place: &Place, rebuild: bool) -> anyhow::Result<ExitCode> {
    begun::check(place)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let store = store(place).await?;
        let damage = store.damage().await?;
        for line in &damage {
            println!("{line}");
        }
        if !damage.is_empty() {
            return Err(Trouble::Damaged.into());
        }
        if !evidence::holds(&store, place).await? {
            // Lists are never written from a journal that lacks events, nor is anything added to it.
            return Ok(ExitCode::FAILURE);
        }
        let service = Service::with_store(store, &place.dir, &reference::open("demo")?).await?;
        let differences = lines::check_views_watched(&service, &mut progress::on_standard_error()).await?;
        for difference in &differences {
            println!("{difference}");
        }
        if differences.is_empty() {
            println!("the lists agree with the journal");
            return Ok(ExitCode::SUCCESS);
        }
        if rebuild {
            println!("{} orders written anew from the journal", lines::rebuild_views(&service).await?);
            return Ok(ExitCode::SUCCESS);
        }
        println!("write the lists anew with --rebuild; the journal is not touched");
        Ok(ExitCode::FAILURE)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        fs::{Permissions, set_permissions, write},
        os::unix::fs::PermissionsExt,
    };

    #[test]
    fn a_passphrase_that_everybody_may_read_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("passphrase");
        write(&file, "quiet marble orchard\n").expect("written");
        set_permissions(&file, Permissions::from_mode(0o644)).expect("open");
        assert!(passphrase(Some(&file)).expect_err("open").to_string().contains("chmod 600"));
        set_permissions(&file, Permissions::from_mode(0o600)).expect("closed");
        assert_eq!(passphrase(Some(&file)).expect("read").as_deref(), Some("quiet marble orchard"));
    }
}
