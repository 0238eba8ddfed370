//! Blocks in memory and the plan of an engine give the same answers.

use super::*;
use library::{ask, disclosure::DisclosureLedger};
use made::{QUESTIONS, checked};
use query::plan::PlannedCarriers;
use std::sync::Arc;

#[tokio::test]
async fn blocks_in_memory_and_the_plan_of_an_engine_give_the_same_answers() {
    let made = Made::new().await;
    let planned = made.library.clone().with_source(Arc::new(PlannedCarriers::here()));
    for text in QUESTIONS {
        let from_blocks = made.alone(&everybody(), text).await.expect("answered");
        let mut ledger = DisclosureLedger::default();
        let by_plan = ask::ask(&planned, &made.release, &everybody(), &mut ledger, &checked(text)).await.expect("answered");
        assert_eq!(by_plan, from_blocks, "{text}");
    }
}

/// Rows of a printed table, without its header.
fn rows(table: &str) -> Vec<&str> {
    table.lines().filter(|line| line.starts_with("| ")).skip(1).collect()
}

#[tokio::test]
async fn variants_counted_in_blocks_are_those_that_the_engine_counts_in_the_files() {
    let made = Made::new().await;
    let columns = "contig, position, position_end, reference, alternate, gene, consequence, impact, frequency";
    for scope in [everybody(), Scope::new(1..=100), Scope::new([21, 42]), Scope::default()] {
        for condition in [
            "TRUE",
            "gene = 'SCN1A'",
            "gene IN ('SCN1A', 'TTN')",
            "gene = 'SCN1A' OR impact = 0",
            "gene <> 'SCN1A'",
            "contig = 2 AND position BETWEEN 900 AND 1000",
            "contig = 2 AND position > 1000 AND frequency < 0.1",
            "position < 1000.5",
            "contig = 3",
            "frequency IS NULL",
        ] {
            let in_blocks = format!("SELECT * FROM variants WHERE {condition} ORDER BY {columns}");
            let in_files = format!(
                "SELECT {columns}, COUNT(*) AS carriers, SUM(copies) AS alleles FROM calls WHERE {condition} GROUP BY {columns} ORDER BY {columns}"
            );
            let (counted, planned) = (made.sql(&scope, &in_blocks).await, made.sql(&scope, &in_files).await);
            assert!(!counted.starts_with("refused"), "{counted}");
            assert_eq!(rows(&counted), rows(&planned), "{condition}");
        }
    }
    let count = made.sql(&everybody(), "SELECT COUNT(*) AS n FROM variants WHERE gene = 'SCN1A'").await;
    assert!(count.contains("| 2 |"), "{count}");
    let some = made.sql(&everybody(), "SELECT alleles FROM variants LIMIT 1").await;
    assert!(some.contains("| alleles |"), "{some}");
}
