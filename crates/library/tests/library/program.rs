//! What becomes of a query whose process does not do what it should: scripts stand for `gms-query`.

use super::{Made, everybody};
use library::program::{
    QueryError, QueryProgram, Workspace,
    request::{Rows, Shown},
};
use std::{os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

/// A program that reads what it is asked and then does what a script says.
fn program(made: &Made, script: &str) -> QueryProgram {
    let path = made.folder.path().join("program");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("made a program");
    QueryProgram::find(Some(&path)).expect("a path")
}

async fn run(made: &Made, program: &QueryProgram) -> String {
    let scope = everybody();
    let workspace = Workspace { scope: &scope, inputs: vec![], project: "one", shown: Shown::Groups };
    match program.run_sql(&made.library, &made.release, workspace, "SELECT 1").await {
        Ok(Rows { table, rows, .. }) => format!("{rows} rows: {table}"),
        Err(QueryError::Refused(message)) => format!("refused: {message}"),
        Err(QueryError::Fault(fault)) => format!("fault: {fault:#}"),
    }
}

#[tokio::test]
async fn a_query_whose_process_ends_is_refused_in_words_and_a_caller_who_goes_away_ends_it() {
    let made = Made::new().await;
    for (script, says) in [
        (r#"cat > request; echo '{"rows":{"table":"|1|","rows":1,"cut":false}}'"#, "1 rows: |1|"),
        (r#"cat > request; echo '{"refused":"No such table"}'"#, "refused: No such table"),
        (r#"cat > request; echo '{"fault":"The disk is gone"}'"#, "fault: The disk is gone"),
        ("exit 134", "refused: The query was stopped: it needed more memory than one may take"),
        ("kill -9 $$", "refused: The query was stopped: it needed more memory than one may take"),
        ("cat > request", "fault: gms-query answered what is not understood"),
        ("cat > request; yes 0123456789 | head -c 140000000", "refused: The query was stopped: its answer is too large"),
    ] {
        let script = script.replace("request", &made.folder.path().join("request").display().to_string());
        let answer = run(&made, &program(&made, &script)).await;
        assert!(answer.starts_with(says), "{script}: {answer}");
    }
    let request = std::fs::read_to_string(made.folder.path().join("request")).expect("text");
    assert!(request.contains(r#""sql":"SELECT 1""#) && request.contains(r#""release":"2026-11-22.1""#), "{request}");
    assert!(request.contains(r#""shown":"groups""#) && request.contains(r#""project":"one""#), "{request}");

    let number = made.folder.path().join("number");
    let waiting = program(&made, &format!("echo $$ > {}; exec sleep 600", number.display()));
    let gone = tokio::time::timeout(Duration::from_secs(1), run(&made, &waiting)).await;
    assert!(gone.is_err(), "{gone:?}");
    let number = std::fs::read_to_string(number).expect("it began");
    let status = PathBuf::from(format!("/proc/{}/stat", number.trim()));
    // Ended, and perhaps not yet taken note of.
    let is_running = || std::fs::read_to_string(&status).is_ok_and(|stat| !stat.contains(") Z"));
    for _ in 0..100 {
        if !is_running() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the process goes on, though nobody waits for it");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_missed_in_words() {
    let made = Made::new().await;
    let missing = QueryProgram::find(Some(&made.folder.path().join("nowhere"))).expect("a path");
    let answer = run(&made, &missing).await;
    assert!(answer.starts_with("refused: ") && answer.contains("cargo build --release -p query"), "{answer}");
    assert!(missing.check().is_err_and(|why| why.to_string().contains("nowhere")));
}
