//! The query engine of the research library: SQL in a workspace, and questions planned for several machines. Apache DataFusion, and
//! on several machines Ballista, are linked in here and nowhere else. `gms` never is: it asks the program `gms-query`, which is a
//! process of its own ([`library::program`]).
//!
//! **Invariant**: a workspace is given tables that hold nobody outside of the scope, and the files themselves have no name in a query.
//!
//! **Invariant**: what a workspace shows are groups of people, never people, but where the site lets rows be seen.

mod counted_variants;
pub mod functions;
mod guard;
pub mod machines;
mod narrowing;
pub mod plan;
pub mod requests;
pub mod tables;
pub mod workspace;
