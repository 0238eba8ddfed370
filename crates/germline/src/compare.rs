//! What changed between two analyses of one family, and why.

use crate::{
    analysis::{Analysis, Candidate, CandidateVariant},
    classify::Pathogenicity,
};
use genome::Variant;
use std::collections::BTreeMap;

/// Two analyses beside each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// What they were made with, where it differs: what, before, after.
    pub made_with: Vec<(String, String, String)>,
    /// Variants that are told otherwise: classes first, then what came, what went, what moved.
    pub changes: Vec<Change>,
    /// Variants of candidates that are told the same.
    pub same: usize,
}

/// A variant that is told otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// HGNC symbol of the gene.
    pub symbol: String,
    /// The variant, normalised.
    pub variant: Variant,
    /// What became of it.
    pub kind: Kind,
    /// Why, as far as the analyses tell.
    pub why: Vec<String>,
}

/// What became of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Its class changed.
    Classified {
        /// Class before.
        before: Pathogenicity,
        /// Class after.
        after: Pathogenicity,
    },
    /// It is in a candidate now.
    Came,
    /// It was in a candidate.
    Went,
    /// Its candidate stands at another place.
    Moved {
        /// Rank before, from 1.
        before: usize,
        /// Rank after, from 1.
        after: usize,
    },
}

/// Compares two analyses.
pub fn compare(before: &Analysis, after: &Analysis) -> Comparison {
    let (was, is) = (variants(before), variants(after));
    let mut comparison = Comparison { made_with: made_with(before, after), ..Comparison::default() };
    for (variant, (candidate, placed)) in &is {
        let difference = match was.get(variant) {
            None => Some((Kind::Came, passed_over(before, variant, "before"))),
            Some((old, other)) => how_it_differs((old, other), (candidate, placed)),
        };
        match difference {
            Some((kind, why)) => comparison.changes.push(change(candidate, variant, kind, why)),
            None => comparison.same += 1,
        }
    }
    for (variant, (candidate, _)) in was.iter().filter(|(variant, _)| !is.contains_key(*variant)) {
        comparison.changes.push(change(candidate, variant, Kind::Went, passed_over(after, variant, "now")));
    }
    comparison.changes.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| a.variant.cmp(&b.variant)));
    comparison
}

type Placed<'a> = (&'a Candidate, &'a CandidateVariant);

/// Variants with the first candidate that has them.
fn variants(analysis: &Analysis) -> BTreeMap<&Variant, Placed<'_>> {
    let mut first = BTreeMap::new();
    for candidate in &analysis.candidates {
        for variant in &candidate.variants {
            first.entry(&variant.variant).or_insert((candidate, variant));
        }
    }
    first
}

fn change(candidate: &Candidate, variant: &Variant, kind: Kind, why: Vec<String>) -> Change {
    Change { symbol: candidate.symbol.clone(), variant: variant.clone(), kind, why }
}

/// What the two were made with, where it differs.
fn made_with(before: &Analysis, after: &Analysis) -> Vec<(String, String, String)> {
    let described = |analysis: &Analysis| -> BTreeMap<String, String> {
        let panel = analysis.panel.iter().map(|(name, version)| ("panel".to_owned(), format!("{name} {version}")));
        let terms = |terms: &[ontology::TermId]| terms.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let phenotype = [("features".to_owned(), terms(&analysis.observed)), ("features absent".to_owned(), terms(&analysis.excluded))];
        analysis.provenance.iter().cloned().chain(panel).chain(phenotype).collect()
    };
    let (was, is) = (described(before), described(after));
    let names: std::collections::BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let value =
        |list: &BTreeMap<String, String>, name: &String| list.get(name).filter(|v| !v.is_empty()).cloned().unwrap_or_else(|| "none".into());
    names.into_iter().map(|name| (name.clone(), value(&was, name), value(&is, name))).filter(|(_, a, b)| a != b).collect()
}

/// How a variant of both is told otherwise, if it is.
fn how_it_differs((old, was): Placed<'_>, (new, is): Placed<'_>) -> Option<(Kind, Vec<String>)> {
    let (before, after) = (was.classification.class, is.classification.class);
    let criteria = |variant: &CandidateVariant| variant.classification.criteria.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (had, has) = (criteria(was), criteria(is));
    let mut why: Vec<String> = has.iter().filter(|c| !had.contains(c)).map(|c| format!("{c} is met now")).collect();
    why.extend(had.iter().filter(|c| !has.contains(c)).map(|c| format!("{c} is no longer met")));
    let clinvar = |variant: &CandidateVariant| {
        variant.assertion.as_ref().map_or_else(|| "nothing".into(), |a| format!("{}, {} stars", a.significance.name(), a.stars))
    };
    if clinvar(was) != clinvar(is) {
        why.push(format!("ClinVar says {}; it said {}", clinvar(is), clinvar(was)));
    }
    if before != after {
        return Some((Kind::Classified { before, after }, why));
    }
    (old.rank != new.rank).then_some((Kind::Moved { before: old.rank, after: new.rank }, why))
}

/// Why the other analysis has a variant in no candidate, where it says so.
fn passed_over(analysis: &Analysis, variant: &Variant, when: &str) -> Vec<String> {
    let found = analysis.considered.iter().find(|c| c.variant == *variant);
    found.map(|c| format!("{when} in no candidate: {}", c.cause.label())).into_iter().collect()
}
