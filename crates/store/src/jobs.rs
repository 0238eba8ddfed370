//! Work that waits for a program, and who does it.
//!
//! What is to be done follows from the journal: a row of `job` is written in the transaction of the event that asks for it, and is gone
//! with the one that ends it. Who does it, how often it was tried and why it failed follows from nothing: that stands in `lease`, which
//! a rebuilding of the lists leaves as it is, so that a fence never goes back. Messages have a list of their own, the outbox, where
//! each is claimed like a job; rounds that come again and again have a lease alone.

mod lists;

pub use lists::{Depth, JobLine, JobState, Place, Round};

use crate::{
    Lease, Store, audit,
    database::{Row, Value},
};
use anyhow::Context;
use care::{OrderId, Staff};
use jiff::Timestamp;
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// How often work is begun before it waits for somebody: what fails three times fails a fourth.
pub const ATTEMPTS_MAX: u32 = 3;

/// Why work is parked that took every program with it.
const LOST: &str = "it was begun three times, and each time the program ended before the work did: look whether the machine has enough \
                    memory and space";

/// What kind of work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A family's files are interpreted.
    Analysis,
    /// A report or a result goes to whoever ordered it.
    Delivery,
    /// The research library is filled, and people are taken out of it.
    Library,
    /// Somebody is reminded, or a system is told that something changed.
    Notice,
    /// Something is looked for at intervals.
    Sweep,
    /// Files are measured.
    Quality,
}

/// No kind of work.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is no kind of work; there are: analysis, delivery, library, notice, sweep, qc")]
pub struct UnknownKind(String);

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 6] = [Kind::Analysis, Kind::Delivery, Kind::Library, Kind::Notice, Kind::Sweep, Kind::Quality];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Analysis => "analysis",
            Kind::Delivery => "delivery",
            Kind::Library => "library",
            Kind::Notice => "notice",
            Kind::Sweep => "sweep",
            Kind::Quality => "qc",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Analysis => "Analyses",
            Kind::Delivery => "Deliveries",
            Kind::Library => "Research library",
            Kind::Notice => "Notices and reminders",
            Kind::Sweep => "Regular checks",
            Kind::Quality => "Quality measurements",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Kind, UnknownKind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

/// What a claimed job is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// What is worked on: a stream's name.
    pub subject: String,
    /// Its kind.
    pub kind: Kind,
    /// The order that it is for.
    pub order: OrderId,
}

/// How an attempt that failed is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// It is tried again by itself.
    Again,
    /// It waits for somebody.
    Parked,
    /// Another program has the work: nothing was noted.
    Lost,
}

/// Whoever does work, and until when it is theirs.
#[derive(Clone, Copy, Debug)]
pub struct Term<'a> {
    /// Name and version of the program.
    pub by: &'a str,
    /// The present.
    pub at: Timestamp,
    /// Until when others wait.
    pub until: Timestamp,
}

/// How often a claim is tried anew where others end or take what it found.
const TRIES: usize = 8;

/// Jobs with their leases, and with what of their orders they are sorted by.
const JOBS: &str = "job j JOIN lease l ON l.subject = j.subject LEFT JOIN order_view v ON v.order_id = j.order_id";
/// Urgent orders first, then those whose report is due first, then the oldest.
const IN_TURN: &str =
    "CASE WHEN EXISTS (SELECT 1 FROM order_organisation o WHERE o.order_id = j.order_id AND o.urgent = 1) THEN 0 ELSE 1 END,
                       COALESCE(v.due, ''), j.queued, j.subject";

impl Store {
    /// Takes the job of some kinds whose turn it is, until a time; nothing where none is free. What took a program with it each time
    /// that it was begun is parked instead.
    pub async fn claim_job(&self, kinds: &[Kind], term: Term<'_>) -> anyhow::Result<Option<(Job, Lease)>> {
        self.ready_jobs(term.at).await?;
        for _ in 0..TRIES {
            let Some(lease) = self.claim_first(kinds, term).await? else { return Ok(None) };
            match self.job(&lease.subject).await? {
                Some(job) => return Ok(Some((job, lease))),
                // Another program ended it in the same moment.
                None => self.give_lease_back(&lease).await?,
            }
        }
        Ok(None)
    }

    /// Gives every job its row among the leases, and parks what was lost too often. Only statements that write wait for others.
    async fn ready_jobs(&self, at: Timestamp) -> anyhow::Result<()> {
        let sql = "SELECT 1 AS found FROM job j LEFT JOIN lease l ON l.subject = j.subject
                   WHERE l.subject IS NULL OR (l.parked = 0 AND l.attempts >= $1 AND l.until > 0 AND l.until <= $2) LIMIT 1";
        let (most, now) = (i64::from(ATTEMPTS_MAX), at.as_millisecond());
        if self.rows(sql, vec![most.into(), now.into()]).await?.is_empty() {
            return Ok(());
        }
        let sql = "INSERT INTO lease (subject, fence, attempts, until) SELECT j.subject, 0, 0, 0 FROM job j
                   WHERE NOT EXISTS (SELECT 1 FROM lease l WHERE l.subject = j.subject) ON CONFLICT (subject) DO NOTHING";
        self.execute(sql, vec![]).await?;
        let sql = "UPDATE lease SET parked = $1, reason = $2 WHERE parked = 0 AND attempts >= $3 AND until > 0 AND until <= $1
                   AND subject IN (SELECT subject FROM job)";
        self.execute(sql, vec![now.into(), LOST.into(), most.into()]).await.map(drop)
    }

    /// The query stands after `=`, and not `IN`: PostgreSQL may run it anew for each row there, and would take several jobs.
    async fn claim_first(&self, kinds: &[Kind], term: Term<'_>) -> anyhow::Result<Option<Lease>> {
        if kinds.is_empty() {
            return Ok(None);
        }
        let kinds = kinds.iter().map(|kind| format!("'{kind}'")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "UPDATE lease SET fence = fence + 1, attempts = attempts + 1, until = $1, leased_by = $2, progress = 0 WHERE subject =
             (SELECT l.subject FROM {JOBS} WHERE j.kind IN ({kinds}) AND l.parked = 0 AND l.until <= $3 AND l.due <= $3
              ORDER BY {IN_TURN} LIMIT 1 {}) RETURNING subject, fence, attempts",
            self.database.passing_over("l")
        );
        let values = vec![term.until.as_millisecond().into(), term.by.into(), term.at.as_millisecond().into()];
        self.rows(&sql, values).await?.first().map(lease).transpose()
    }

    /// A job that is not done.
    async fn job(&self, subject: &str) -> anyhow::Result<Option<Job>> {
        let rows = self.rows("SELECT subject, kind, order_id FROM job WHERE subject = $1", vec![subject.into()]).await?;
        let job = |row: &Row| -> anyhow::Result<Job> {
            let text = |column: &str| row.get::<String>(column);
            Ok(Job { subject: text("subject")?, kind: text("kind")?.parse()?, order: text("order_id")?.parse()? })
        };
        rows.first().map(job).transpose()
    }

    /// Takes a round that comes again and again, once it is due; nothing where it is not, or another program has it.
    pub async fn take_round(&self, subject: &str, term: Term<'_>) -> anyhow::Result<Option<Lease>> {
        let sql = "INSERT INTO lease (subject, fence, attempts, until, leased_by) VALUES ($1, 1, 1, $2, $3)
                   ON CONFLICT (subject) DO UPDATE SET fence = lease.fence + 1, attempts = lease.attempts + 1, until = excluded.until,
                   leased_by = excluded.leased_by WHERE lease.until <= $4 AND lease.due <= $4 RETURNING subject, fence, attempts";
        let values: Vec<Value> = vec![subject.into(), term.until.as_millisecond().into(), term.by.into(), term.at.as_millisecond().into()];
        self.rows(sql, values).await?.first().map(lease).transpose()
    }

    /// Ends a round: the next is due at a time. Where it failed, why; such a round is never parked, since the next may do.
    pub async fn end_round(&self, lease: &Lease, due: Timestamp, fault: Option<&str>) -> anyhow::Result<()> {
        let sql = "UPDATE lease SET until = 0, due = $3, reason = $4, attempts = CASE WHEN $4 = '' THEN 0 ELSE attempts END
                   WHERE subject = $1 AND fence = $2 AND until > 0";
        let mut values = lease.values();
        values.push(due.as_millisecond().into());
        values.push(fault.unwrap_or_default().into());
        self.execute(sql, values).await.map(drop)
    }

    /// Notes that an attempt failed. It is tried again from a time on, until it has failed too often and is parked with its reason.
    pub async fn fail_job(&self, lease: &Lease, reason: &str, at: Timestamp, again: Timestamp) -> anyhow::Result<Followed> {
        let sql = format!(
            "UPDATE lease SET until = 0, fence = fence + 1, reason = $3, due = $4,
             parked = CASE WHEN attempts >= {ATTEMPTS_MAX} THEN $5 ELSE parked END
             WHERE subject = $1 AND fence = $2 AND until > 0 RETURNING parked"
        );
        let mut values = lease.values();
        values.push(reason.into());
        values.push(again.as_millisecond().into());
        values.push(at.as_millisecond().into());
        Ok(match self.rows(&sql, values).await?.first().map(|row| row.get::<i64>("parked")).transpose()? {
            None => Followed::Lost,
            Some(0) => Followed::Again,
            Some(_) => Followed::Parked,
        })
    }

    /// Lets a parked job be tried again at once, with the line of the audit that says who did so for an order, and why: both are written
    /// or neither. Says no where it is not parked any more, or was parked again since it was looked at.
    pub async fn send_again(
        &self,
        staff: &Staff,
        (subject, parked): (&str, Timestamp),
        (order, why): (OrderId, &str),
        at: Timestamp,
    ) -> anyhow::Result<bool> {
        let sql = "UPDATE lease SET parked = 0, attempts = 0, due = 0, until = 0, fence = fence + 1 WHERE subject = $1 AND parked = $2
                   AND subject IN (SELECT subject FROM job)";
        let line = audit::line(Uuid::now_v7(), staff, ("SentAgain", order.stream().as_str(), why, true), at);
        self.execute_with_line((sql, vec![subject.into(), parked.as_millisecond().into()]), line).await
    }
}

fn lease(row: &Row) -> anyhow::Result<Lease> {
    let attempts = u32::try_from(row.get::<i64>("attempts")?).context("a count of attempts")?;
    Ok(Lease { subject: row.get("subject")?, fence: row.get::<i64>("fence")? as u64, attempts })
}
