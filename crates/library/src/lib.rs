//! The research library: de-identified genomes and features of people who agreed to research, in columnar files, and questions
//! about them. The only user of the query engine.
//!
//! **Invariant**: nothing is asked of the files but through a [`Scope`]: whom a question may count. There is no way past it:
//! the engine is given tables that hold nobody else.

pub mod answer;
pub mod ask;
mod carried;
pub mod check;
pub mod disclosure;
pub mod engine;
pub mod files;
pub mod output;
pub mod question;
pub mod release;
pub mod row;
pub mod workspace;

pub use answer::Answer;
pub use check::Checked;
pub use engine::Scope;
pub use files::Library;
pub use question::Question;
pub use release::{Person, Release};
pub use row::{Call, PersonNo};
