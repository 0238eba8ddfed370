//! A restore that is refused or killed leaves nothing that looks like a service.

use super::backup::rewrite;
use crate::bench::*;
use service::{backup, lines};
use std::path::PathBuf;
use store::backup::Faults;

/// Two backups of a service with an order and a key; the journal of the second does not hold.
async fn backed_up(bench: &Bench) -> (tempfile::TempDir, [PathBuf; 2]) {
    ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let folder = bench.folder.path();
    std::fs::write(folder.join("secrets.key"), "a".repeat(64)).expect("written");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let backups = ["sound", "changed"].map(|name| elsewhere.path().join(name));
    for to in &backups {
        let wish = backup::Wish { folder, with_keys: true, passphrase: None, evidence: None, faults: Faults::Refused };
        backup::write(&bench.service.store, &wish, to).await.expect("written");
    }
    rewrite(&backups[1].join("database"), "Testcase", "Tampered");
    (elsewhere, backups)
}

/// The lists of a restored service agree with its journal, and nothing half-way lies in its folder.
async fn is_whole(store: Store, folder: &Path) {
    let service = Service::with_store(store, folder, &reference::open("demo").expect("a pack")).await.expect("opened");
    assert_eq!(lines::check_views(&service).await.expect("compared"), Vec::<String>::new());
    assert!(folder.join("secrets.key").is_file());
    let names: Vec<_> = std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().contains("partial")), "{names:?}");
}

#[tokio::test]
async fn a_refused_restore_leaves_no_folder_and_the_next_is_taken() {
    let bench = Bench::new().await;
    let (elsewhere, [sound, changed]) = backed_up(&bench).await;
    let at = elsewhere.path().join("restored");
    let refused = async |from: &Path| {
        let refused = backup::restore_folder(&at, None, from, None, Faults::Refused).await;
        format!("{:#}", refused.map(drop).expect_err("refused"))
    };
    let why = refused(changed.as_path()).await;
    assert!(why.contains("does not hold, and nothing was restored"), "{why}");
    assert!(!at.exists(), "nothing is left of it");
    let restored = backup::restore_folder(&at, None, &sound, None, Faults::Refused).await.expect("restored");
    assert_eq!((restored.left, restored.beside.contains(&"secrets.key".to_owned())), (vec![], true));
    is_whole(Store::open(&at).await.expect("a store"), &at).await;
    let why = refused(sound.as_path()).await;
    assert!(why.contains("holds something already"), "never over a service: {why}");
}

#[tokio::test]
async fn a_refused_restore_leaves_a_database_without_tables_and_the_next_is_taken() {
    let Some(cluster) = testkit::postgres() else { return };
    let bench = Bench::new().await;
    let (elsewhere, [sound, changed]) = backed_up(&bench).await;
    let (at, address) = (elsewhere.path().join("restored"), cluster.database("refused"));
    let refused = backup::restore_database(&address, &at, None, &changed, None, Faults::Refused).await;
    let why = format!("{:#}", refused.map(drop).expect_err("refused"));
    assert!(why.contains("does not hold, and nothing was restored"), "{why}");
    let there = Store::look_at(&address).await.expect("there");
    assert!(!there.holds_service && there.is_empty, "{there:?}");
    assert!(!at.join("secrets.key").exists(), "nor is its key there");
    backup::restore_database(&address, &at, None, &sound, None, Faults::Refused).await.expect("restored");
    is_whole(Store::connect(&address, &at.join("blobs")).await.expect("a store"), &at).await;
    let refused = backup::restore_database(&address, &at, None, &sound, None, Faults::Refused).await;
    let why = format!("{:#}", refused.map(drop).expect_err("refused"));
    assert!(why.contains("holds events already"), "never over a service: {why}");
}

#[tokio::test]
async fn what_a_killed_restore_left_is_named_and_removed_by_the_next() {
    let bench = Bench::new().await;
    let (elsewhere, [sound, _]) = backed_up(&bench).await;
    let at = elsewhere.path().join("restored");
    // As an earlier edition left it: a journal that holds nothing, which would be served empty.
    Store::open(&at).await.expect("a store").close().await;
    let name = format!("restore-{}.partial", "a".repeat(40));
    let content = at.join(&name).join("content");
    std::fs::create_dir_all(&content).expect("made");
    std::fs::write(content.join("journal.sqlite"), "Marcus Oduya").expect("written");
    // A lock that nobody has: its program was killed while it placed what had been verified.
    std::fs::write(at.join(&name).join("lock"), "").expect("written");
    std::fs::write(at.join("killed.txt"), "of the killed one").expect("written");
    let digest = service::secret::digest("of the killed one");
    let placing = format!(r#"{{"files":[{{"path":"killed.txt","sha256":"{digest}"}}],"has_blobs":false}}"#);
    std::fs::write(content.join("placing.json"), placing).expect("written");
    let restored = backup::restore_folder(&at, None, &sound, None, Faults::Refused).await.expect("restored");
    for left in [store::JOURNAL, "killed.txt", &name] {
        assert!(restored.left.iter().any(|gone| gone == left), "{left}: {:?}", restored.left);
    }
    assert!(!at.join("killed.txt").exists() && !at.join(&name).exists());
    is_whole(Store::open(&at).await.expect("a store"), &at).await;
}
