//! Classes that two scientists gave to variants.

use super::{Slice, TableRow, fold};
use crate::database::Value;
use crate::{Classified, Entry};
use care::{
    event::StreamName,
    interpretation::case::{Interpretation, Selected, State},
};

struct ClassRow {
    interpretation: String,
    classified: Classified,
}

impl TableRow for ClassRow {
    const TABLE: &'static str = "classification_view";
    const COLUMNS: &'static [&'static str] = &["interpretation_id", "variant", "symbol", "class", "criteria", "order_id", "at"];
    const KEYS: usize = 2;

    fn values(&self) -> Vec<Value> {
        let text = |text: &String| text.clone().into();
        vec![
            text(&self.interpretation),
            text(&self.classified.variant),
            text(&self.classified.symbol),
            self.classified.class.label().into(),
            text(&self.classified.criteria),
            self.classified.order.to_string().into(),
            self.classified.at.to_string().into(),
        ]
    }
}

pub(super) fn of_interpretation(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let interpretation = fold::<Interpretation>(entries)?;
    let checked = match interpretation.state {
        State::Checked { conclusion, .. } => conclusion.variants,
        State::None | State::Open | State::Proposed { .. } | State::Differs => vec![],
    };
    let rows = interpretation.analysis.zip(entries.last()).into_iter().flat_map(|((_, order), last)| {
        let row = move |selected: Selected| {
            let criteria: Vec<String> = selected.criteria.into_iter().map(|(criterion, _)| criterion).collect();
            let classified = Classified {
                variant: selected.variant,
                symbol: selected.symbol,
                class: selected.class,
                criteria: criteria.join(", "),
                order,
                at: last.at,
            };
            ClassRow { interpretation: stream.id.into(), classified }
        };
        checked.clone().into_iter().map(row).collect::<Vec<_>>()
    });
    Ok(vec![Slice::new(stream.to_string(), stream.id, rows)])
}
