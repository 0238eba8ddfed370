//! Messages of other systems.

use super::{Slice, TableRow, fold};
use crate::database::Value;
use crate::{Entry, MessageLine};
use care::{event::StreamName, ordering::message::Message};

impl TableRow for MessageLine {
    const TABLE: &'static str = "message_view";
    const COLUMNS: &'static [&'static str] = &["message_id", "client_id", "organisation", "control", "kind", "sha256", "state", "received"];

    fn values(&self) -> Vec<Value> {
        let text = |text: &String| text.clone().into();
        vec![
            self.id.to_string().into(),
            self.client.to_string().into(),
            text(&self.organisation),
            text(&self.control),
            text(&self.kind),
            text(&self.sha256),
            text(&self.state),
            text(&self.received),
        ]
    }
}

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
