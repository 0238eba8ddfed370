//! The tables of a workspace, for pages.

pub use library::schema::{Column, TABLES, Table};
