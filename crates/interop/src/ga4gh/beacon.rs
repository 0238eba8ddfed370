//! GA4GH Beacon v2: what another beacon or a researcher's program asks, and how it is answered. Source: Beacon v2.1 framework and
//! default model.

mod about;
mod answer;
mod parameters;
mod place;
mod read;
#[cfg(test)]
mod tests;

pub use about::{about, filtering_terms};
pub use answer::{Answer, ErrorAnswer, Found, answer, error};
pub use read::{read, read_query};

use care::people::patient::Sex;
use genome::{Variant, residue::ResidueChange, shape::Shape};

/// Version of the specification.
pub const VERSION: &str = "v2.1.0";
/// Identifier of this beacon.
const ID: &str = "opengms.beacon";
/// Base of the schemas of the default model.
const MODEL: &str = "https://raw.githubusercontent.com/ga4gh-beacon/beacon-v2/main/models/json/beacon-v2-default-model";

/// What a query is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entry {
    /// Variants.
    GenomicVariant,
    /// People.
    Individual,
}

/// How much is answered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "the names are the specification's")]
pub enum Granularity {
    Boolean,
    Count,
    Record,
}

/// A query.
#[derive(Clone, PartialEq, Debug)]
pub struct BeaconQuery {
    /// What it is about.
    pub entry: Entry,
    /// How much is to be answered.
    pub granularity: Granularity,
    /// Terms of the HPO.
    pub terms: Vec<String>,
    /// Sex.
    pub sex: Option<Sex>,
    /// One variant.
    pub variant: Option<Variant>,
    /// A gene, by symbol or identifier.
    pub gene: Option<String>,
    /// A variant by its name in HGVS.
    pub name: Option<String>,
    /// A change of a residue of the gene's protein.
    pub residue: Option<ResidueChange>,
    /// Where variants lie and of what form they are.
    pub shape: Shape,
    /// Which sets of results are told of.
    pub include: Include,
    /// Which of the results.
    pub page: Page,
}

/// Which sets of results are told of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the names are the specification's")]
pub enum Include {
    All,
    #[default]
    Hit,
    Miss,
    None,
}

/// A page of results.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Page {
    /// Pages that are passed over.
    pub skip: u32,
    /// Results of a page; 0 is as many as are given at once.
    pub limit: u32,
}

/// Results of a page at most.
const RESULTS_MAX: usize = 1_000;

impl Default for Page {
    fn default() -> Page {
        Page { skip: 0, limit: 10 }
    }
}

impl Page {
    /// The results of this page.
    pub(crate) fn cut<T>(self, all: Vec<T>) -> Vec<T> {
        let size = if self.limit == 0 { RESULTS_MAX } else { (self.limit as usize).min(RESULTS_MAX) };
        all.into_iter().skip((self.skip as usize).saturating_mul(size)).take(size).collect()
    }
}

impl BeaconQuery {
    /// A question without conditions.
    pub fn about(entry: Entry) -> BeaconQuery {
        BeaconQuery {
            entry,
            granularity: Granularity::Boolean,
            terms: vec![],
            sex: None,
            variant: None,
            gene: None,
            name: None,
            residue: None,
            shape: Shape::default(),
            include: Include::default(),
            page: Page::default(),
        }
    }

    /// Whether it asks which variants there are, and not for one variant or a whole gene.
    pub fn is_about_variants(&self) -> bool {
        self.residue.is_some() || !self.shape.is_any()
    }
}

impl Entry {
    /// As the specification names it.
    pub fn name(self) -> &'static str {
        match self {
            Entry::GenomicVariant => "genomicVariant",
            Entry::Individual => "individual",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Entry::GenomicVariant => "g_variants",
            Entry::Individual => "individuals",
        }
    }

    fn schema(self) -> String {
        let folder = if self == Entry::GenomicVariant { "genomicVariations" } else { "individuals" };
        format!("{MODEL}/{folder}/defaultSchema.json")
    }
}

impl Granularity {
    /// As the specification names it.
    pub fn name(self) -> &'static str {
        match self {
            Granularity::Boolean => "boolean",
            Granularity::Count => "count",
            Granularity::Record => "record",
        }
    }
}
