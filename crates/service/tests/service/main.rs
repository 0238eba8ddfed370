//! The service's rules from end to end, wing by wing, on SQLite and on PostgreSQL.

#![expect(clippy::disallowed_methods, reason = "a test asks the machine for the time and makes identifiers, as the program does")]

mod bench;
mod directory;
mod faults;
mod field;
mod interpretation;
mod journal;
mod laboratory;
mod operations;
mod ordering;
mod people;
mod research;
mod results;

/// Set while the tests of this program run on PostgreSQL instead of SQLite.
pub(crate) const ON_POSTGRES: &str = "GMS_WORKFLOW_POSTGRES";

/// The same program once more, so that it is compiled once. `GMS_WORKFLOW_POSTGRES=1` runs a single test there.
#[test]
fn everything_holds_on_postgresql_too() {
    if std::env::var_os(ON_POSTGRES).is_some() || testkit::postgres().is_none() {
        return;
    }
    let this = std::env::current_exe().expect("the path of this test");
    let tests = std::process::Command::new(this).args(["--skip", "everything_holds_on_postgresql_too"]).env(ON_POSTGRES, "1").status();
    assert!(tests.expect("the tests run").success(), "a test above failed on PostgreSQL");
}
