//! The library on a real S3 server on loopback: the same files, the same answers, and nothing is overwritten.

use super::cohort::{call, person};
use genome::consequence::Impact;
use library::{Call, Library, PersonNo, Scope, program::request::Shown};
use query::workspace::{self, Workspace};
use testkit::s3;

fn calls(no: u32) -> Vec<Call> {
    vec![call(no, 1000 + no % 2, "SCN1A", Impact::High, None, 1)]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_library_on_s3_is_filled_asked_put_together_and_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = s3::serve(folder.path(), "genomes").await.expect("a server");
    let open = || Library::open_with("s3://genomes/library", settings.clone()).expect("opened");
    let library = open();
    for no in 1..=70 {
        library.add(&calls(no)).await.expect("added");
    }
    let release = library.release("1", jiff::Timestamp::UNIX_EPOCH, (1..=70).map(person).collect(), [1; 32]).await.expect("made");
    let again = library.release("1", jiff::Timestamp::UNIX_EPOCH, vec![], [2; 32]).await.expect_err("refused");
    assert!(again.to_string().contains("never changed"), "{again:#}");
    let sql = "SELECT position, COUNT(DISTINCT person) AS n FROM calls GROUP BY position ORDER BY position";
    let everybody = Scope::new(1..=70);
    let before = workspace::run(&library, &release, &everybody, sql).await.expect("run").table;
    assert!(before.contains("| 1000     | 35 |") && before.contains("| 1001     | 35 |"), "{before}");
    assert!(library.compact().await.expect("put together"));
    assert_eq!(workspace::run(&library, &release, &everybody, sql).await.expect("run").table, before);
    library.purge(&[PersonNo(7)]).await.expect("purged");
    // Somebody else opens it, and reads the same.
    let other = open();
    let release = other.released("1").await.expect("read").expect("there");
    let workspace = Workspace { scope: everybody, shown: Shown::Rows, ..Workspace::default() };
    let answer = workspace::run_in(&other, &release, workspace, sql).await.expect("run").table;
    assert!(answer.contains("| 1001     | 34 |"), "{answer}");
    assert_eq!(other.verify().await.expect("looked"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_fails_is_a_fault_in_words_and_nobody_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = s3::serve(folder.path(), "genomes").await.expect("a server");
    let library = Library::open_with("s3://genomes/library", settings.clone()).expect("opened");
    library.add(&calls(1)).await.expect("added");
    settings.retain(|(name, _)| name != "AWS_SECRET_ACCESS_KEY");
    settings.push(("AWS_SECRET_ACCESS_KEY".into(), "wrong".into()));
    let stranger = Library::open_with("s3://genomes/library", settings).expect("opened");
    let refused = stranger.manifest().await.expect_err("a stranger reads nothing");
    assert!(format!("{refused:#}").contains("manifest"), "{refused:#}");
    assert!(stranger.add(&calls(2)).await.is_err());
    assert_eq!(library.manifest().await.expect("read").runs.len(), 1);
}
