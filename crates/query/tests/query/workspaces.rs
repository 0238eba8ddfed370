//! A workspace: whom it shows, and what it reads.

use super::*;
use library::disclosure::Count;

#[tokio::test]
async fn nobody_outside_the_scope_is_counted_by_any_door() {
    let mut made = Made::new().await;
    let few = Scope::new(1..=100);
    let answer = made.ask(&few, "carriers in SCN1A").await.expect("answered");
    assert_eq!(answer.cohort, Count::rounded(100));
    for table in ["calls", "people", "features"] {
        let some = made.sql(&few, &format!("SELECT COUNT(DISTINCT person) AS n FROM {table}")).await;
        let all = made.sql(&everybody(), &format!("SELECT COUNT(DISTINCT person) AS n FROM {table}")).await;
        assert_ne!(some, all, "{table}");
    }
    assert!(made.sql(&few, "SELECT COUNT(DISTINCT person) AS n FROM calls").await.contains("| 100 |"));
    let nobody = Scope::default();
    assert!(made.rows(&nobody, "SELECT COUNT(*) AS n FROM calls").await.contains("| 0 |"));
    let groups = made.sql(&nobody, "SELECT COUNT(*) AS n FROM calls").await;
    assert!(!groups.starts_with("refused") && !groups.contains(|c: char| c.is_ascii_digit()), "{groups}");
}

#[tokio::test]
async fn a_workspace_reads_its_tables_and_nothing_else() {
    let made = Made::new().await;
    let everybody = everybody();
    let few = Scope::new(1..=100);
    let counted = "SELECT SUM(carriers) AS c, SUM(alleles) AS a FROM variants WHERE gene = 'SCN1A'";
    let by_person = "SELECT COUNT(*) AS c, SUM(copies) AS a FROM calls WHERE gene = 'SCN1A'";
    for scope in [&everybody, &few, &Scope::default()] {
        let count = made.rows(scope, counted).await;
        assert!(count == made.rows(scope, by_person).await || (scope.is_empty() && !count.starts_with("refused")), "{count}");
    }
    let genes = made.sql(&everybody, "SELECT gene, COUNT(DISTINCT person) AS n FROM calls GROUP BY gene ORDER BY gene").await;
    assert!(genes.contains("| COMMON1 | 400 |") && genes.contains("| SCN1A   | "), "{genes}");
    for (sql, says) in [
        ("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'", "DDL"),
        ("COPY calls TO '/tmp/out.csv'", "DML"),
        ("INSERT INTO people SELECT * FROM people", "DML"),
        ("SET datafusion.catalog.information_schema = true", "Statement"),
        ("SELECT * FROM information_schema.tables", "not found"),
        ("SELECT no FROM calls", "No field named"),
        ("SELECT one FROM calls", "No field named"),
        ("SELECT * FROM '/etc/passwd'", "not found"),
        ("SELECT * FROM read_csv('/etc/passwd')", "not found"),
        ("SELECT * FROM read_parquet('/etc/passwd')", "not found"),
        ("this is no query", "Expected"),
        ("", ""),
    ] {
        let answer = made.sql(&everybody, sql).await;
        assert!(answer.starts_with("refused: ") && answer.contains(says), "{sql}: {answer}");
    }
    let broad = "SELECT a.person FROM calls a CROSS JOIN people";
    let workspace = Workspace { scope: everybody, shown: Shown::Rows, ..Workspace::default() };
    let Ok(rows) = workspace::run_in(&made.library, &made.release, workspace, broad).await else { panic!("a broad query is cut") };
    assert!(rows.cut && rows.rows == workspace::ROWS_MAX);
}
