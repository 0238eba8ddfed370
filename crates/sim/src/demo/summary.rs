//! What the first scientist of the demonstration writes of a case: what a clinician reads in the report.

use care::interpretation::case::{Outcome, Selected};
use germline::{Analysis, analysis::Candidate};

/// The summary of a conclusion.
pub(super) fn summary(analysis: &Analysis, found: &[Selected], outcome: Outcome) -> String {
    let candidate = found.first().and_then(|first| {
        let has_it = |candidate: &&Candidate| candidate.variants.iter().any(|v| v.variant.to_string() == first.variant);
        analysis.candidates.iter().find(has_it)
    });
    let Some(candidate) = candidate else { return NOTHING.into() };
    let number = if found.len() > 1 { "Two variants" } else { "One variant" };
    let mut sentences = vec![format!("{number} of {}: {}.", candidate.symbol, candidate.pattern)];
    sentences.extend(candidate.disease.as_ref().map(|(_, disorder)| {
        format!("Variants of this gene cause {disorder}, which fits the features that were described and the family’s history.")
    }));
    sentences.push(meaning(outcome).into());
    sentences.join(" ")
}

const NOTHING: &str = "No variant was found that explains the features. A genetic cause remains possible: some kinds of change, such as \
                       repeat expansions, are not seen by this test.";

/// What a conclusion means for care.
fn meaning(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Diagnostic => "This explains the features.",
        Outcome::Partial => "This explains some of the features.",
        Outcome::Uncertain => "Whether it is the cause is not known yet, and no decision about care should rest on it.",
        Outcome::NoFinding => "It does not explain the features.",
    }
}
