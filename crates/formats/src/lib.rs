//! Reading and writing the field's files. Each file is parsed once, here; inside, an invalid value cannot exist.

pub mod error;
pub mod open;
pub mod vcf;
pub mod ped;
pub mod obo;
pub mod hpoa;
pub mod fasta;
pub mod transcripts;
pub mod genes;
pub mod clinvar;
pub mod gnomad;
pub mod panelapp;
pub mod chain;
pub mod pack;

pub use error::{FileError, FileResult};
pub use pack::Pack;
