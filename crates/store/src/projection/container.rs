//! Plates and racks.

use super::{Slice, fold};
use crate::{ContainerLine, Entry, line::line};
use care::{event::StreamName, laboratory::container::Container};

line! {
    /// A barcode that another laboratory put on a container.
    struct AliasRow in "container_alias" keys 2 {
        container: String = "container_id",
        barcode: String = "barcode",
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
