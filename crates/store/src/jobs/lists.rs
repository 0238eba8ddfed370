//! Jobs in lists: how many of each kind wait, who does what, what stands still and why.

use super::{IN_TURN, Kind};
use crate::{
    Store,
    database::{Row, Value},
};
use access::Permit;
use anyhow::Context;
use care::{OdsCode, OrderId};
use jiff::Timestamp;

/// How much there is of a kind of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Depth {
    /// Which kind.
    pub kind: Kind,
    /// Waits for a program.
    pub waiting: u64,
    /// Is done at this moment.
    pub running: u64,
    /// Waits for a person.
    pub parked: u64,
    /// Since when the oldest of what is not done was wanted.
    pub oldest: Option<Timestamp>,
}

/// Where a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobState {
    /// It waits for a program.
    Waiting {
        /// From when on it may be begun, after an attempt that failed.
        from: Option<Timestamp>,
    },
    /// A program does it.
    Running {
        /// Name and version of the program.
        by: String,
        /// How many records it has read.
        progress: u64,
    },
    /// It waits for somebody to look at it.
    Parked {
        /// Since when: a form that sends it again says so.
        since: Timestamp,
    },
}

/// A job in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobLine {
    /// What is worked on.
    pub subject: String,
    /// Its kind.
    pub kind: Kind,
    /// The order that it is for.
    pub order: OrderId,
    /// That order's number.
    pub number: String,
    /// Laboratory of the order.
    pub laboratory: Option<OdsCode>,
    /// Since when it is wanted.
    pub queued: Timestamp,
    /// Where it is.
    pub state: JobState,
    /// How often it was begun.
    pub attempts: u32,
    /// Why the last attempt failed; empty where none did.
    pub reason: String,
}

/// A job of an order, and its place among those that wait, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The job.
    pub job: JobLine,
    /// Its place; nothing while it does not wait for its turn.
    pub place: Option<u64>,
}

/// A round that comes again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Which.
    pub subject: String,
    /// Who does it, or did it last.
    pub by: String,
    /// It is done at this moment.
    pub is_running: bool,
    /// When it is due next; nothing before its first end.
    pub due: Option<Timestamp>,
    /// How often it failed since it last did not.
    pub failures: u32,
    /// Why it failed; empty where it did not.
    pub reason: String,
}

/// A job has no row among the leases before a program looks for work.
const JOBS: &str = "job j LEFT JOIN lease l ON l.subject = j.subject LEFT JOIN order_view v ON v.order_id = j.order_id";
const COLUMNS: &str = "j.subject AS subject, j.kind AS kind, j.order_id AS order_id, j.queued AS queued, COALESCE(v.number, '') AS number,
                       v.laboratory AS laboratory, COALESCE(l.attempts, 0) AS attempts, COALESCE(l.until, 0) AS until,
                       COALESCE(l.due, 0) AS due, COALESCE(l.parked, 0) AS parked, COALESCE(l.reason, '') AS reason,
                       COALESCE(l.leased_by, '') AS leased_by, COALESCE(l.progress, 0) AS progress";
/// Of whose orders: those that an organisation sees.
const OF_ORGANISATION: &str = "EXISTS (SELECT 1 FROM order_organisation o WHERE o.order_id = j.order_id AND o.organisation = $1)";
/// Messages of the outbox that tell of something; others carry a result.
const IS_NOTICE: &str =
    r#"(payload LIKE '{"kind":"reminder"%' OR payload LIKE '{"kind":"notification"%' OR payload LIKE '{"kind":"look"%')"#;

impl Store {
    /// How much there is of each kind of work, in the order of the kinds.
    pub async fn depths(&self, at: Timestamp) -> anyhow::Result<Vec<Depth>> {
        let mut depths: Vec<Depth> =
            Kind::ALL.into_iter().map(|kind| Depth { kind, waiting: 0, running: 0, parked: 0, oldest: None }).collect();
        for found in [self.jobs_by_kind(at).await?, self.rounds_by_kind(at).await?, self.messages_by_kind(at).await?].concat() {
            if let Some(depth) = depths.iter_mut().find(|depth| depth.kind == found.kind) {
                *depth = Depth {
                    kind: found.kind,
                    waiting: depth.waiting + found.waiting,
                    running: depth.running + found.running,
                    parked: depth.parked + found.parked,
                    oldest: [depth.oldest, found.oldest].into_iter().flatten().min(),
                };
            }
        }
        Ok(depths)
    }

    async fn jobs_by_kind(&self, at: Timestamp) -> anyhow::Result<Vec<Depth>> {
        let sql = format!(
            "SELECT j.kind AS kind, COUNT(*) AS n, MIN(j.queued) AS oldest,
             SUM(CASE WHEN COALESCE(l.parked, 0) > 0 THEN 1 ELSE 0 END) AS parked,
             SUM(CASE WHEN COALESCE(l.parked, 0) = 0 AND COALESCE(l.until, 0) > $1 THEN 1 ELSE 0 END) AS running
             FROM {JOBS} GROUP BY j.kind"
        );
        self.rows(&sql, vec![at.as_millisecond().into()]).await?.iter().map(depth).collect()
    }

    /// Rounds count as waiting once they are due.
    async fn rounds_by_kind(&self, at: Timestamp) -> anyhow::Result<Vec<Depth>> {
        let mut found = Vec::new();
        for (kind, prefix) in [(Kind::Sweep, "sweep/%"), (Kind::Library, "library/%")] {
            let sql = "SELECT COALESCE(SUM(CASE WHEN until > $1 THEN 1 ELSE 0 END), 0) AS running,
                       COALESCE(SUM(CASE WHEN until <= $1 AND due <= $1 THEN 1 ELSE 0 END), 0) AS waiting,
                       MIN(CASE WHEN until <= $1 AND due > 0 AND due <= $1 THEN due END) AS oldest FROM lease WHERE subject LIKE $2";
            for row in self.rows(sql, vec![at.as_millisecond().into(), prefix.into()]).await? {
                let oldest = row.get::<Option<i64>>("oldest")?.map(Timestamp::from_millisecond).transpose()?;
                found.push(Depth { kind, waiting: count(&row, "waiting")?, running: count(&row, "running")?, parked: 0, oldest });
            }
        }
        Ok(found)
    }

    /// Messages are never parked: one that fails is tried again, at intervals that grow, until it arrives.
    async fn messages_by_kind(&self, at: Timestamp) -> anyhow::Result<Vec<Depth>> {
        let sql = format!(
            "SELECT CASE WHEN {IS_NOTICE} THEN 'notice' ELSE 'delivery' END AS kind, COUNT(*) AS n, MIN(created) AS oldest, 0 AS parked,
             SUM(CASE WHEN claimed > $1 THEN 1 ELSE 0 END) AS running
             FROM outbox WHERE delivered IS NULL GROUP BY CASE WHEN {IS_NOTICE} THEN 'notice' ELSE 'delivery' END"
        );
        self.rows(&sql, vec![at.to_string().into()]).await?.iter().map(depth).collect()
    }

    /// Jobs for the orders that an organisation sees: parked ones first, then in turn. The number after the first so many is said.
    pub async fn jobs_of(&self, _permit: &Permit, organisation: &OdsCode, at: Timestamp, most: u64) -> anyhow::Result<(Vec<JobLine>, u64)> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {JOBS} WHERE {OF_ORGANISATION}
             ORDER BY CASE WHEN COALESCE(l.parked, 0) > 0 THEN 0 ELSE 1 END, {IN_TURN} LIMIT $2"
        );
        let rows = self.rows(&sql, vec![organisation.to_string().into(), (most as i64).into()]).await?;
        let lines = rows.iter().map(|row| line(row, at)).collect::<anyhow::Result<Vec<_>>>()?;
        let all =
            self.rows(&format!("SELECT COUNT(*) AS n FROM job j WHERE {OF_ORGANISATION}"), vec![organisation.to_string().into()]).await?;
        let all = all.first().map_or(Ok(0), |row| count(row, "n"))?;
        Ok((lines, all.saturating_sub(rows.len() as u64)))
    }

    /// Orders of an organisation with parked jobs.
    pub async fn parked_of(&self, _permit: &Permit, organisation: &OdsCode, at: Timestamp, most: u64) -> anyhow::Result<Vec<JobLine>> {
        let sql = format!("SELECT {COLUMNS} FROM {JOBS} WHERE {OF_ORGANISATION} AND l.parked > 0 ORDER BY {IN_TURN} LIMIT $2");
        let rows = self.rows(&sql, vec![organisation.to_string().into(), (most as i64).into()]).await?;
        rows.iter().map(|row| line(row, at)).collect()
    }

    /// Jobs of an order, each with its place among those that wait.
    pub async fn jobs_of_order(&self, _permit: &Permit, order: OrderId, at: Timestamp) -> anyhow::Result<Vec<Place>> {
        let sql = format!("SELECT {COLUMNS} FROM {JOBS} WHERE j.order_id = $1 ORDER BY j.queued, j.subject");
        let mut places = Vec::new();
        for row in self.rows(&sql, vec![order.to_string().into()]).await? {
            let job = line(&row, at)?;
            let place = if matches!(job.state, JobState::Waiting { .. }) { self.place(&job, at).await? } else { None };
            places.push(Place { job, place });
        }
        Ok(places)
    }

    async fn place(&self, job: &JobLine, at: Timestamp) -> anyhow::Result<Option<u64>> {
        let sql = format!(
            "SELECT n FROM (SELECT j.subject AS subject, ROW_NUMBER() OVER (ORDER BY {IN_TURN}) AS n FROM {JOBS}
             WHERE j.kind = $1 AND COALESCE(l.parked, 0) = 0 AND COALESCE(l.until, 0) <= $2) AS waiting WHERE subject = $3"
        );
        let values = vec![job.kind.as_str().into(), at.as_millisecond().into(), job.subject.clone().into()];
        self.rows(&sql, values).await?.first().map(|row| count(row, "n")).transpose()
    }

    /// A job that is not done, by what it works on.
    pub async fn job_line(&self, _permit: &Permit, subject: &str, at: Timestamp) -> anyhow::Result<Option<JobLine>> {
        let sql = format!("SELECT {COLUMNS} FROM {JOBS} WHERE j.subject = $1");
        self.rows(&sql, vec![subject.into()]).await?.first().map(|row| line(row, at)).transpose()
    }

    /// The order of a job that is not done: whose it is has to be known before it is known who may see it.
    pub async fn order_of_job(&self, subject: &str) -> anyhow::Result<Option<OrderId>> {
        Ok(self.job(subject).await?.map(|job| job.order))
    }

    /// Rounds that come again and again.
    pub async fn rounds(&self, _permit: &Permit, at: Timestamp) -> anyhow::Result<Vec<Round>> {
        let sql = "SELECT subject, leased_by, until, due, attempts, reason FROM lease
                   WHERE subject LIKE 'sweep/%' OR subject LIKE 'library/%' ORDER BY subject";
        let round = |row: &Row| -> anyhow::Result<Round> {
            let is_running = row.get::<i64>("until")? > at.as_millisecond();
            let reason: String = row.get("reason")?;
            let failures = if reason.is_empty() { 0 } else { u32::try_from(row.get::<i64>("attempts")?)? };
            let due = moment(row.get("due")?)?;
            Ok(Round { subject: row.get("subject")?, by: row.get("leased_by")?, is_running, due, failures, reason })
        };
        self.rows(sql, Vec::<Value>::new()).await?.iter().map(round).collect()
    }
}

fn count(row: &Row, column: &str) -> anyhow::Result<u64> {
    Ok(u64::try_from(row.get::<i64>(column)?)?)
}

/// A time of a column in which zero is none.
fn moment(milliseconds: i64) -> anyhow::Result<Option<Timestamp>> {
    Ok((milliseconds > 0).then(|| Timestamp::from_millisecond(milliseconds)).transpose()?)
}

fn depth(row: &Row) -> anyhow::Result<Depth> {
    let (all, running, parked) = (count(row, "n")?, count(row, "running")?, count(row, "parked")?);
    let oldest = row.get::<Option<String>>("oldest")?.map(|text| text.parse::<Timestamp>()).transpose().context("since when work waits")?;
    Ok(Depth { kind: row.get::<String>("kind")?.parse()?, waiting: all.saturating_sub(running + parked), running, parked, oldest })
}

fn line(row: &Row, at: Timestamp) -> anyhow::Result<JobLine> {
    let text = |column: &str| row.get::<String>(column);
    let now = at.as_millisecond();
    let state = if let Some(since) = moment(row.get("parked")?)? {
        JobState::Parked { since }
    } else if row.get::<i64>("until")? > now {
        JobState::Running { by: text("leased_by")?, progress: count(row, "progress")? }
    } else {
        JobState::Waiting { from: moment(row.get("due")?)?.filter(|from| *from > at) }
    };
    Ok(JobLine {
        subject: text("subject")?,
        kind: text("kind")?.parse()?,
        order: text("order_id")?.parse()?,
        number: text("number")?,
        laboratory: row.get::<Option<String>>("laboratory")?.map(|code| code.parse::<OdsCode>()).transpose()?,
        queued: text("queued")?.parse()?,
        state,
        attempts: u32::try_from(row.get::<i64>("attempts")?)?,
        reason: text("reason")?,
    })
}
