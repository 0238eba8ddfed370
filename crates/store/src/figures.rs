//! Figures for those who watch a service: counts of nobody in particular, each read from an index of what waits and never from all
//! that ever was.

use crate::{Store, database::Row};
use anyhow::Context;
use jiff::{Timestamp, civil::Date};

/// What waits, how far the journal is, and how the work is shared, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Messages that have not arrived, by what they are about, in the order of these names.
    pub deliveries: Vec<DeliveryFigure>,
    /// Signed or released results that their requester has not read.
    pub unread: u64,
    /// The day since which the first of them can be read.
    pub unread_since: Option<Date>,
    /// Analyses that are queued or running.
    pub analyses_open: u64,
    /// Those of them that a program runs at this moment.
    pub analyses_running: u64,
    /// When the first of those that are open was queued.
    pub queued_since: Option<Timestamp>,
    /// Messages of other systems that somebody has to look at.
    pub messages: u64,
    /// When the first of them came.
    pub messages_since: Option<Timestamp>,
    /// Results of other laboratories that wait for somebody who says whose they are, or who checks them.
    pub outside_results: u64,
    /// When the first of them came.
    pub outside_since: Option<Timestamp>,
    /// Number of the last event.
    pub position: u64,
    /// When it was written.
    pub last_event: Option<Timestamp>,
    /// Pieces of work that a program has to itself.
    pub leases: u64,
    /// When a program that does the work of the service last gave a sign of life.
    pub worked: Option<Timestamp>,
}

/// Messages of one kind that have not arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryFigure {
    /// What they are about, as the outbox names it; `other` for what an earlier program wrote.
    pub kind: String,
    /// How many.
    pub count: u64,
    /// Those whose last attempt failed.
    pub failing: u64,
    /// When the first of them was written.
    pub since: Option<Timestamp>,
}

/// Connections to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Open.
    pub size: u32,
    /// Open, and used by nothing.
    pub idle: usize,
    /// At the most.
    pub most: u32,
}

/// Under which name a program that works gives its signs of life, among the leases.
const ALIVE: &str = "alive/worker";

/// Kinds that the outbox names; the name comes first in what it carries.
const KINDS: [&str; 5] = ["report", "outside_result", "reminder", "notification", "look"];

const UNREAD: &str = "SELECT COUNT(*) AS n, MIN(unread) AS since FROM order_view WHERE unread > '' AND hidden = 0";
const ANALYSES: &str = "SELECT COUNT(*) AS n, COUNT(l.subject) AS running, MIN(q.queued) AS since FROM job q
                        LEFT JOIN lease l ON l.subject = q.subject AND l.until > $1 WHERE q.kind = 'analysis'";
const MESSAGES: &str = "SELECT COUNT(*) AS n, MIN(received) AS since FROM message_view WHERE state IN ('Being read', 'Refused')";
const OUTSIDE: &str = "SELECT COUNT(DISTINCT result_id) AS n, MIN(received) AS since FROM outside_view
                       WHERE state IN ('Unmatched', 'Filed', 'CheckedOnce')";

/// Counts pieces of work that a program has to itself.
fn leases() -> String {
    format!("SELECT COUNT(*) AS n FROM lease WHERE until > $1 AND subject <> '{ALIVE}'")
}

/// Counts messages that have not arrived, by kind.
fn waiting() -> String {
    let named: String = KINDS.iter().map(|kind| format!(" WHEN payload LIKE '{{\"kind\":\"{kind}\"%' THEN '{kind}'")).collect();
    format!(
        "SELECT kind, COUNT(*) AS n, COUNT(failure) AS failing, MIN(created) AS since FROM
         (SELECT CASE{named} ELSE 'other' END AS kind, failure, created FROM outbox WHERE delivered IS NULL) waiting
         GROUP BY kind ORDER BY kind"
    )
}

impl Store {
    /// The figures of this moment.
    pub async fn figures(&self, at: Timestamp) -> anyhow::Result<Figures> {
        let mut figures = Figures { deliveries: self.deliveries().await?, ..Figures::default() };
        let row = self.single(UNREAD, at).await?;
        (figures.unread, figures.unread_since) = (count(&row, "n")?, parsed(&row, "since")?);
        let row = self.single(ANALYSES, at).await?;
        (figures.analyses_open, figures.analyses_running) = (count(&row, "n")?, count(&row, "running")?);
        figures.queued_since = parsed(&row, "since")?;
        let row = self.single(MESSAGES, at).await?;
        (figures.messages, figures.messages_since) = (count(&row, "n")?, parsed(&row, "since")?);
        let row = self.single(OUTSIDE, at).await?;
        (figures.outside_results, figures.outside_since) = (count(&row, "n")?, parsed(&row, "since")?);
        figures.leases = count(&self.single(&leases(), at).await?, "n")?;
        (figures.position, figures.last_event) = self.last_event().await?;
        figures.worked = self.worked().await?;
        Ok(figures)
    }

    /// Number of the last event and when it was written; nothing was before the first.
    pub async fn last_event(&self) -> anyhow::Result<(u64, Option<Timestamp>)> {
        let rows = self.rows("SELECT position, at FROM event ORDER BY position DESC LIMIT 1", vec![]).await?;
        let Some(row) = rows.first() else { return Ok((0, None)) };
        Ok((row.get::<i64>("position")? as u64, Some(row.get::<String>("at")?.parse()?)))
    }

    /// Messages that have not arrived, by kind.
    async fn deliveries(&self) -> anyhow::Result<Vec<DeliveryFigure>> {
        let figure = |row: &Row| -> anyhow::Result<DeliveryFigure> {
            let kind = row.get("kind")?;
            Ok(DeliveryFigure { kind, count: count(row, "n")?, failing: count(row, "failing")?, since: parsed(row, "since")? })
        };
        self.rows(&waiting(), vec![]).await?.iter().map(figure).collect()
    }

    /// A single row, of a statement that may ask for the present moment.
    async fn single(&self, sql: &str, at: Timestamp) -> anyhow::Result<Row> {
        let values = if sql.contains("$1") { vec![at.as_millisecond().into()] } else { vec![] };
        self.rows(sql, values).await?.into_iter().next().context("a count has a row")
    }

    /// The version of the schema in the database, and that of this program.
    pub async fn schema_version(&self) -> anyhow::Result<(u64, u64)> {
        let rows = self.rows("SELECT COALESCE(MAX(version), 0) AS top FROM schema_version", vec![]).await?;
        let found = rows.first().map_or(Ok(0), |row| row.get::<i64>("top"))? as u64;
        Ok((found, crate::schema::latest() as u64))
    }

    /// A program that does the work of the service gives a sign of life. The last of several programs counts.
    pub async fn beat(&self, at: Timestamp) -> anyhow::Result<()> {
        let sql = "INSERT INTO lease (subject, fence, attempts, until) VALUES ($1, 1, 0, $2)
                   ON CONFLICT (subject) DO UPDATE SET until = excluded.until WHERE lease.until < excluded.until";
        self.execute(sql, vec![ALIVE.into(), at.as_millisecond().into()]).await.map(drop)
    }

    /// When a program that does the work of the service last gave a sign of life.
    pub async fn worked(&self) -> anyhow::Result<Option<Timestamp>> {
        let rows = self.rows("SELECT until FROM lease WHERE subject = $1", vec![ALIVE.into()]).await?;
        rows.first().map(|row| Ok(Timestamp::from_millisecond(row.get::<i64>("until")?)?)).transpose()
    }

    /// Connections to the database at this moment.
    pub fn pool(&self) -> Pool {
        self.database.pool()
    }
}

fn count(row: &Row, column: &str) -> anyhow::Result<u64> {
    Ok(row.get::<i64>(column)? as u64)
}

fn parsed<T: std::str::FromStr<Err: Into<anyhow::Error>>>(row: &Row, column: &str) -> anyhow::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse().map_err(Into::into)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Connection;

    /// How SQLite would answer each count: from an index, or by a walk through a whole table.
    #[tokio::test]
    async fn no_figure_walks_through_all_that_ever_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("a store");
        let mut db = store.database.clone();
        // The very statements that count. Of jobs there are no more than what waits.
        for (sql, index) in [
            (waiting(), "outbox_waiting"),
            (UNREAD.to_owned(), "order_by_unread"),
            (MESSAGES.to_owned(), "message_by_"),
            (OUTSIDE.to_owned(), "outside_by_waiting"),
            (leases(), "lease_by_until"),
        ] {
            let values = if sql.contains("$1") { vec![5_i64.into()] } else { vec![] };
            let plan = db.rows(&format!("EXPLAIN QUERY PLAN {sql}"), values).await.expect("a plan");
            let plan: Vec<String> = plan.iter().map(|row| row.get("detail").expect("text")).collect();
            assert!(plan.iter().any(|step| step.contains(index)), "{sql}: {plan:?}");
        }
    }

    #[tokio::test]
    async fn the_last_sign_of_life_of_any_program_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("a store");
        assert_eq!(store.worked().await.expect("read"), None);
        let at = |second| Timestamp::from_second(second).expect("a time");
        for second in [1_000, 1_060, 1_020] {
            store.beat(at(second)).await.expect("written");
        }
        assert_eq!(store.worked().await.expect("read"), Some(at(1_060)), "an earlier one does not count against a later one");
        let figures = store.figures(at(1_000)).await.expect("read");
        assert_eq!((figures.leases, figures.worked), (0, Some(at(1_060))), "it is no piece of work");
    }
}
