//! The research library: de-identified genomes and features of people who agreed to research, in columnar files, and questions
//! about them. The only user of the query engine.
//!
//! **Invariant**: nothing is told of the files but through a [`Scope`]: whom a question may count. Sets are cut down to it before
//! they are counted, and a workspace is given tables that hold nobody else.

mod adding;
pub mod answer;
pub mod ask;
mod block;
mod carried;
mod carriers;
pub mod check;
pub mod disclosure;
pub mod engine;
pub mod files;
mod found;
pub mod manifest;
mod merge;
pub mod output;
pub mod question;
pub mod register;
pub mod release;
pub mod row;
pub mod workspace;

pub use adding::Adding;
pub use answer::Answer;
pub use check::Checked;
pub use engine::{Scope, members};
pub use files::Library;
pub use question::Question;
pub use release::{Person, Release};
pub use row::{Call, Gap, PersonNo};
