//! Work that one program does at a time, however many share the database.
//!
//! Whoever does it has a lease, which runs out unless it is renewed. Each time that work is taken its fence grows, and a change that is
//! written for it is refused under an earlier fence: a program that was away too long writes nothing.

use crate::{
    Store,
    database::{Connection, DatabaseError, Transaction},
};
use anyhow::Context;
use jiff::Timestamp;

/// A piece of work that is one program's to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What is worked on: a stream's name.
    pub subject: String,
    /// How often it was taken, by any program.
    pub fence: u64,
    /// How often it was taken since it was last ended, this time included: work that takes programs down with it has many.
    pub attempts: u32,
}

/// What a change does with the lease under which it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leased {
    /// The work goes on.
    Continues(Lease),
    /// The work is done with this change.
    Ends(Lease),
}

impl Lease {
    pub(crate) fn values(&self) -> Vec<crate::database::Value> {
        vec![self.subject.clone().into(), (self.fence as i64).into()]
    }
}

impl Leased {
    /// What is worked on.
    pub(crate) fn subject(&self) -> &str {
        let (Leased::Continues(lease) | Leased::Ends(lease)) = self;
        &lease.subject
    }

    /// Notes within a change's transaction what it does with the lease; says no where another program has taken the work since.
    pub(crate) async fn write(&self, transaction: &mut Transaction) -> Result<bool, DatabaseError> {
        let (set, lease) = match self {
            // Whoever would take it meanwhile waits for the row.
            Leased::Continues(lease) => ("attempts = attempts", lease),
            Leased::Ends(lease) => ("attempts = 0, until = 0, due = 0, parked = 0, reason = ''", lease),
        };
        let sql = format!("UPDATE lease SET {set} WHERE subject = $1 AND fence = $2");
        Ok(transaction.execute(&sql, lease.values()).await? == 1)
    }
}

impl Store {
    /// Takes a piece of work until a time; nothing where another program has it.
    pub async fn take_lease(&self, subject: &str, at: Timestamp, until: Timestamp) -> anyhow::Result<Option<Lease>> {
        let sql = "INSERT INTO lease (subject, fence, attempts, until) VALUES ($1, 1, 1, $2)
                   ON CONFLICT (subject) DO UPDATE SET fence = lease.fence + 1, attempts = lease.attempts + 1, until = excluded.until,
                   leased_by = '', progress = 0 WHERE lease.until <= $3 RETURNING fence, attempts";
        let rows = self.rows(sql, vec![subject.into(), until.as_millisecond().into(), at.as_millisecond().into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let attempts = u32::try_from(row.get::<i64>("attempts")?).context("a count of attempts")?;
        Ok(Some(Lease { subject: subject.to_owned(), fence: row.get::<i64>("fence")? as u64, attempts }))
    }

    /// Keeps a piece of work until a later time, and says how many records were read; says no where another program has taken it since.
    pub async fn renew_lease(&self, lease: &Lease, until: Timestamp, progress: u64) -> anyhow::Result<bool> {
        let sql = "UPDATE lease SET until = $3, progress = $4 WHERE subject = $1 AND fence = $2 AND until > 0";
        let mut values = lease.values();
        values.push(until.as_millisecond().into());
        values.push(i64::try_from(progress).unwrap_or(i64::MAX).into());
        Ok(self.execute(sql, values).await? == 1)
    }

    /// Gives a piece of work back undone, for any program to take at once: that was no attempt.
    pub async fn give_lease_back(&self, lease: &Lease) -> anyhow::Result<()> {
        let sql = "UPDATE lease SET until = 0, fence = fence + 1, attempts = attempts - 1 WHERE subject = $1 AND fence = $2 AND until > 0";
        self.execute(sql, lease.values()).await.map(drop)
    }
}
