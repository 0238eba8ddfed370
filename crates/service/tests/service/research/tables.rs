//! The tables of a workspace are those that its page explains.

use super::has_query_program;
use crate::bench::*;
use service::research::{self, answers::Shown, tables::TABLES};

#[tokio::test]
async fn the_tables_that_are_explained_are_those_that_a_query_meets() {
    if !has_query_program() {
        return;
    }
    let bench = Bench::new().await;
    let (.., project) = bench.project().await;
    let researcher = bench.desk(Role::Researcher, 0);
    for table in TABLES {
        let sql = format!("SELECT * FROM {} LIMIT 1", table.name);
        let shown = research::asking::query_workspace(&researcher, project, &sql, Shown::Rows).await.expect("run").table;
        let heads = shown.lines().nth(1).expect("heads").trim_matches('|').split('|').map(str::trim).map(str::to_owned);
        let explained: Vec<String> = table.columns.iter().map(|column| column.name.to_owned()).collect();
        assert_eq!(heads.collect::<Vec<_>>(), explained, "{}", table.name);
        research::asking::query_workspace(&researcher, project, table.example, Shown::Groups).await.expect("the example runs");
    }
}
