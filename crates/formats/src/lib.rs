//! Reading and writing the field's files. Each file is parsed once, here; inside, an invalid value cannot exist.

pub mod alignment;
pub mod bed;
pub mod bgzf;
pub mod chain;
pub mod clinvar;
pub mod error;
pub mod fasta;
pub mod genes;
pub mod gnomad;
pub mod hpoa;
pub mod obo;
pub mod open;
pub mod pack;
pub mod panelapp;
pub mod ped;
pub mod scores;
pub mod structural;
pub mod transcripts;
pub mod vcf;

pub use error::{FileError, FileResult};
pub use pack::Pack;
