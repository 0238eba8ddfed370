//! The same tests on PostgreSQL.

#[path = "workflow/main.rs"]
mod workflow;
