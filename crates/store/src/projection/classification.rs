//! Classes that two scientists gave to variants.

use super::{Slice, fold};
use crate::{Classified, Entry};
use care::{
    event::StreamName,
    interpretation::case::{Interpretation, Selected, State},
};

pub(super) fn of_interpretation(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let interpretation = fold::<Interpretation>(entries)?;
    let checked = match interpretation.state {
        State::Checked { conclusion, .. } => conclusion.variants,
        State::None | State::Open | State::Proposed { .. } | State::Differs => vec![],
    };
    // When it was signed: notes may be added to a signed case.
    let signed = entries.iter().rev().find(|entry| matches!(entry.kind.as_str(), "Checked" | "Resolved")).or(entries.last());
    let rows = interpretation.analysis.zip(signed).into_iter().flat_map(|((_, order), last)| {
        let row = move |selected: Selected| {
            let criteria: Vec<String> = selected.criteria.into_iter().map(|(criterion, _)| criterion).collect();
            Classified {
                interpretation: stream.id.into(),
                variant: selected.variant,
                symbol: selected.symbol,
                class: selected.class,
                criteria: criteria.join(", "),
                order,
                at: last.at,
            }
        };
        checked.clone().into_iter().map(row).collect::<Vec<_>>()
    });
    Ok(vec![Slice::new(stream.to_string(), stream.id, rows)])
}
