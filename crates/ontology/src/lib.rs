//! What clinicians call what they see: the Human Phenotype Ontology, the diseases that show it, and
//! the genes behind them. Pure: built from parsed files, asked by everybody.

pub mod disease;
pub mod hpo;
pub mod letter;
pub mod likelihood;
pub mod onset;
pub mod panel;
pub mod search;
pub mod term;

pub use disease::{Disease, Diseases, Inheritance};
pub use hpo::Hpo;
pub use panel::Panel;
pub use term::{Term, TermId};
