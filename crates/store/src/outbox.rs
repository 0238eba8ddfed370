//! Messages to the outside, and work that waits, written with the events that cause them and done afterwards, once each.
//!
//! Several programs on one database share it: whoever sends a message has claimed it, for so long, and nobody else does meanwhile.

use crate::{
    Store,
    database::{Connection, DatabaseError, Row, Transaction},
};
use access::Permit;
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

/// A message whose first attempt failed before it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postponed {
    /// The message.
    pub message: Message,
    /// Why the attempt failed.
    pub failure: String,
    /// When it is tried again.
    pub due: Timestamp,
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
    /// Until when a program that sends it has it to itself; empty while none does.
    pub claimed: String,
}

/// A message that is one program's to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    id: Uuid,
    until: Timestamp,
}

impl Message {
    pub(crate) async fn write(&self, transaction: &mut Transaction, at: Timestamp) -> Result<(), DatabaseError> {
        let sql = "INSERT INTO outbox (id, recipient, payload, created, attempts) VALUES ($1, $2, $3, $4, 0)";
        let values = vec![self.id.to_string().into(), self.recipient.clone().into(), self.payload.clone().into(), at.to_string().into()];
        transaction.execute(sql, values).await?;
        Ok(())
    }
}

impl Postponed {
    /// Writes it, unless the same waits for the same recipient already. One that is being done at this moment may have looked before
    /// this one was caused, and does not count.
    pub(crate) async fn write(&self, transaction: &mut Transaction, at: Timestamp) -> Result<(), DatabaseError> {
        let Message { id, recipient, payload } = &self.message;
        let sql = "SELECT id FROM outbox WHERE recipient = $1 AND payload = $2 AND claimed = '' AND delivered IS NULL LIMIT 1";
        if !transaction.rows(sql, vec![recipient.clone().into(), payload.clone().into()]).await?.is_empty() {
            return Ok(());
        }
        let sql = "INSERT INTO outbox (id, recipient, payload, created, attempts, failure, due) VALUES ($1, $2, $3, $4, 1, $5, $6)";
        let values = vec![
            id.to_string().into(),
            recipient.clone().into(),
            payload.clone().into(),
            at.to_string().into(),
            self.failure.clone().into(),
            self.due.to_string().into(),
        ];
        transaction.execute(sql, values).await?;
        Ok(())
    }
}

impl Waiting {
    /// It is time to try it, and no program is doing so. What is no time keeps nothing waiting.
    pub fn is_due(&self, at: Timestamp) -> bool {
        [&self.due, &self.claimed].into_iter().all(|time| time.parse::<Timestamp>().map_or(true, |time| time <= at))
    }
}

impl Claim {
    /// Notes within a transaction that it was done; says no where it is somebody else's by now, or done.
    pub(crate) async fn done(&self, transaction: &mut Transaction, at: Timestamp) -> Result<bool, DatabaseError> {
        let sql = "UPDATE outbox SET delivered = $1, attempts = attempts + 1, failure = NULL, claimed = ''
                   WHERE id = $2 AND claimed = $3 AND delivered IS NULL";
        let values = vec![at.to_string().into(), self.id.to_string().into(), self.until.to_string().into()];
        Ok(transaction.execute(sql, values).await? == 1)
    }
}

impl Store {
    /// Messages that have not arrived, oldest first.
    pub async fn undelivered(&self) -> anyhow::Result<Vec<Waiting>> {
        let sql = "SELECT id, recipient, payload, created, attempts, failure, due, claimed FROM outbox
                   WHERE delivered IS NULL ORDER BY created, id";
        self.rows(sql, vec![]).await?.iter().map(waiting).collect()
    }

    /// Takes a message to send it until a time; nothing where it is not due, or another program has taken it since the list was read.
    pub async fn claim(&self, waiting: &Waiting, at: Timestamp, until: Timestamp) -> anyhow::Result<Option<Claim>> {
        if !waiting.is_due(at) {
            return Ok(None);
        }
        let id = waiting.message.id;
        let sql = "UPDATE outbox SET claimed = $1 WHERE id = $2 AND due = $3 AND claimed = $4 AND delivered IS NULL";
        let values = vec![until.to_string().into(), id.to_string().into(), waiting.due.clone().into(), waiting.claimed.clone().into()];
        Ok((self.execute(sql, values).await? == 1).then_some(Claim { id, until }))
    }

    /// Notes that a message has arrived: that is so whoever has claimed it meanwhile.
    pub async fn mark_delivered(&self, claim: &Claim, at: Timestamp) -> anyhow::Result<()> {
        let sql = "UPDATE outbox SET delivered = $1, attempts = attempts + 1, failure = NULL, claimed = ''
                   WHERE id = $2 AND delivered IS NULL";
        self.execute(sql, vec![at.to_string().into(), claim.id.to_string().into()]).await.map(drop)
    }

    /// Notes that an attempt failed; the message stays, and is tried again from a time on. Whoever has claimed it meanwhile says so
    /// for themselves.
    pub async fn mark_failed(&self, claim: &Claim, failure: &str, again: Timestamp) -> anyhow::Result<()> {
        let sql = "UPDATE outbox SET attempts = attempts + 1, failure = $1, due = $2, claimed = ''
                   WHERE id = $3 AND claimed = $4 AND delivered IS NULL";
        let values = vec![failure.into(), again.to_string().into(), claim.id.to_string().into(), claim.until.to_string().into()];
        self.execute(sql, values).await.map(drop)
    }

    /// Lets what waits for a recipient be tried at once; what is being sent at this moment stays whose it is. Says how many messages.
    pub async fn try_at_once(&self, _permit: &Permit, recipient: &str) -> anyhow::Result<u64> {
        self.execute("UPDATE outbox SET due = '' WHERE recipient = $1 AND delivered IS NULL", vec![recipient.into()]).await
    }
}

fn waiting(row: &Row) -> anyhow::Result<Waiting> {
    Ok(Waiting {
        message: Message { id: row.get::<String>("id")?.parse()?, recipient: row.get("recipient")?, payload: row.get("payload")? },
        created: row.get("created")?,
        attempts: u32::try_from(row.get::<i64>("attempts")?)?,
        failure: row.get::<Option<String>>("failure")?.unwrap_or_default(),
        due: row.get("due")?,
        claimed: row.get("claimed")?,
    })
}
