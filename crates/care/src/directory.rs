//! The National Genomic Test Directory: its tests, its versions and how they change, gene panels, and which laboratory offers what.

pub mod change;
pub mod eligibility;
pub mod favourite;
pub mod laboratory;
pub mod panel;
pub mod test;
pub mod version;

pub use change::{Change, Directory, Proposal, Route};
pub use test::{Branch, NotATestCode, Test, TestCode, turnaround_days_max};
pub use version::{Difference, Version, compare};
