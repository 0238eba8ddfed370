//! What a whole store does when its disk fails: nothing half written, its cause known, and it goes on once that is mended.

use crate::{Change, CommitError, Store, Trouble};
use access::{Action, Permit, Resource, decide};
use care::{OrderId, Role, Staff, StaffId, ordering::draft};
use jiff::Timestamp;
use std::{
    fs::File,
    io::{Seek, SeekFrom, Write},
    path::Path,
};
use uuid::Uuid;

/// Pages of SQLite have so many bytes.
const PAGE: u64 = 4096;

fn staff() -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(1)),
        name: "Dr A".into(),
        role: Role::Clinician,
        organisation: "RP4".parse().expect("a code"),
        organisation_name: "Trust".into(),
    }
}

fn order() -> OrderId {
    OrderId(Uuid::from_u128(9))
}

fn permit() -> Permit {
    let resource = Resource { organisations: vec![staff().organisation], name: order().stream(), ..Resource::default() };
    decide(&staff(), Action::ReadOrder, &resource).expect("a clinician of the requester")
}

/// Saves a draft of so many bytes.
async fn save(store: &Store, bytes: usize) -> Result<(), CommitError> {
    let saved = draft::Event::Saved { title: "Draft".into(), content: "x".repeat(bytes), by: staff() };
    let mut change = Change::default();
    change.more(&draft::stream(order()), &[saved]);
    store.commit(&permit(), change, Timestamp::UNIX_EPOCH).await
}

fn trouble(refused: Result<(), CommitError>) -> Option<Trouble> {
    match refused.expect_err("refused") {
        CommitError::Fault(fault) => Trouble::beneath(&fault),
        other => panic!("{other}"),
    }
}

/// So many events are there, the chain holds and the lists follow from them.
async fn is_whole(store: &Store, events: u64) {
    assert_eq!(store.verify().await.expect("read").expect("holds").events, events);
    assert_eq!(store.check_lists().await.expect("compared"), Vec::<String>::new());
}

#[tokio::test]
async fn a_full_disk_refuses_a_change_whole_and_takes_it_once_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).await.expect("a store");
    save(&store, 10).await.expect("saved");
    for _ in 0..2 {
        // The file may not grow any more, which SQLite says as it says that the disk is full: it ends the transaction itself.
        store.execute("PRAGMA max_page_count = 1", vec![]).await.expect("bounded");
        assert_eq!(trouble(save(&store, 400_000).await), Some(Trouble::NoRoom));
        is_whole(&store, 1).await;
    }
    store.execute("PRAGMA max_page_count = 1000000", vec![]).await.expect("room");
    save(&store, 400_000).await.expect("saved");
    is_whole(&store, 2).await;
}

#[tokio::test]
async fn a_database_that_may_not_be_written_is_still_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).await.expect("a store");
    save(&store, 10).await.expect("saved");
    store.execute("PRAGMA query_only = ON", vec![]).await.expect("bounded");
    assert_eq!(trouble(save(&store, 10).await), Some(Trouble::ReadOnly));
    assert_eq!(store.sequence(&draft::stream(order())).await.expect("read"), 1);
    store.execute("PRAGMA query_only = OFF", vec![]).await.expect("lifted");
    save(&store, 10).await.expect("saved");
    is_whole(&store, 2).await;
}

/// A closed database of a few hundred pages.
async fn written(folder: &Path) -> std::path::PathBuf {
    let store = Store::open(folder).await.expect("a store");
    for _ in 0..3 {
        save(&store, 400_000).await.expect("saved");
    }
    assert_eq!(store.damage().await.expect("looked at"), Vec::<String>::new());
    store.close().await;
    folder.join(crate::JOURNAL)
}

/// Writes over a file from a place on.
fn overwrite(file: &Path, from: u64, bytes: &[u8]) {
    let mut file = File::options().write(true).open(file).expect("a file");
    file.seek(SeekFrom::Start(from)).expect("a place");
    file.write_all(bytes).expect("overwritten");
}

#[tokio::test]
async fn a_damaged_page_is_found_and_said_with_the_file_it_is_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = written(folder.path()).await;
    let pages = file.metadata().expect("a file").len() / PAGE;
    // Pages in the middle: whichever tables they are of, some of them are of trees.
    overwrite(&file, 2 * PAGE, &vec![0xAA; ((pages / 2) * PAGE) as usize]);
    match Store::open(folder.path()).await {
        Ok(store) => {
            let found = store.damage().await.expect("looked at");
            assert!(!found.is_empty() && found[0].contains(crate::JOURNAL), "{found:?}");
        }
        Err(fault) => {
            assert_eq!(Trouble::beneath(&fault), Some(Trouble::Damaged), "{fault:#}");
            assert!(format!("{fault:#}").contains(crate::JOURNAL), "{fault:#}");
        }
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_said_by_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = written(folder.path()).await;
    overwrite(&file, 0, &[0x55; 100]);
    let fault = Store::open(folder.path()).await.map(drop).expect_err("it is no database");
    assert_eq!(Trouble::beneath(&fault), Some(Trouble::Damaged), "{fault:#}");
    assert!(format!("{fault:#}").contains(&file.display().to_string()), "{fault:#}");
}
