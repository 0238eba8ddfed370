//! Following the journal: what changed since it was last looked through, and what others were told of it, once whoever tells.

use crate::{
    Store,
    database::{Connection, DatabaseError, Row, Transaction},
    outbox::{Claim, Message, Postponed},
};
use access::Permit;
use care::{OrderId, StaffId, event::StreamKind};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Number of the lock that whoever notes how far the journal was followed has.
const FOLLOWING_LOCK: u32 = 7413;
/// Name of whoever tells systems of their orders.
const SUBSCRIPTIONS: &str = "subscriptions";

/// In which state a subscription has been told of a resource, or has seen it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notified {
    /// Identifier of the subscription.
    pub subscription: String,
    /// Kind and identifier of the resource.
    pub resource: String,
    /// Its state.
    pub state: String,
    /// In which it had seen it; nothing where it had not.
    pub before: Option<String>,
}

/// What was found when orders were looked at.
#[derive(Default, Debug)]
pub struct Found {
    /// What subscriptions have seen now.
    pub seen: Vec<Notified>,
    /// Messages that tell of it.
    pub messages: Vec<Message>,
    /// Orders that could not be looked at, each as a message that asks for it again.
    pub postponed: Vec<Postponed>,
}

impl Found {
    /// Writes it; says no where a subscription has seen something else meanwhile.
    async fn write(&self, transaction: &mut Transaction, at: Timestamp) -> Result<bool, DatabaseError> {
        for one in &self.seen {
            if !one.write(transaction).await? {
                return Ok(false);
            }
        }
        for message in &self.messages {
            message.write(transaction, at).await?;
        }
        for postponed in &self.postponed {
            postponed.write(transaction, at).await?;
        }
        Ok(true)
    }
}

impl Notified {
    /// Writes it over what was seen before; says no where that is something else.
    async fn write(&self, transaction: &mut Transaction) -> Result<bool, DatabaseError> {
        let [subscription, resource, state] = [&self.subscription, &self.resource, &self.state].map(|text| text.clone().into());
        let (sql, values) = match &self.before {
            None => {
                let sql = "INSERT INTO notified (subscription, resource, state) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
                (sql, vec![subscription, resource, state])
            }
            Some(before) => {
                let sql = "UPDATE notified SET state = $1 WHERE subscription = $2 AND resource = $3 AND state = $4";
                (sql, vec![state, subscription, resource, before.clone().into()])
            }
        };
        Ok(transaction.execute(sql, values).await? == 1)
    }
}

impl Store {
    /// Systems that have ever wanted to be told of something.
    pub async fn subscribers(&self) -> anyhow::Result<Vec<StaffId>> {
        // The names of the streams of systems, as the index of streams has them.
        let (first, last) = (StreamKind::Client.prefix(), format!("{}0", StreamKind::Client));
        let sql = "SELECT DISTINCT stream FROM event WHERE stream >= $1 AND stream < $2 AND kind = 'Subscribed' ORDER BY stream";
        let rows = self.rows(sql, vec![first.clone().into(), last.into()]).await?;
        rows.iter().map(|row| Ok(row.get::<String>("stream")?.trim_start_matches(&first).parse()?)).collect()
    }

    /// How far the journal was followed, and how far it goes.
    pub async fn followed(&self) -> anyhow::Result<(u64, u64)> {
        let rows = self.rows("SELECT position FROM followed WHERE follower = $1", vec![SUBSCRIPTIONS.into()]).await?;
        let followed = rows.first().map_or(Ok(0), |row| row.get::<i64>("position"))?;
        let rows = self.rows("SELECT COALESCE(MAX(position), 0) AS top FROM event", vec![]).await?;
        let top = rows.first().map_or(Ok(0), |row| row.get::<i64>("top"))?;
        Ok((followed as u64, top as u64))
    }

    /// The orders of which something changed after a place in the journal and up to another, each with the place of its last change.
    pub async fn orders_changed(&self, _permit: &Permit, after: u64, to: u64) -> anyhow::Result<Vec<(OrderId, u64)>> {
        let sql = "SELECT s.order_id AS order_id, MAX(e.position) AS last FROM event e JOIN order_stream s ON s.stream = e.stream
                   WHERE e.position > $1 AND e.position <= $2 GROUP BY s.order_id ORDER BY last";
        let rows = self.rows(sql, vec![(after as i64).into(), (to as i64).into()]).await?;
        rows.iter().map(|row| Ok((row.get::<String>("order_id")?.parse()?, row.get::<i64>("last")? as u64))).collect()
    }

    /// The place of the last change of an order.
    pub async fn last_change(&self, _permit: &Permit, order: OrderId) -> anyhow::Result<u64> {
        let sql = "SELECT COALESCE(MAX(e.position), 0) AS last FROM event e JOIN order_stream s ON s.stream = e.stream
                   WHERE s.order_id = $1";
        let rows = self.rows(sql, vec![order.to_string().into()]).await?;
        Ok(rows.first().map_or(Ok(0), |row| row.get::<i64>("last"))? as u64)
    }

    /// In which state a subscription has seen each resource.
    pub async fn notified(&self, _permit: &Permit, subscription: &str) -> anyhow::Result<BTreeMap<String, String>> {
        let rows = self.rows("SELECT resource, state FROM notified WHERE subscription = $1", vec![subscription.into()]).await?;
        rows.iter().map(|row: &Row| Ok((row.get("resource")?, row.get("state")?))).collect()
    }

    /// Notes that the journal was followed from one place to another, with what was found there, all or nothing; says no where another
    /// program has followed it meanwhile, or has looked at one of the orders, and writes nothing.
    pub async fn follow(&self, (from, to): (u64, u64), found: &Found, at: Timestamp) -> anyhow::Result<bool> {
        let mut transaction = self.database.begin().await?;
        transaction.lock(FOLLOWING_LOCK).await?;
        let first = "INSERT INTO followed (follower, position) VALUES ($1, 0) ON CONFLICT DO NOTHING";
        transaction.execute(first, vec![SUBSCRIPTIONS.into()]).await?;
        let sql = "UPDATE followed SET position = $1 WHERE follower = $2 AND position = $3";
        let is_first = transaction.execute(sql, vec![(to as i64).into(), SUBSCRIPTIONS.into(), (from as i64).into()]).await? == 1;
        let is_written = is_first && found.write(&mut transaction, at).await?;
        end(transaction, is_written).await
    }

    /// Notes that an order was looked at again, as a claimed message asked for, with what was found, all or nothing; says no where
    /// another program did so meanwhile, and writes nothing.
    pub async fn looked_again(&self, claim: &Claim, found: &Found, at: Timestamp) -> anyhow::Result<bool> {
        let mut transaction = self.database.begin().await?;
        transaction.lock(FOLLOWING_LOCK).await?;
        let is_written = claim.done(&mut transaction, at).await? && found.write(&mut transaction, at).await?;
        end(transaction, is_written).await
    }
}

async fn end(transaction: Transaction, is_written: bool) -> anyhow::Result<bool> {
    if is_written {
        transaction.commit().await?;
    } else {
        transaction.rollback().await?;
    }
    Ok(is_written)
}
