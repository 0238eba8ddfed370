//! Samples as a scanner finds them.

use super::{Slice, fold};
use crate::{Entry, SampleLine, line::line};
use care::{
    event::StreamName,
    laboratory::sample::{Sample, State},
};
use std::collections::BTreeSet;

line! {
    struct LabelRow in "sample_label" keys 2 {
        id: String = "sample_id",
        label: String = "label",
    }
}

pub(super) fn of_sample(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let sample = fold::<Sample>(entries)?;
    let labels: BTreeSet<String> = sample.other_labels.iter().map(|label| label.trim().to_uppercase()).collect();
    let labels = labels.into_iter().map(|label| LabelRow { id: stream.id.to_owned(), label });
    let labels = Slice::new(stream.to_string(), stream.id, labels);
    let manifest = match &sample.state {
        State::Dispatched { manifest, .. } => manifest.clone(),
        _ => String::new(),
    };
    let (state, place) = (sample.state.label().into(), sample.whereabouts());
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
        }),
    };
    let name = row.as_ref().map_or_else(|| stream.to_string(), |row: &SampleLine| format!("sample {}", row.barcode));
    Ok(vec![Slice::new(name, stream.id, row), labels])
}
