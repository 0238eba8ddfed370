//! From called sites to medicines: which named alleles of a gene fit what was called, what that means for the enzyme, and what
//! to do when a medicine that it handles is prescribed.
//!
//! Pure. Nothing is guessed: a position that was not called is named, and an allele that it would tell apart is not excluded.
//!
//! ```
//! use pharmacogenomics::{Definitions, Sites, guidance::{self, Level}, matcher, phenotype, site::Line};
//!
//! // CYP2C19*2 on both copies (rs12769205, rs4244285, rs3758581); the gene's other positions are those of the reference.
//! let gene = Definitions::built_in().gene("CYP2C19").ok_or("a gene of the tables")?;
//! let mut sites = Sites::default();
//! for (position, reference, alternate) in [(94_775_367, "A", "G"), (94_781_859, "G", "A"), (94_842_866, "A", "G")] {
//!     let genotype = vec![Some(1), Some(1)];
//!     sites.take(gene, &Line { position, end: None, reference, alternates: vec![alternate], genotype, phase: None });
//! }
//! sites.assume_reference(gene);
//!
//! let call = matcher::call(gene, &sites);
//! let meaning = phenotype::interpret(gene, &call);
//! assert_eq!(meaning.phenotypes, ["Poor Metabolizer"]);
//!
//! let advice = guidance::advise("clopidogrel", &[(call, meaning)]);
//! assert_eq!(advice[0].level, Level::Avoid);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod call;
pub mod definition;
pub mod guidance;
pub mod matcher;
pub mod medicine;
pub mod outside;
pub mod phenotype;
pub mod sctid;
pub mod site;
mod table;
pub mod tested;

pub use call::{Call, Diplotype, Made};
pub use definition::{Definitions, Gene};
pub use guidance::{Advice, Guidance};
pub use phenotype::Meaning;
pub use site::Sites;
