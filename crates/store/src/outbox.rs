//! Messages to the outside, written with the events that cause them and delivered afterwards, once each.

use crate::{
    Store,
    database::{Connection, DatabaseError, Row, Transaction},
};
use jiff::Timestamp;
use uuid::Uuid;

/// A message to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its identifier: a repeated delivery carries the same one.
    pub id: Uuid,
    /// To whom: an organisation.
    pub recipient: String,
    /// What, as JSON.
    pub payload: String,
}

impl Message {
    pub(crate) async fn write(&self, transaction: &mut Transaction, at: Timestamp) -> Result<(), DatabaseError> {
        let sql = "INSERT INTO outbox (id, recipient, payload, created, attempts) VALUES ($1, $2, $3, $4, 0)";
        let values = vec![self.id.to_string().into(), self.recipient.clone().into(), self.payload.clone().into(), at.to_string().into()];
        transaction.execute(sql, values).await?;
        Ok(())
    }
}

/// A message that has not arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The message.
    pub message: Message,
    /// When it was written.
    pub created: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last attempt failed; empty before the first.
    pub failure: String,
    /// When it is tried again; empty at once.
    pub due: String,
}

impl Store {
    /// Messages that have not arrived, oldest first.
    pub async fn undelivered(&self) -> anyhow::Result<Vec<Waiting>> {
        let sql = "SELECT id, recipient, payload, created, attempts, failure, due FROM outbox WHERE delivered IS NULL ORDER BY created, id";
        let waiting = |row: &Row| -> anyhow::Result<Waiting> {
            Ok(Waiting {
                message: Message { id: row.get::<String>("id")?.parse()?, recipient: row.get("recipient")?, payload: row.get("payload")? },
                created: row.get("created")?,
                attempts: u32::try_from(row.get::<i64>("attempts")?)?,
                failure: row.get::<Option<String>>("failure")?.unwrap_or_default(),
                due: row.get("due")?,
            })
        };
        self.rows(sql, vec![]).await?.iter().map(waiting).collect()
    }

    /// Takes a message to send it, for so long; says no where another program has taken it since the list was read.
    pub async fn claim(&self, waiting: &Waiting, until: Timestamp) -> anyhow::Result<bool> {
        let sql = "UPDATE outbox SET due = $1 WHERE id = $2 AND due = $3 AND delivered IS NULL";
        let values = vec![until.to_string().into(), waiting.message.id.to_string().into(), waiting.due.clone().into()];
        Ok(self.execute(sql, values).await? == 1)
    }

    /// Notes that a message has arrived.
    pub async fn mark_delivered(&self, id: Uuid, at: Timestamp) -> anyhow::Result<()> {
        let sql = "UPDATE outbox SET delivered = $1, attempts = attempts + 1, failure = NULL WHERE id = $2 AND delivered IS NULL";
        self.execute(sql, vec![at.to_string().into(), id.to_string().into()]).await.map(drop)
    }

    /// Notes that an attempt failed; the message stays, and is tried again from a time on.
    pub async fn mark_failed(&self, id: Uuid, failure: &str, again: Timestamp) -> anyhow::Result<()> {
        let sql = "UPDATE outbox SET attempts = attempts + 1, failure = $1, due = $2 WHERE id = $3 AND delivered IS NULL";
        self.execute(sql, vec![failure.into(), again.to_string().into(), id.to_string().into()]).await.map(drop)
    }
}
