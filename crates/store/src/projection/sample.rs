//! Samples as a scanner finds them.

use super::{Slice, fold};
use crate::{Entry, SampleLine, line::line};
use care::{
    event::StreamName,
    laboratory::{
        sample::{Sample, State},
        worklist::Step,
    },
};
use std::collections::BTreeSet;

line! {
    struct LabelRow in "sample_label" keys 2 {
        id: String = "sample_id",
        label: String = "label",
    }
}

line! {
    /// How a step came out for a sample last; empty while it is on an open worklist for it.
    struct StepRow in "sample_step" keys 2 {
        id: String = "sample_id",
        step: String = "step",
        outcome: String = "outcome",
    }
}

fn steps(id: &str, sample: &Sample) -> Vec<StepRow> {
    let row = |step: Step, outcome: &str| StepRow { id: id.to_owned(), step: step.name().into(), outcome: outcome.to_owned() };
    let open = sample.worklists.keys().map(|step| row(*step, ""));
    let done = sample.outcomes.iter().filter(|(step, _)| !sample.worklists.contains_key(step));
    open.chain(done.map(|(step, outcome)| row(*step, outcome.label()))).collect()
}

pub(super) fn of_sample(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let sample = fold::<Sample>(entries)?;
    let labels: BTreeSet<String> = sample.other_labels.iter().map(|label| label.trim().to_uppercase()).collect();
    let labels = labels.into_iter().map(|label| LabelRow { id: stream.id.to_owned(), label });
    let labels = Slice::new(stream.to_string(), stream.id, labels);
    let steps = Slice::new(stream.to_string(), stream.id, steps(stream.id, &sample));
    let manifest = match &sample.state {
        State::Dispatched { manifest, .. } => manifest.clone(),
        _ => String::new(),
    };
    let (state, place) = (sample.state.label().into(), sample.whereabouts());
    let sent_to = sample.sent_on.last().map_or_else(String::new, ToString::to_string);
    let row = match sample.label {
        None => None,
        Some(label) => Some(SampleLine {
            id: stream.parse()?,
            barcode: label.barcode,
            order: label.order,
            patient: label.patient,
            material: label.material,
            state,
            place,
            manifest,
            sent_to,
        }),
    };
    let name = row.as_ref().map_or_else(|| stream.to_string(), |row: &SampleLine| format!("sample {}", row.barcode));
    Ok(vec![Slice::new(name, stream.id, row), labels, steps])
}
