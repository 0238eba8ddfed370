//! Running the interpretation engine on files: reference pack, VCF and pedigree in; analysis out.

pub mod coverage;
pub mod explain;
pub mod family;
pub mod intake;
pub mod medicines;
pub mod page;
pub mod reference;
pub mod run;
pub mod sidefile;
pub mod table;
