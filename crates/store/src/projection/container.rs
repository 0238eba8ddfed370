//! Plates and racks.

use super::{Slice, TableRow, fold};
use crate::database::Value;
use crate::{ContainerLine, Entry};
use care::{event::StreamName, laboratory::container::Container};

impl TableRow for ContainerLine {
    const TABLE: &'static str = "container_view";
    const COLUMNS: &'static [&'static str] = &["container_id", "barcode", "laboratory", "kind", "purpose", "place", "state", "held"];

    fn values(&self) -> Vec<Value> {
        let text = |text: &String| text.clone().into();
        vec![
            self.id.to_string().into(),
            text(&self.barcode),
            text(&self.laboratory),
            text(&self.kind),
            text(&self.purpose),
            text(&self.place),
            text(&self.state),
            self.sample_count.into(),
        ]
    }
}

/// A barcode that another laboratory put on a container.
struct AliasRow {
    container: String,
    barcode: String,
}

impl TableRow for AliasRow {
    const TABLE: &'static str = "container_alias";
    const COLUMNS: &'static [&'static str] = &["container_id", "barcode"];
    const KEYS: usize = 2;

    fn values(&self) -> Vec<Value> {
        vec![self.container.clone().into(), self.barcode.clone().into()]
    }
}

pub(super) fn of_container(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let container = fold::<Container>(entries)?;
    let row = match &container.opened {
        None => None,
        Some(opened) => Some(ContainerLine {
            id: stream.parse()?,
            barcode: opened.barcode.clone(),
            laboratory: container.custodian().map_or_else(String::new, ToString::to_string),
            kind: opened.kind.label().into(),
            purpose: opened.purpose.clone(),
            place: container.place.clone(),
            state: container.state.label().into(),
            sample_count: i64::try_from(container.stored.len())?,
        }),
    };
    let aliases = container.aliases.iter().map(|barcode| AliasRow { container: stream.id.into(), barcode: barcode.clone() });
    Ok(vec![Slice::new(stream.to_string(), stream.id, row), Slice::new(stream.to_string(), stream.id, aliases)])
}
