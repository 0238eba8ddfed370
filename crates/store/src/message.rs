//! Messages of other systems, as lists and the search for repeated ones need them.

use crate::{Paged, Store, database::Value, line::line};
use access::Permit;
use care::{MessageId, StaffId};

line! {
    /// A message's line.
    pub struct MessageLine in "message_view" {
        /// Which.
        pub id: MessageId = "message_id",
        /// System that sent it.
        pub client: StaffId = "client_id",
        /// Its organisation.
        pub organisation: String = "organisation",
        /// The sender's number.
        pub control: String = "control",
        /// Kind.
        pub kind: String = "kind",
        /// SHA-256 of its bytes.
        pub sha256: String = "sha256",
        /// State in words.
        pub state: String = "state",
        /// When it came.
        pub received: String = "received",
    }
}

impl Store {
    /// Messages that a system sent with a number of its own, first first.
    pub async fn messages_with(&self, _permit: &Permit, client: StaffId, control: &str) -> anyhow::Result<Vec<MessageLine>> {
        let rest = "WHERE client_id = $1 AND control = $2 ORDER BY received, message_id";
        self.lines(rest, vec![client.to_string().into(), control.into()]).await
    }

    /// A page of the messages of an organisation in some states, latest first; the permit's organisation is the one whose messages they
    /// are.
    pub async fn messages(&self, permit: &Permit, states: &[&str], page: u64) -> anyhow::Result<Paged<MessageLine>> {
        let places: Vec<String> = (2..2 + states.len()).map(|place| format!("${place}")).collect();
        let these = format!("organisation = $1 AND state IN ({})", places.join(", "));
        let organisation = Value::from(permit.staff().organisation.to_string());
        let values = [organisation].into_iter().chain(states.iter().map(|state| Value::from(*state)));
        self.paged(&these, "received DESC, message_id", values.collect(), page).await
    }

    /// Messages of one system in a state, latest first.
    pub async fn messages_of(&self, _permit: &Permit, client: StaffId, state: &str, most: u64) -> anyhow::Result<Vec<MessageLine>> {
        let rest = "WHERE client_id = $1 AND state = $2 ORDER BY received DESC, message_id LIMIT $3";
        self.lines(rest, vec![client.to_string().into(), state.into(), (most as i64).into()]).await
    }

    /// Systems of which messages are in a state.
    pub async fn senders_of_messages(&self, _permit: &Permit, state: &str) -> anyhow::Result<Vec<StaffId>> {
        let rows = self.rows("SELECT DISTINCT client_id FROM message_view WHERE state = $1", vec![state.into()]).await?;
        rows.iter().map(|row| Ok(row.get::<String>("client_id")?.parse()?)).collect()
    }

    /// A message's line.
    pub async fn message(&self, id: MessageId) -> anyhow::Result<Option<MessageLine>> {
        self.line("WHERE message_id = $1", vec![id.to_string().into()]).await
    }
}
