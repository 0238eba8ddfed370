//! Messages of other systems, as lists and the search for repeated ones need them.

use crate::{
    Store,
    database::{Row, Value},
};
use access::Permit;
use care::{MessageId, StaffId};

/// A message's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLine {
    /// Which.
    pub id: MessageId,
    /// System that sent it.
    pub client: StaffId,
    /// Its organisation.
    pub organisation: String,
    /// The sender's number.
    pub control: String,
    /// Kind.
    pub kind: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// State in words.
    pub state: String,
    /// When it came.
    pub received: String,
}

const COLUMNS: &str = "message_id, client_id, organisation, control, kind, sha256, state, received";

fn line(row: &Row) -> anyhow::Result<MessageLine> {
    Ok(MessageLine {
        id: row.get::<String>("message_id")?.parse()?,
        client: row.get::<String>("client_id")?.parse()?,
        organisation: row.get("organisation")?,
        control: row.get("control")?,
        kind: row.get("kind")?,
        sha256: row.get("sha256")?,
        state: row.get("state")?,
        received: row.get("received")?,
    })
}

impl Store {
    async fn messages_where(&self, rest: &str, values: Vec<Value>) -> anyhow::Result<Vec<MessageLine>> {
        self.rows(&format!("SELECT {COLUMNS} FROM message_view WHERE {rest}"), values).await?.iter().map(line).collect()
    }

    /// Messages that a system sent with a number of its own, first first.
    pub async fn messages_with(&self, _permit: &Permit, client: StaffId, control: &str) -> anyhow::Result<Vec<MessageLine>> {
        let rest = "client_id = $1 AND control = $2 ORDER BY received, message_id";
        self.messages_where(rest, vec![client.to_string().into(), control.into()]).await
    }

    /// Messages of an organisation in a state, latest first; the permit's organisation is the one whose messages they are.
    pub async fn messages(&self, permit: &Permit, state: &str, most: u64) -> anyhow::Result<Vec<MessageLine>> {
        let rest = "organisation = $1 AND state = $2 ORDER BY received DESC, message_id LIMIT $3";
        let organisation = permit.staff().organisation.to_string();
        self.messages_where(rest, vec![organisation.into(), state.into(), (most as i64).into()]).await
    }

    /// Messages of one system in a state, latest first.
    pub async fn messages_of(&self, _permit: &Permit, client: StaffId, state: &str, most: u64) -> anyhow::Result<Vec<MessageLine>> {
        let rest = "client_id = $1 AND state = $2 ORDER BY received DESC, message_id LIMIT $3";
        self.messages_where(rest, vec![client.to_string().into(), state.into(), (most as i64).into()]).await
    }

    /// Systems of which messages are in a state.
    pub async fn senders_of_messages(&self, _permit: &Permit, state: &str) -> anyhow::Result<Vec<StaffId>> {
        let rows = self.rows("SELECT DISTINCT client_id FROM message_view WHERE state = $1", vec![state.into()]).await?;
        rows.iter().map(|row| Ok(row.get::<String>("client_id")?.parse()?)).collect()
    }

    /// A message's line.
    pub async fn message(&self, id: MessageId) -> anyhow::Result<Option<MessageLine>> {
        Ok(self.messages_where("message_id = $1", vec![id.to_string().into()]).await?.pop())
    }
}
