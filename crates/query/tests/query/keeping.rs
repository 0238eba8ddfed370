//! Files that were put together, written anew, damaged or lost, as a query sees them.

use super::*;
use library::PersonNo;

const PEOPLE_OF_CALLS: &str = "SELECT COUNT(DISTINCT person) AS n FROM calls";

#[tokio::test]
async fn a_query_sees_files_that_were_put_together_and_nobody_who_was_taken_out() {
    let made = Made::new().await;
    for no in PEOPLE + 1..PEOPLE + 65 {
        made.library.add(&made::calls(no)).await.expect("added");
    }
    assert!(made.library.compact().await.expect("put together"));
    assert!(made.sql(&everybody(), PEOPLE_OF_CALLS).await.contains("| 400 |"));
    let name = made.release.pseudonym("", PersonNo(21));
    made.library.purge(&[PersonNo(21)]).await.expect("purged");
    // Even who would still be let in by a scope that is out of date finds nothing.
    let own = made.rows(&everybody(), &format!("SELECT COUNT(*) AS n FROM calls WHERE person = '{name}'")).await;
    assert!(own.contains("| 0 |"), "{own}");
    assert!(made.rows(&everybody(), PEOPLE_OF_CALLS).await.contains("| 399 |"), "and nobody else is missing");
}

#[tokio::test]
async fn a_file_or_a_run_that_is_gone_is_a_fault_and_not_fewer_people() {
    let made = Made::new().await;
    let manifest = made.library.manifest().await.expect("read");
    std::fs::remove_file(made.folder.path().join("calls").join(&manifest.runs[0].files[0].name)).expect("removed");
    let answer = made.sql(&everybody(), PEOPLE_OF_CALLS).await;
    assert!(answer.starts_with("refused") && !answer.contains("| "), "{answer}");
    // A release whose run is nowhere.
    let path = made.folder.path().join("manifests").join(format!("{:010}.json", manifest.number));
    let mut stored: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).expect("read")).expect("JSON");
    stored["runs"].as_array_mut().expect("runs").pop();
    std::fs::write(&path, stored.to_string()).expect("written");
    let again = Library::open(made.folder.path().to_str().expect("a path")).expect("opened");
    let answer = sql(&again, &made.release, &everybody(), PEOPLE_OF_CALLS).await;
    assert!(answer.contains("knows nothing of the run"), "{answer}");
}
