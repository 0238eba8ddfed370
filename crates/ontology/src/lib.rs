//! What clinicians call what they see: the Human Phenotype Ontology, the diseases that show it, and
//! the genes behind them. Pure: built from parsed files, asked by everybody.
//!
//! ```
//! use genome::HgncId;
//! use ontology::{Disease, Diseases, Hpo, Term, TermId, disease::{Feature, LeftOut}, likelihood::{self, Phenotype}, search};
//!
//! let term = |id, name: &str, parents: &[u32]| Term {
//!     id: TermId(id),
//!     name: name.into(),
//!     synonyms: vec![],
//!     alternatives: vec![],
//!     parents: parents.iter().map(|p| TermId(*p)).collect(),
//! };
//! let terms = vec![term(118, "Phenotypic abnormality", &[]), term(1250, "Seizure", &[118]), term(1251, "Ataxia", &[118])];
//! let hpo = Hpo::new("example".into(), terms);
//!
//! // Typing errors are forgiven.
//! let hits = search::by_text(&hpo, "seiz", 5);
//! assert_eq!(hpo.term(hits[0].term).id.to_string(), "HP:0001250");
//!
//! // The disease that shows the term explains it better than one that does not.
//! let disease = |id: &str, gene, term| Disease {
//!     id: id.into(),
//!     name: id.into(),
//!     inheritance: vec![],
//!     features: vec![Feature { term: TermId(term), frequency: 0.9, pmid: None }],
//!     genes: vec![HgncId(gene)],
//! };
//! let diseases = Diseases::new("example".into(), vec![disease("OMIM:1", 10, 1251), disease("OMIM:2", 20, 1250)], &hpo);
//! let phenotype = Phenotype { observed: vec![TermId(1250)], excluded: vec![] };
//! let scores = likelihood::diseases(&phenotype, &hpo, &diseases, &LeftOut::default());
//! assert_eq!(likelihood::genes(&scores, &diseases)[0].gene, HgncId(20));
//! ```

pub mod disease;
pub mod hpo;
pub mod letter;
pub mod likelihood;
pub mod onset;
pub mod panel;
pub mod phenopacket;
pub mod search;
pub mod spelling;
pub mod term;

pub use disease::{Disease, Diseases, Inheritance};
pub use hpo::Hpo;
pub use panel::Panel;
pub use term::{Term, TermId};
