//! Running the interpretation engine on files: reference pack, VCF and pedigree in; analysis out.

pub mod reference;
pub mod family;
pub mod intake;
pub mod sidefile;
pub mod run;
pub mod table;
pub mod explain;
pub mod page;
