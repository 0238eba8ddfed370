//! Files that lie in an object store: what one machine keeps, another reads, and what was changed is refused.

use object_store::{ObjectStore, ObjectStoreExt, memory::InMemory, path::Path as Key};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::{Store, blobs::Blobs};

/// Two machines on one object store, with a folder each.
fn machines(folder: &std::path::Path) -> (Arc<InMemory>, [Blobs; 2]) {
    let store = Arc::new(InMemory::new());
    let machine = |name: &str| {
        let shared = Arc::clone(&store) as Arc<dyn ObjectStore>;
        Blobs::on_store(shared, Key::from("service/blobs"), &folder.join(name)).expect("a machine")
    };
    let two = [machine("one"), machine("two")];
    (store, two)
}

/// Larger than a part, and no multiple of one.
fn large() -> Vec<u8> {
    (0..(20_u32 << 20) + 17).map(|i| (i % 251) as u8).collect()
}

#[tokio::test]
async fn a_file_that_one_machine_keeps_is_read_on_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, [one, two]) = machines(folder.path());
    let from = folder.path().join("family.vcf.gz");
    std::fs::write(&from, large()).expect("written");
    let name = one.put_file(&from).await.expect("kept");
    assert_eq!(name, hex::encode(Sha256::digest(large())));
    assert_eq!(two.get(&name).await.expect("read"), large());
    let copy = two.file(&name).await.expect("fetched");
    assert!(copy.starts_with(folder.path().join("two")) && std::fs::read(&copy).expect("a copy") == large());
    // A copy may be removed at any time.
    std::fs::remove_file(&copy).expect("removed");
    assert_eq!(std::fs::read(two.file(&name).await.expect("fetched again")).expect("a copy"), large());
    let small = two.put(b"report".to_vec()).await.expect("kept");
    assert_eq!(one.files(&[small.clone(), name]).await.expect("fetched").len(), 2);
    assert_eq!(one.get(&small).await.expect("read"), b"report");
}

#[tokio::test]
async fn what_was_changed_or_is_missing_in_the_store_is_never_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, [one, two]) = machines(folder.path());
    let name = one.put(b"ACGT".to_vec()).await.expect("kept");
    let key = Key::from(format!("service/blobs/{}/{name}", &name[..2]));
    store.put(&key, b"TTTT".to_vec().into()).await.expect("changed");
    for read in [two.get(&name).await.map(drop), two.file(&name).await.map(drop)] {
        assert!(format!("{:#}", read.expect_err("refused")).contains("was changed where it lies"));
    }
    // Nothing of it stays under the name.
    assert!(two.file(&name).await.is_err());
    store.delete(&key).await.expect("deleted");
    let missing = two.file(&name).await.expect_err("refused");
    assert!(format!("{missing:#}").contains(&format!("fetching the kept file {name}")), "{missing:#}");
}

#[tokio::test]
async fn a_backup_holds_the_files_of_an_object_store_and_is_restored_into_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, [one, _]) = machines(folder.path());
    let (_, [_, elsewhere]) = machines(folder.path());
    let names = [one.put(b"a".to_vec()).await.expect("kept"), one.put(large()).await.expect("kept")];
    let database = |name: &str| format!("sqlite://{}?mode=rwc", folder.path().join(name).display());
    let service = Store::connect_with(&database("one.sqlite"), one).await.expect("a store");
    let backup = folder.path().join("backup");
    assert_eq!(service.backup(&backup).await.expect("written").blobs, 2);
    let again = Store::connect_with(&database("two.sqlite"), elsewhere).await.expect("a store");
    again.restore(&backup).await.expect("restored");
    assert_eq!(again.blobs().get(&names[0]).await.expect("read"), b"a");
    assert_eq!(again.blobs().get(&names[1]).await.expect("read"), large());
}

#[tokio::test]
async fn a_text_beside_the_blobs_is_kept_once_and_never_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, [shared, other]) = machines(folder.path());
    for (one, two) in [(shared, other), (Blobs::open(folder.path()).expect("a folder"), Blobs::open(folder.path()).expect("a folder"))] {
        for (name, text) in [("notes/b", "second"), ("notes/a", "first"), ("other/c", "third")] {
            one.put_text(name, text).await.expect("kept");
            two.put_text(name, text).await.expect("the same again");
        }
        let changed = two.put_text("notes/a", "another").await.expect_err("refused");
        assert!(changed.to_string().contains("is another text"), "{changed:#}");
        let names = two.texts("notes", None).await.expect("listed");
        assert_eq!(names, ["notes/a", "notes/b"]);
        assert_eq!(two.texts("notes", Some("notes/a")).await.expect("listed"), ["notes/b"]);
        assert_eq!(two.texts("nothing", None).await.expect("listed"), Vec::<String>::new());
        assert_eq!(two.read_texts(&names).await.expect("read"), ["first", "second"]);
    }
}
