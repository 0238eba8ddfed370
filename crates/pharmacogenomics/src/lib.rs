//! From called sites to medicines: which named alleles of a gene fit what was called, what that means for the enzyme, and what
//! to do when a medicine that it handles is prescribed.
//!
//! Pure. Nothing is guessed: a position that was not called is named, and an allele that it would tell apart is not excluded.

pub mod call;
pub mod definition;
pub mod guidance;
pub mod matcher;
pub mod outside;
pub mod phenotype;
pub mod site;
mod table;
pub mod tested;

pub use call::{Call, Diplotype, Made};
pub use definition::{Definitions, Gene};
pub use guidance::{Advice, Guidance};
pub use phenotype::Meaning;
pub use site::Sites;
