//! A journal that is broken or cut short is no backup, and leaves nothing that looks like one.

use super::damage_lists;
use crate::bench::*;
use service::{backup, evidence};
use std::path::PathBuf;
use store::backup::Faults;

/// A service with an order, whose ends are signed, and an empty folder for its backups.
async fn signed() -> (Bench, tempfile::TempDir) {
    let bench = Bench::new().await;
    ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    assert!(bench.keeper().sign(bench.service.now()).await.expect("signed"));
    (bench, tempfile::tempdir().expect("a folder"))
}

async fn written(bench: &Bench, to: &Path, faults: Faults) -> anyhow::Result<store::backup::Manifest> {
    let wish = backup::Wish { folder: bench.folder.path(), with_keys: true, passphrase: None, evidence: None, faults };
    Ok(backup::write(&bench.service.store, &wish, to).await?.0)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Why a backup is refused, which leaves nothing.
async fn refused(bench: &Bench, elsewhere: &Path) -> String {
    let fault = written(bench, &elsewhere.join("backup"), Faults::Refused).await.expect_err("refused");
    assert_eq!(names(elsewhere), Vec::<String>::new(), "nothing is left of it");
    assert!(!names(bench.folder.path()).iter().any(|name| name.contains("partial")));
    format!("{fault:#}")
}

#[tokio::test]
async fn an_emptied_journal_is_not_backed_up() {
    let (bench, elsewhere) = signed().await;
    damage_lists(&bench.address(), "DELETE FROM event").await;
    let why = refused(&bench, elsewhere.path()).await;
    for part in ["nothing was backed up", "the journal ends at event 0", "Keep earlier backups", "--although-broken"] {
        assert!(why.contains(part), "{part}: {why}");
    }
}

#[tokio::test]
async fn a_shortened_journal_is_backed_up_for_an_inquiry_alone_and_says_so() {
    let (bench, elsewhere) = signed().await;
    damage_lists(&bench.address(), "DELETE FROM event WHERE position = (SELECT MAX(position) FROM event)").await;
    let why = refused(&bench, elsewhere.path()).await;
    assert!(why.contains("1 events are missing at its end"), "{why}");
    let (to, at) = (elsewhere.path().join("inquiry"), elsewhere.path().join("restored"));
    let manifest = written(&bench, &to, Faults::Noted).await.expect("made all the same");
    assert!(manifest.faults.iter().any(|fault| fault.contains("1 events are missing")), "{:?}", manifest.faults);
    let refused = backup::restore_folder(&at, None, &to, None, Faults::Refused).await.map(drop).expect_err("refused").to_string();
    assert!(refused.contains("was made although the database was broken") && refused.contains("nothing was restored"), "{refused}");
    assert!(!at.exists(), "nothing is left of it");
    let restored = backup::restore_folder(&at, None, &to, None, Faults::Noted).await.expect("restored");
    assert_eq!(restored.manifest.faults, manifest.faults);
}

#[tokio::test]
async fn an_altered_event_is_not_backed_up_and_never_restored() {
    let (bench, elsewhere) = signed().await;
    damage_lists(&bench.address(), "UPDATE event SET reason = 'another' WHERE position = 3").await;
    let why = refused(&bench, elsewhere.path()).await;
    assert!(why.contains("nothing was backed up") && why.contains("the first bad entry is number 3"), "{why}");
    let (to, at) = (elsewhere.path().join("inquiry"), elsewhere.path().join("restored"));
    let manifest = written(&bench, &to, Faults::Noted).await.expect("made all the same");
    assert!(manifest.faults.iter().any(|fault| fault.contains("number 3")), "{:?}", manifest.faults);
    for faults in [Faults::Refused, Faults::Noted] {
        assert!(backup::restore_folder(&at, None, &to, None, faults).await.is_err(), "{faults:?}");
        assert!(!at.exists(), "nothing is left of it");
    }
}

/// Takes the last event out of a backup as somebody would who knows that there is a checksum.
fn shorten(database: &Path) {
    let (rows, manifest): (PathBuf, PathBuf) = (database.join("rows.jsonl"), database.join("manifest.json"));
    let text = std::fs::read_to_string(&rows).expect("rows");
    let last = text.lines().rfind(|line| line.starts_with("[\"event\"")).expect("an event");
    let shorter = text.replacen(&format!("{last}\n"), "", 1);
    let sums = std::fs::read_to_string(&manifest).expect("a manifest");
    let sums = sums.replace(&service::secret::digest(&text), &service::secret::digest(&shorter));
    std::fs::write(&rows, shorter).expect("changed");
    std::fs::write(&manifest, sums).expect("changed");
}

#[tokio::test]
async fn a_backup_that_does_not_reach_the_ends_that_it_holds_is_not_restored() {
    let (bench, elsewhere) = signed().await;
    let (to, at) = (elsewhere.path().join("backup"), elsewhere.path().join("restored"));
    written(&bench, &to, Faults::Refused).await.expect("written");
    shorten(&to.join("database"));
    let refused = backup::restore_folder(&at, None, &to, None, Faults::Refused).await.map(drop).expect_err("refused").to_string();
    assert!(refused.contains("was signed before it was made") && refused.contains("nothing was restored"), "{refused}");
    assert!(!at.exists(), "nothing is left of it");
    backup::restore_folder(&at, None, &to, None, Faults::Noted).await.expect("restored by decision");
    let store = Store::open(&at).await.expect("a store");
    let fault = evidence::compare(&store, &evidence::places(&at, None), evidence::Depth::Ends).await.expect_err("not served").to_string();
    assert!(fault.contains("1 events are missing"), "{fault}");
}

#[tokio::test]
async fn a_backup_is_not_put_into_the_folder_of_the_service() {
    let (bench, elsewhere) = signed().await;
    let within = bench.folder.path().join("inside").join("backup");
    let why = written(&bench, &within, Faults::Refused).await.expect_err("refused").to_string();
    assert!(why.contains("lies in the folder of the service itself"), "{why}");
    assert!(!bench.folder.path().join("inside").exists());
    written(&bench, &elsewhere.path().join("backup"), Faults::Refused).await.expect("elsewhere it is written");
}
