//! From a family's annotated variants to ranked, classified, explained candidates.
//!
//! Pure and deterministic: one `Case` and pinned `Knowledge` give one `Analysis`, the same bytes on any number of
//! threads. The engine knows nothing of orders, samples or people; it works on a bare VCF, pedigree and HPO list.
//!
//! ```
//! use annotation::{Case, Family, Member, case::{Affected, Sex}};
//! use genome::{Genotype, Zygosity, genotype::Call};
//! use germline::{analysis::{Counts, assemble, assemble::Screened}, identity::Tally};
//! use ontology::likelihood::Phenotype;
//!
//! // A family of three, and one variant with everybody's call.
//! let text = "19-55661148-C-T child=0/1 father=0/0 mother=0/0";
//! let member = |sample: &str, sex, affected, father, mother| Member { sample: sample.into(), sex, affected, father, mother };
//! let members = vec![
//!     member("child", Sex::Female, Affected::Yes, Some(1), Some(2)),
//!     member("father", Sex::Male, Affected::No, None, None),
//!     member("mother", Sex::Female, Affected::No, None, None),
//! ];
//! let family = Family::new(members, None)?;
//!
//! let (variant, calls) = text.split_once(' ').ok_or("a variant and calls")?;
//! let genotype = |call: &str| Genotype {
//!     zygosity: if call.ends_with("0/1") { Zygosity::Heterozygous } else { Zygosity::Reference },
//!     ploidy: 2,
//!     ..Genotype::MISSING
//! };
//! let call = Call { variant: variant.parse()?, filter_passed: true, genotypes: calls.split(' ').map(genotype).collect() };
//! let tally = Tally::new(&family);
//! let screened = Screened { calls: vec![call], counts: Counts::default(), tally, findings: vec![], quality: Default::default() };
//!
//! let phenotype = Phenotype { observed: vec!["HP:0001263".parse()?], excluded: vec![] };
//! let case = Case { family, phenotype, panel: None, papers_left_out: Default::default() };
//! let knowledge = engine::reference::knowledge(&engine::reference::open("demo")?)?;
//! let analysis = assemble(&case, screened, &knowledge);
//! assert_eq!(analysis.candidates[0].symbol, "U2AF2");
//! assert_eq!(analysis.candidates[0].pattern.to_string(), "de novo");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod analysis;
pub mod ancestry;
pub mod classify;
pub mod compare;
pub mod identity;
pub mod inherit;
pub mod quality;
pub mod rank;
pub mod ruleset;
pub mod settings;
pub mod tier;
pub mod weights;

pub use analysis::{Analysis, Candidate, Considered, Finding};
pub use classify::{Classification, Criterion, Pathogenicity};
pub use tier::Tier;
