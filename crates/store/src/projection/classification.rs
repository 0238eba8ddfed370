//! Classes that two scientists gave to variants.

use super::{Slice, fold};
use crate::{Classified, Entry, Mention};
use care::{
    OrderId, Staff,
    event::StreamName,
    interpretation::{
        case::{Interpretation, Selected},
        edit::Edit,
        note::Notes,
    },
};
use std::collections::BTreeSet;

pub(super) fn of_interpretation(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let interpretation = fold::<Interpretation>(entries)?;
    let mentions = interpretation.analysis.map(|(_, order)| waiting(stream, &interpretation, order)).unwrap_or_default();
    let checked = interpretation.state.signed().map_or_else(Vec::new, |conclusion| conclusion.variants.clone());
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
    Ok(vec![Slice::new(stream.to_string(), stream.id, rows), Slice::new(stream.to_string(), stream.id, mentions)])
}

/// What of an interpretation waits for somebody in person: comments that mention them, and edits of what they signed.
fn waiting(stream: &StreamName, interpretation: &Interpretation, order: OrderId) -> Vec<Mention> {
    let of_edit = |(edit, scientist): (&Edit, &Staff)| Mention {
        interpretation: stream.id.into(),
        comment: edit.id.to_string(),
        staff: scientist.id,
        order,
        variant: String::new(),
        by: edit.by.name.clone(),
        at: edit.at,
    };
    let edits = interpretation.unread_edits().into_iter().map(of_edit);
    mentions(stream, interpretation, order).into_iter().chain(edits).collect()
}

/// Comments of an interpretation that wait for somebody who is mentioned.
fn mentions(stream: &StreamName, interpretation: &Interpretation, order: OrderId) -> Vec<Mention> {
    let variants: BTreeSet<&str> = interpretation.notes.iter().map(|note| note.variant.as_str()).collect();
    let comments = variants.into_iter().flat_map(|variant| Notes::on(variant, &interpretation.notes).comments);
    let rows = comments.flat_map(|comment| {
        let (by, at, variant, id) = (comment.note.by.name, comment.note.at, comment.note.variant, comment.id);
        comment.open_mentions.into_iter().map(move |staff| Mention {
            interpretation: stream.id.into(),
            comment: id.to_string(),
            staff,
            order,
            variant: variant.clone(),
            by: by.clone(),
            at,
        })
    });
    rows.collect()
}
