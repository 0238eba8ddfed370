//! What is wrong with a conclusion before anybody signs it.

use super::{Conclusion, Outcome, Selected};
use crate::Refusal;

/// Everything that is wrong.
pub(super) fn faults(conclusion: &Conclusion) -> Vec<Refusal> {
    let mut faults = Vec::new();
    let pathogenic = conclusion.variants.iter().any(|v| !v.secondary && v.class.is_pathogenic());
    let is_cause_found = conclusion.variants.iter().any(|v| conclusion.is_cause(v));
    if conclusion.summary.trim().is_empty() {
        faults.push(Refusal::new("summary", "Write a summary of the result"));
    }
    match conclusion.outcome {
        Outcome::Diagnostic | Outcome::Partial if !pathogenic => {
            faults.push(Refusal::new("outcome", "A diagnostic result needs at least one pathogenic or likely pathogenic variant"));
        }
        Outcome::Diagnostic | Outcome::Partial if !is_cause_found => {
            faults.extend(conclusion.possible_cause().map(|v| Refusal::new("outcome", incomplete_pair(conclusion, v))));
        }
        Outcome::Uncertain if conclusion.variants.iter().all(|v| v.secondary) => {
            faults.push(Refusal::new("outcome", "Select the variant of uncertain significance"));
        }
        Outcome::NoFinding if pathogenic => {
            faults.push(Refusal::new("outcome", "A pathogenic variant is selected, so the result cannot be that nothing was found"));
        }
        _ => {}
    }
    // ACMG SF v3.2 (Miller et al. 2023): only what is known or expected to be pathogenic is told.
    if let Some(v) = conclusion.variants.iter().find(|v| v.secondary && !v.class.is_pathogenic()) {
        let message = format!(
            "{} {} is {}: of additional findings only pathogenic and likely pathogenic variants are reported",
            v.symbol,
            v.variant,
            v.class.label().to_lowercase()
        );
        faults.push(Refusal::new("variants", message));
    }
    faults
}

/// Why a pair is no cause yet, and what can be done.
fn incomplete_pair(conclusion: &Conclusion, pathogenic: &Selected) -> String {
    let partner = pathogenic.partner.as_deref().unwrap_or_default();
    let other = match conclusion.variants.iter().find(|v| v.variant == partner) {
        Some(other) => format!("the other, {partner}, is {}", other.class.label().to_lowercase()),
        None => format!("the other, {partner}, is not selected"),
    };
    format!(
        "{} {} is one of two variants of a recessive cause, and {other}: together they may explain the condition, and do not yet. Choose \
         '{}', or assess the other variant again",
        pathogenic.symbol,
        pathogenic.variant,
        Outcome::Uncertain.label()
    )
}
