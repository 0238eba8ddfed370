//! The program `gms-query`, as `gms` starts it.

use super::*;
use library::program::{self, QueryError, QueryProgram};
use std::path::Path;

fn program() -> QueryProgram {
    QueryProgram::find(Some(Path::new(env!("CARGO_BIN_EXE_gms-query")))).expect("a path")
}

async fn run(made: &Made, scope: &Scope, inputs: &[(&str, &str)], sql: &str) -> String {
    let inputs = inputs.iter().map(|(name, csv)| ((*name).to_owned(), (*csv).to_owned())).collect();
    let workspace = program::Workspace { scope, inputs, project: "", shown: Shown::Groups };
    match program().run_sql(&made.library, &made.release, workspace, sql).await {
        Ok(rows) => rows.table,
        Err(QueryError::Refused(message)) => format!("refused: {message}"),
        Err(QueryError::Fault(fault)) => format!("fault: {fault:#}"),
    }
}

#[tokio::test]
async fn the_program_answers_as_the_engine_does_in_this_process() {
    let made = Made::new().await;
    let few = Scope::new(1..=100);
    for query in ["SELECT gene, COUNT(DISTINCT person) AS n FROM calls GROUP BY gene ORDER BY gene", "SELECT COUNT(*) FROM features"] {
        assert_eq!(run(&made, &few, &[], query).await, made.sql(&few, query).await, "{query}");
    }
    let joined = "SELECT s.score, COUNT(DISTINCT c.person) AS n FROM calls c JOIN scores s ON c.gene = s.gene GROUP BY s.score";
    let answer = run(&made, &few, &[("scores", "gene,score\nCOMMON1,0.9\n")], joined).await;
    assert!(answer.contains("| 0.9   | 100 |"), "{answer}");
    for (query, says) in [("SELECT one FROM calls", "refused: Schema error: No field named"), ("COPY calls TO '/tmp/out.csv'", "refused: ")]
    {
        let answer = run(&made, &few, &[], query).await;
        assert!(answer.starts_with(says), "{answer}");
    }
    let unnamed = run(&made, &few, &[("calls", "gene\n")], "SELECT 1").await;
    assert!(unnamed.starts_with("refused: 'calls' is no name for a table"), "{unnamed}");
    std::fs::remove_file(made.folder.path().join("releases/2026-11-22.1.json")).expect("removed");
    assert_eq!(run(&made, &few, &[], "SELECT 1").await, "fault: the library has no release 2026-11-22.1");
}

#[tokio::test]
async fn a_query_that_takes_all_the_memory_is_refused_in_words() {
    let made = Made::new().await;
    for query in [
        // The pool of the engine counts what an aggregate holds.
        "SELECT array_length(array_agg(value)) FROM generate_series(1, 1000000000)",
        // It does not count what one function makes.
        "SELECT length(repeat(repeat('x', 100000000), 15) || repeat(repeat('y', 100000000), 15))",
        "SELECT SUM(length(repeat(repeat(CAST(value AS VARCHAR), 1000000), 300))) FROM generate_series(1, 64)",
    ] {
        let answer = run(&made, &everybody(), &[], query).await;
        assert!(answer.starts_with("refused: "), "{query}: {answer}");
    }
    assert!(run(&made, &everybody(), &[], "SELECT COUNT(*) AS n FROM people").await.contains("| 400 |"), "and the next is answered");
}
