//! The research library: de-identified genomes and features of people who agreed to research, in columnar files, and questions
//! about them. Questions of the cohort language are answered here, from blocks of files that are held in memory; queries in SQL and
//! questions for several machines go to `gms-query`, a program of its own ([`program`]).
//!
//! **Invariant**: nothing is told of the files but through a [`Scope`]: whom a question may count. Sets are cut down to it before
//! they are counted, and a workspace is given tables that hold nobody else.
//!
//! **Invariant**: no query engine is linked in here.

mod adding;
pub mod answer;
pub mod ask;
mod block;
pub mod carriers;
pub mod check;
pub mod counts;
pub mod disclosure;
pub mod files;
mod heavy;
pub mod input_table;
mod library_rows;
pub mod lookup;
mod lookup_blocks;
pub mod manifest;
mod merge;
mod needed;
pub mod output;
mod part;
pub mod program;
pub mod question;
pub mod register;
pub mod release;
pub mod row;
pub mod schema;
pub mod scope;

pub use adding::Adding;
pub use answer::Answer;
pub use check::Checked;
pub use counts::{AlleleCounts, Counting, Selection};
pub use files::Library;
pub use lookup::{CarrierSets, CarrierSource};
pub use question::Question;
pub use release::{Person, Release};
pub use row::{Call, Gap, PersonNo};
pub use scope::Scope;
