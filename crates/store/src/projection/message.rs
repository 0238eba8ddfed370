//! Messages of other systems.

use super::{Slice, fold};
use crate::{Entry, MessageLine};
use care::{event::StreamName, ordering::message::Message};

pub(super) fn of_message(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let message = fold::<Message>(entries)?;
    let row = match message.received {
        None => None,
        Some(received) => Some(MessageLine {
            id: stream.parse()?,
            client: received.client.id,
            organisation: received.client.organisation.to_string(),
            control: received.control.clone(),
            kind: received.kind.clone(),
            sha256: received.sha256.clone(),
            state: message.state.label().into(),
            received: received.at.to_string(),
        }),
    };
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}
