//! The query engine: the cohort of the library's own tests, asked by SQL, by plans, on several machines, on S3, and as a program.

mod attacks;
#[path = "../../../library/tests/library/cohort.rs"]
mod cohort;
mod keeping;
mod machines;
#[path = "../../../library/tests/library/made.rs"]
mod made;
mod plans;
mod program;
mod s3;
mod workspaces;

use library::program::request::Shown;
use library::{Library, Release, Scope};
use made::{Made, PEOPLE, everybody};
use query::workspace::{self, Workspace};

/// What a query gives: its rows, or why it is refused.
async fn sql(library: &Library, release: &Release, scope: &Scope, sql: &str) -> String {
    match workspace::run(library, release, scope, sql).await {
        Ok(rows) => rows.table,
        Err(why) => format!("refused: {why}"),
    }
}

impl Made {
    async fn sql(&self, scope: &Scope, query: &str) -> String {
        sql(&self.library, &self.release, scope, query).await
    }

    /// What a query gives where rows are shown.
    async fn rows(&self, scope: &Scope, query: &str) -> String {
        let workspace = Workspace { scope: scope.clone(), shown: Shown::Rows, ..Workspace::default() };
        match workspace::run_in(&self.library, &self.release, workspace, query).await {
            Ok(rows) => rows.table,
            Err(why) => format!("refused: {why}"),
        }
    }
}
