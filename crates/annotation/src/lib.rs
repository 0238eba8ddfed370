//! What reference data say of a variant: its effect on each transcript, its names, its frequency, and whether it can matter at all.
//!
//! Pure and deterministic, and shared by every engine that interprets variants. It knows nothing of orders, samples or people.
//!
//! ```
//! use annotation::{annotate::annotate, haplotype};
//! use genome::{Genotype, Zygosity, genotype::Call};
//!
//! let knowledge = engine::reference::knowledge(&engine::reference::open("demo")?)?;
//! let genotype = Genotype { zygosity: Zygosity::Heterozygous, ploidy: 2, ..Genotype::MISSING };
//! let calls = [Call { variant: "19-55661148-C-T".parse()?, filter_passed: true, genotypes: vec![genotype] }];
//!
//! // Neighbours on the same copy are read together; here there are none.
//! let joints = haplotype::joints(&calls, 0, &knowledge);
//! let annotated = annotate(&calls[0], 0, &joints, &knowledge).map_err(|reason| reason.label())?;
//! assert_eq!(knowledge.symbol(annotated[0].gene), "U2AF2");
//! assert_eq!(annotated[0].effect.term_names(), "missense_variant");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod annotate;
pub mod case;
pub mod haplotype;
pub mod knowledge;
pub mod name;
pub mod phenotype;
pub mod reason;
pub mod screen;
pub mod settings;

pub use case::{Case, Family, Member};
pub use knowledge::Knowledge;
pub use reason::{Cause, Reason};
