//! Results of other laboratories, for each laboratory that looks after them: until one is filed, those that take results of its
//! sender; then the laboratory of its order.

use super::{Slice, fold};
use crate::{Entry, OutsideLine};
use care::{event::StreamName, results::outside::OutsideResult};
use std::collections::BTreeSet;

pub(super) fn of_result(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let result = fold::<OutsideResult>(entries)?;
    let (Some(received), Some(first)) = (&result.received, entries.first()) else {
        return Ok(vec![Slice::new(stream.to_string(), stream.id, Vec::<OutsideLine>::new())]);
    };
    let organisations: BTreeSet<_> = match &result.filed {
        Some(filed) => std::iter::once(&filed.laboratory).collect(),
        None => received.recipients.iter().collect(),
    };
    let mut lines = Vec::new();
    for organisation in organisations {
        lines.push(OutsideLine {
            id: stream.parse()?,
            organisation: organisation.clone(),
            order: result.filed.as_ref().map(|filed| filed.order),
            client: received.client,
            filler: received.filler.clone(),
            state: result.state.kind(),
            is_released: result.is_released(),
            received: first.at,
        });
    }
    Ok(vec![Slice::new(stream.to_string(), stream.id, lines)])
}
