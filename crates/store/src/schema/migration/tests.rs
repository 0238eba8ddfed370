//! From every version that there was to the present one: nothing of the journal changes, lists follow from it, and a migration that is cut
//! off is begun again.

use super::*;
use crate::{
    Change, JOURNAL, Store,
    database::{Lasts, Row, Value},
    examples::{permit, request, staff},
    schema::latest,
};
use care::{
    OrderId, PatientId, SampleId,
    laboratory::sample,
    ordering::{draft, order},
    people::{
        account,
        patient::{self, Demographics, Identity, Sex},
    },
};
use jiff::{Timestamp, civil::date};
use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};
use uuid::Uuid;

/// Columns of the tables of a journal, which have been the same since the first version.
const TABLES: [(&str, &str); 2] = [("event", crate::journal::COLUMNS), ("order_stream", "order_id, stream")];
/// Columns of those that hold numbers.
const NUMBERS: [&str; 3] = ["position", "sequence", "version"];
/// Tells a child of this program which folder to open.
const FOLDER: &str = "GMS_TEST_MIGRATION";
/// Tells it to end like a program that is killed before it commits.
const UNCOMMITTED: &str = "GMS_TEST_MIGRATION_UNCOMMITTED";
const KILLED: &str = "schema::migration::tests::a_migration_that_is_killed_is_begun_again_and_ends";

/// A table, its columns and the rows of both.
type Rows = (&'static str, &'static str, Vec<Vec<Value>>);

/// One order with all that a first journal had: a person, a sample and a draft.
fn change(number: u128) -> Change {
    let (order, patient, sample) =
        (OrderId(Uuid::from_u128(number)), PatientId(Uuid::from_u128(number << 32)), SampleId(Uuid::from_u128(number << 64)));
    let who = Demographics {
        nhs_number: Identity::Unavailable("unknown".into()),
        family_name: "Byron".into(),
        given_name: "Ada".into(),
        birth_date: date(2020, 1, 1),
        sex: Sex::Female,
    };
    let label = sample::Label { barcode: format!("S{number}"), order, patient, material: "Blood (EDTA)".into(), parent: None };
    let submitted = order::Event::Submitted { request: Box::new(request(number, patient)), requester: staff() };
    let mut change = Change::default();
    change.more(&draft::stream(order), &[draft::Event::Saved { title: "Ada".into(), content: "{}".into(), by: staff() }]);
    change.more(&patient.stream(), &[patient::Event::Registered(who)]);
    change.more(&order.stream(), &[submitted, order::Event::Accepted]);
    change.more(&sample.stream(), &[sample::Event::Expected(label)]);
    change.links.extend([patient.stream(), order.stream(), sample.stream()].map(|stream| (order, stream)));
    change
}

/// The rows of a table, each as its values.
async fn rows(database: &Database, table: &str, columns: &str) -> Vec<Vec<Value>> {
    let found = database.clone().rows(&format!("SELECT {columns} FROM {table} ORDER BY 1, 2"), vec![]).await.expect("read");
    let cell = |row: &Row, column: &str| -> Value {
        if NUMBERS.contains(&column) {
            row.get::<i64>(column).expect("a number").into()
        } else {
            row.get::<String>(column).expect("a text").into()
        }
    };
    found.iter().map(|row| columns.split(", ").map(|column| cell(row, column)).collect()).collect()
}

/// A journal with so many orders and an account, as rows.
async fn journal(orders: u128) -> Vec<Rows> {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).await.expect("a store");
    let changes: Vec<_> = (1..=orders).map(|number| (permit(), change(number), Timestamp::UNIX_EPOCH)).collect();
    store.commit_all(&changes).await.expect("written");
    let mut opened = Change::default();
    opened.more(&format!("account/{}", staff().id), &[account::Event::Opened { staff: staff(), login: "leo".into(), demonstration: true }]);
    store.commit(&permit(), opened, Timestamp::UNIX_EPOCH).await.expect("written");
    let mut tables = Vec::new();
    for (table, columns) in TABLES {
        tables.push((table, columns, rows(&store.database, table, columns).await));
    }
    tables
}

/// Makes a database of a version as a program of that time did, with a journal.
async fn of_version(database: &Database, version: usize, journal: &[Rows]) {
    let mut transaction = database.begin().await.expect("begun");
    for (number, statements) in (1_i64..).zip(&VERSIONS[..version]) {
        for sql in *statements {
            transaction.execute(sql, vec![]).await.expect("made");
        }
        transaction.execute("INSERT INTO schema_version (version) VALUES ($1)", vec![number.into()]).await.expect("noted");
    }
    for (table, columns, rows) in journal {
        let places: Vec<String> = (1..=columns.split(", ").count()).map(|place| format!("${place}")).collect();
        let sql = format!("INSERT INTO {table} ({columns}) VALUES ({})", places.join(", "));
        for row in rows {
            transaction.execute(&sql, row.clone()).await.expect("written");
        }
    }
    transaction.commit().await.expect("committed");
}

/// The journal is as it was, its chain holds, and the lists follow from it.
async fn is_brought_on(store: &Store, journal: &[Rows], of: &str) {
    for (table, columns, before) in journal {
        assert!(rows(&store.database, table, columns).await == *before, "{of}: {table} was changed");
    }
    store.verify().await.expect("read").unwrap_or_else(|broken| panic!("{of}: {broken}"));
    assert_eq!(store.check_lists().await.expect("read"), Vec::<String>::new(), "{of}");
    assert_eq!(store.accounts().await.expect("a list").len(), 1, "{of}");
    let (found, own) = store.schema_version().await.expect("a version");
    assert_eq!(found, own, "{of}");
}

#[tokio::test]
async fn a_database_of_every_earlier_version_is_brought_on_with_its_lists() {
    let journal = journal(2).await;
    for version in 1..=VERSIONS.len() {
        let folder = tempfile::tempdir().expect("a folder");
        let old = Database::connect(&Store::address(folder.path()), Lasts::Soon).await.expect("a database");
        of_version(&old, version, &journal).await;
        old.close().await;
        let store = Store::open(folder.path()).await.unwrap_or_else(|fault| panic!("from version {version}: {fault:#}"));
        if version == VERSIONS.len() {
            // Nothing was to be brought on: whoever wrote rows past the program writes the lists anew.
            store.rebuild_lists().await.expect("written");
        }
        is_brought_on(&store, &journal, &format!("from version {version}")).await;
        store.close().await;
        let again = Store::open(folder.path()).await.expect("a second start does nothing");
        is_brought_on(&again, &journal, &format!("again from version {version}")).await;
    }
}

#[tokio::test]
async fn a_database_of_every_earlier_version_is_brought_on_in_postgresql() {
    let Some(cluster) = testkit::postgres() else { return };
    let (journal, folder) = (journal(1).await, tempfile::tempdir().expect("a folder"));
    let url = cluster.database("versions");
    for version in 1..VERSIONS.len() {
        let mut old = Database::connect(&url, Lasts::Soon).await.expect("a database");
        for sql in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"] {
            old.execute(sql, vec![]).await.expect("emptied");
        }
        of_version(&old, version, &journal).await;
        old.close().await;
        let store = Store::connect(&url, folder.path()).await.unwrap_or_else(|fault| panic!("from version {version}: {fault:#}"));
        is_brought_on(&store, &journal, &format!("from version {version}")).await;
        store.close().await;
    }
}

#[tokio::test]
async fn a_database_of_a_later_program_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).await.expect("a store");
    store.commit(&permit(), change(1), Timestamp::UNIX_EPOCH).await.expect("written");
    let later = latest() + 1;
    store.execute(&format!("INSERT INTO schema_version (version) VALUES ({later})"), vec![]).await.expect("noted");
    store.close().await;
    let refused = format!("{:#}", Store::open(folder.path()).await.map(drop).expect_err("refused"));
    for says in [format!("schema version {later}").as_str(), "made by a later program", "restore a backup", JOURNAL] {
        assert!(refused.contains(says), "{refused}");
    }
    let untouched = Database::connect(&Store::address(folder.path()), Lasts::AtOnce).await.expect("a database");
    assert_eq!(rows(&untouched, "event", crate::journal::COLUMNS).await.len(), 5);
}

/// Opens a folder in a child of this program, which has so long before it is killed; says whether it had ended.
fn opened_by_a_child(folder: &Path, before_commit: bool, killed_after: Duration) -> bool {
    let mut command = Command::new(std::env::current_exe().expect("the path of this test"));
    command.args(["--exact", KILLED]).env(FOLDER, folder).stdout(Stdio::null()).stderr(Stdio::null());
    if before_commit {
        command.env(UNCOMMITTED, "1");
    }
    let mut child = command.spawn().expect("a child");
    std::thread::sleep(killed_after);
    let has_ended = child.try_wait().expect("a child").is_some();
    // SIGKILL: nothing of it runs any more.
    child.kill().expect("killed");
    child.wait().expect("ended");
    has_ended
}

#[tokio::test]
async fn a_migration_that_is_killed_is_begun_again_and_ends() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let folder = Path::new(&folder);
        if std::env::var_os(UNCOMMITTED).is_none() {
            Store::open(folder).await.expect("brought on");
            return;
        }
        let database = Database::connect(&Store::address(folder), Lasts::AtOnce).await.expect("a database");
        let mut transaction = database.begin().await.expect("begun");
        bring_on(&mut transaction).await.expect("brought on");
        std::process::abort();
    }
    let journal = journal(60).await;
    let folder = tempfile::tempdir().expect("a folder");
    let old = Database::connect(&Store::address(folder.path()), Lasts::Soon).await.expect("a database");
    of_version(&old, 4, &journal).await;
    old.close().await;
    // At its very end, before it commits: whatever was on the disk of it counts for nothing.
    opened_by_a_child(folder.path(), true, Duration::from_secs(2));
    let old = Database::connect(&Store::address(folder.path()), Lasts::AtOnce).await.expect("a database");
    let version = old.clone().rows("SELECT MAX(version) AS top FROM schema_version", vec![]).await.expect("read");
    assert_eq!(version[0].get::<i64>("top").expect("a number"), 4, "nothing of it lasts");
    old.close().await;
    for milliseconds in [5, 15, 30, 60, 100, 150, 220] {
        if opened_by_a_child(folder.path(), false, Duration::from_millis(milliseconds)) {
            break;
        }
    }
    let store = Store::open(folder.path()).await.expect("begun again, and ended");
    is_brought_on(&store, &journal, "killed").await;
}
