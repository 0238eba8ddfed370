//! Messages to the outside, written with the events that cause them and delivered afterwards, once each.

use crate::{Store, statement};
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
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
    pub(crate) async fn write(&self, transaction: &DatabaseTransaction, at: Timestamp) -> Result<(), DbErr> {
        let sql = "INSERT INTO outbox (id, recipient, payload, created, attempts) VALUES ($1, $2, $3, $4, 0)";
        let values = vec![self.id.to_string().into(), self.recipient.clone().into(), self.payload.clone().into(), at.to_string().into()];
        transaction.execute_raw(statement(transaction, sql, values)).await?;
        Ok(())
    }
}

impl Store {
    /// Messages not delivered yet, oldest first.
    pub async fn undelivered(&self) -> anyhow::Result<Vec<Message>> {
        let rows = self.rows("SELECT id, recipient, payload FROM outbox WHERE delivered IS NULL ORDER BY created, id", vec![]).await?;
        let message = |row: &sea_orm::QueryResult| -> anyhow::Result<Message> {
            Ok(Message {
                id: row.try_get::<String>("", "id")?.parse()?,
                recipient: row.try_get("", "recipient")?,
                payload: row.try_get("", "payload")?,
            })
        };
        rows.iter().map(message).collect()
    }

    /// Notes that a message has arrived.
    pub async fn mark_delivered(&self, id: Uuid, at: Timestamp) -> anyhow::Result<()> {
        let sql = "UPDATE outbox SET delivered = $1, attempts = attempts + 1, failure = NULL WHERE id = $2 AND delivered IS NULL";
        self.execute(sql, vec![at.to_string().into(), id.to_string().into()]).await.map(drop)
    }

    /// Notes that an attempt failed; the message stays.
    pub async fn mark_failed(&self, id: Uuid, failure: &str) -> anyhow::Result<()> {
        let sql = "UPDATE outbox SET attempts = attempts + 1, failure = $1 WHERE id = $2";
        self.execute(sql, vec![failure.into(), id.to_string().into()]).await.map(drop)
    }
}
