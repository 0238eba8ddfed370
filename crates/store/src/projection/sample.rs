//! Samples as a scanner finds them.

use super::{Slice, TableRow, fold};
use crate::database::Value;
use crate::{Entry, SampleLine};
use care::{
    event::StreamName,
    laboratory::sample::{Sample, State},
};
use std::collections::BTreeSet;

impl TableRow for SampleLine {
    const TABLE: &'static str = "sample_view";
    const COLUMNS: &'static [&'static str] = &["sample_id", "barcode", "order_id", "patient_id", "material", "state", "place", "manifest"];

    fn values(&self) -> Vec<Value> {
        let text = |text: &String| text.clone().into();
        vec![
            self.id.to_string().into(),
            text(&self.barcode),
            self.order.to_string().into(),
            self.patient.to_string().into(),
            text(&self.material),
            text(&self.state),
            text(&self.place),
            text(&self.manifest),
        ]
    }
}

struct LabelRow {
    id: String,
    label: String,
}

impl TableRow for LabelRow {
    const TABLE: &'static str = "sample_label";
    const COLUMNS: &'static [&'static str] = &["sample_id", "label"];
    const KEYS: usize = 2;

    fn values(&self) -> Vec<Value> {
        vec![self.id.clone().into(), self.label.clone().into()]
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
