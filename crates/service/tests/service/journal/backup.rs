//! A backup that is restored.

use crate::bench::*;
use service::{backup, evidence, lines, people::trace};
use store::backup::Faults;

#[tokio::test]
async fn a_backup_is_restored_into_another_database_with_nothing_lost() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let backup = bench.folder.path().join("backup");
    let manifest = bench.service.store.backup(&backup).await.expect("written");
    assert!(bench.service.store.backup(&backup).await.is_err(), "a backup is never written over another");
    assert!(bench.service.store.restore(&backup).await.is_err(), "nor restored over a service");
    let events = bench.service.store.verify().await.expect("readable").expect("holds").events;
    let folder = tempfile::tempdir().expect("a folder");
    let mut places = vec![format!("sqlite://{}?mode=rwc", folder.path().join("j.sqlite").display())];
    let cluster = testkit::postgres();
    places.extend(cluster.as_ref().map(|c| c.database("restored")));
    for (at, url) in places.iter().enumerate() {
        let blobs = folder.path().join(format!("blobs{at}"));
        let store = store::Store::connect(url, &blobs).await.expect("a database");
        assert_eq!(store.restore(&backup).await.expect("restored"), manifest);
        let service =
            service::Service::with_store(store, folder.path(), &engine::reference::open("demo").expect("a pack")).await.expect("opened");
        assert_eq!(service.store.verify().await.expect("readable").expect("holds").events, events);
        assert_eq!(lines::check_views(&service).await.expect("compared"), Vec::<String>::new());
        let sample = service.store.order_view(order).await.expect("read");
        assert_eq!(sample, bench.service.store.order_view(order).await.expect("read"));
    }
    let rows = backup.join("rows.jsonl");
    let text = std::fs::read_to_string(&rows).expect("rows");
    std::fs::write(&rows, text.replacen("Testcase", "Tampered", 1)).expect("changed");
    let fresh = store::Store::open(&folder.path().join("fresh")).await.expect("a store");
    assert!(fresh.restore(&backup).await.expect_err("changed").to_string().contains("was changed after the backup"));
}

/// A database for a restored service, in a folder.
async fn empty(folder: &Path) -> Store {
    std::fs::create_dir_all(folder).expect("a folder");
    Store::connect(&Store::address(folder), &folder.join("blobs")).await.expect("a database")
}

#[tokio::test]
async fn a_backup_made_while_a_server_writes_is_of_one_moment() {
    let bench = Bench::new().await;
    let other = bench.again().await;
    let desk = other.desk(who(Role::Clinician, 0));
    let writing = tokio::spawn(async move {
        for _ in 0..60 {
            let order = OrderId(MachineClock.new_id());
            ordering::drafts::save(&desk, order, 0, "Draft".into(), "{}".into()).await.expect("saved");
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    for round in ["first", "second"] {
        let to = folder.path().join(round);
        bench.service.store.backup(&to).await.expect("written");
        let at = folder.path().join(format!("restored-{round}"));
        let store = empty(&at).await;
        store.restore(&to).await.expect("its chains hold");
        let service = Service::with_store(store, &at, &reference::open("demo").expect("a pack")).await.expect("opened");
        assert_eq!(lines::check_views(&service).await.expect("compared"), Vec::<String>::new());
    }
    writing.await.expect("ended");
}

#[tokio::test]
async fn a_backup_that_lacks_a_file_which_the_journal_names_is_refused_and_says_which() {
    let bench = Bench::new().await;
    let mut folders = vec![bench.folder.path().join("blobs")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                files.push(entry.path());
            }
        }
    }
    let lost = files.first().expect("the panels, at least").clone();
    std::fs::remove_file(&lost).expect("removed");
    let to = bench.folder.path().join("backup");
    let refused = bench.service.store.backup(&to).await.expect_err("a file is missing").to_string();
    let name = lost.file_name().expect("a name").to_string_lossy().into_owned();
    assert!(refused.contains(&name) && refused.contains("nothing was backed up"), "{refused}");
    assert!(!to.exists(), "nothing stands under the name of a backup that is not whole");
}

#[tokio::test]
async fn an_encrypted_backup_brings_the_folder_back_too_and_opens_with_its_passphrase_alone() {
    let bench = Bench::new().await;
    let folder = bench.folder.path();
    std::fs::write(folder.join(trace::EXTRACT), "9990000018\tOduya\tMarcus\t2021-02-14\tM\n").expect("written");
    std::fs::write(folder.join("secrets.key"), "a".repeat(64)).expect("written");
    let places = evidence::places(folder, None);
    let keeper = evidence::Keeper::begin(bench.service.store.clone(), folder, places, MachineClock.new_id()).expect("a keeper");
    keeper.sign(bench.service.now()).await.expect("signed");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let to = elsewhere.path().join("backup");
    let wish = backup::Wish { folder, with_keys: true, passphrase: Some("quiet marble orchard"), evidence: None, faults: Faults::Refused };
    let (manifest, beside) = backup::write(&bench.service.store, &wish, &to).await.expect("written");
    assert!(beside >= 4, "{beside}");
    assert!(backup::write(&bench.service.store, &wish, &to).await.is_err(), "a backup is never written over another");

    let at = elsewhere.path().join("restored");
    let store = empty(&at).await;
    let refused = async |passphrase: Option<&str>| {
        let refused = backup::restore(&store, &at, &to, passphrase, Faults::Refused).await;
        format!("{:#}", refused.map(drop).expect_err("refused"))
    };
    assert!(refused(None).await.contains("is encrypted"));
    assert!(refused(Some("another three words")).await.contains("the passphrase is another"));
    std::fs::rename(to.join("sealed.json"), elsewhere.path().join("sealed.json")).expect("lost");
    for passphrase in [None, Some("quiet marble orchard")] {
        let refused = refused(passphrase).await;
        assert!(refused.contains("sealed.json is missing") && refused.contains("Copy the backup again"), "{refused}");
        assert!(!refused.contains("folder.json"), "{refused}");
    }
    std::fs::rename(elsewhere.path().join("sealed.json"), to.join("sealed.json")).expect("found");
    let (restored, files) = backup::restore(&store, &at, &to, Some("quiet marble orchard"), Faults::Refused).await.expect("restored");
    assert_eq!((restored, files.len()), (manifest, beside));
    for file in [trace::EXTRACT, "secrets.key"] {
        assert_eq!(std::fs::read(at.join(file)).expect("restored"), std::fs::read(folder.join(file)).expect("there"), "{file}");
    }
    let compared =
        evidence::compare(&store, &evidence::places(&at, None), evidence::Depth::Everything).await.expect("reaches what was signed");
    assert_eq!(compared.heads, 1);
    let left: Vec<_> = std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("partial")), "nothing that is not encrypted is left: {left:?}");
}

/// Changes an event of a backup as somebody would who knows that there is a checksum.
pub(super) fn rewrite(backup: &Path, from: &str, to: &str) {
    let (rows, manifest) = (backup.join("rows.jsonl"), backup.join("manifest.json"));
    let text = std::fs::read_to_string(&rows).expect("rows");
    let event = text.lines().find(|line| line.starts_with("[\"event\"") && line.contains(from)).expect("an event that says so");
    let changed = text.replacen(event, &event.replacen(from, to, 1), 1);
    let sums = std::fs::read_to_string(&manifest).expect("a manifest");
    let sums = sums.replace(&service::secret::digest(&text), &service::secret::digest(&changed));
    std::fs::write(&rows, changed).expect("changed");
    std::fs::write(&manifest, sums).expect("changed");
}

#[tokio::test]
async fn nothing_is_seen_of_a_backup_whose_journal_does_not_hold() {
    let bench = Bench::new().await;
    ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let folder = tempfile::tempdir().expect("a folder");
    // A name with dots is a name like another, and a backup of one day is not written where that of another is.
    let [sound, changed] = ["2026.11.29", "2026.11.30"].map(|name| folder.path().join(name));
    for to in [&sound, &changed] {
        bench.service.store.backup(to).await.expect("written");
    }
    rewrite(&changed, "Testcase", "Tampered");
    let at = folder.path().join("restored");
    let store = empty(&at).await;
    let refused = store.restore(&changed).await.expect_err("changed").to_string();
    assert!(refused.contains("does not hold, and nothing was restored"), "{refused}");
    assert_eq!(store.verify().await.expect("read").expect("holds").events, 0);
    assert_eq!(store.verify_audit().await.expect("read").expect("holds").lines, 0);
    assert_eq!(std::fs::read_dir(at.join("blobs")).expect("a folder").count(), 0, "no file of it is kept either");
    store.restore(&sound).await.expect("the same store takes a sound one");
}

#[tokio::test]
async fn what_an_encrypted_backup_left_that_was_killed_is_removed_by_the_next() {
    let bench = Bench::new().await;
    let folder = bench.folder.path();
    let left = folder.join(format!("backup-{}.partial", "a".repeat(40)));
    std::fs::create_dir_all(left.join("content").join("database")).expect("made");
    std::fs::write(left.join("content").join("database").join("rows.jsonl"), "Marcus Oduya").expect("written");
    // A lock that nobody has: its program was killed.
    std::fs::write(left.join("lock"), "").expect("written");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let wish = backup::Wish { folder, with_keys: false, passphrase: Some("quiet marble orchard"), evidence: None, faults: Faults::Refused };
    backup::write(&bench.service.store, &wish, &elsewhere.path().join("2026.11.30")).await.expect("written");
    assert!(!left.exists());
    let names: Vec<_> = std::fs::read_dir(elsewhere.path()).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(names, ["2026.11.30"], "nothing lies beside it");
}
