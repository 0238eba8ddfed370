//! The two databases behind one seam: the same statements run on SQLite and on PostgreSQL. No other file knows which it is.

mod row;

use crate::figures::Pool;
use anyhow::Context;
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection as _, Encode, Postgres, Sqlite, Type,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgRow},
    query::Query,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous},
};
use std::{str::FromStr, time::Duration};

/// What the database said went wrong.
pub(crate) type DatabaseError = sqlx::Error;

/// How long a statement waits for a connection: longer than any change takes, and no longer than somebody waits before a page. Not
/// confirmed at a site.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a program may be silent in the middle of a transaction: far longer than any does between two statements, and no longer than
/// others can wait for what it has locked. Not confirmed at a site.
const LETS_GO: &str = "SET idle_in_transaction_session_timeout = '20s'";
/// The same for a transaction that also waits for files.
const WAITS_FOR_FILES: &str = "SET LOCAL idle_in_transaction_session_timeout = 0";

/// What to look at where PostgreSQL does not let this program in.
const UNREACHED: &str = "PostgreSQL cannot be reached; look whether it runs, whether host, port, database, user and password are right, \
                         and whether this machine may connect to it";
/// How long SQLite waits for a lock that another program has.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// One writer at a time on SQLite: a pool of one queues them instead of failing them.
const SQLITE_CONNECTIONS_MAX: u32 = 1;
/// Those that read beside it see what was committed before they began: a list of a whole year keeps no page waiting.
const SQLITE_READERS_MAX: u32 = 4;
const POSTGRES_CONNECTIONS_MAX: u32 = 8;

/// Memory for pages of SQLite, in KiB below zero as its pragma `cache_size` has it: the upper levels of every index of a year of many
/// orders fit in.
const SQLITE_CACHE: &str = "-32768";
/// Pages of SQLite's log after which they go into the database, which whoever commits then waits for: seldom enough that it is no part of
/// one page in a hundred.
const SQLITE_CHECKPOINT_PAGES: &str = "4000";
const SQLITE_CHECKPOINT_PAGES_SIMULATED: &str = "16384";
/// Rows that SQLite reads ahead of whoever takes them.
const SQLITE_ROWS_AHEAD: usize = 500;
/// Statements of a connection that are kept prepared: more than the pages of a service have.
const STATEMENTS_KEPT: usize = 500;

/// Since when what was committed lasts, even if the machine loses power.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Lasts {
    /// Since it was committed: of everything that people do.
    AtOnce,
    /// Since a moment later; until then the last changes may be lost, whole, and nothing else: of what can be simulated again.
    Soon,
}

/// An open database.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    /// A file: one connection writes, and none that reads waits for it.
    Sqlite {
        /// The one that writes.
        writes: SqlitePool,
        /// Those that read.
        reads: SqlitePool,
    },
    /// A server.
    Postgres(PgPool),
}

/// Statements that take effect together or not at all. Dropped without `commit`, none of them does.
pub(crate) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// A value of a statement's parameter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Text(Option<String>),
    Integer(i64),
}

/// A row that was read.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// What can be read from a column on either database.
pub(crate) trait Column: Sized {
    /// The value of a column of a row.
    fn of_row(row: &Row, column: &str) -> Result<Self, DatabaseError>;
}

/// A database or a transaction of it: whatever statements can be run on.
pub(crate) trait Connection: Send {
    /// Runs a statement and reads its rows.
    fn rows(&mut self, sql: &str, values: Vec<Value>) -> impl Future<Output = Result<Vec<Row>, DatabaseError>> + Send;

    /// Runs a statement; returns how many rows it wrote.
    fn execute(&mut self, sql: &str, values: Vec<Value>) -> impl Future<Output = Result<u64, DatabaseError>> + Send;
}

impl Database {
    /// Refuses what is no address of a database; nobody is asked. It may hold a password, and is not said.
    pub(crate) fn check_address(url: &str) -> anyhow::Result<()> {
        const RIGHT: &str = "the address of the database is not right. PostgreSQL has one such as postgres://gms@db.example/gms";
        let is_sqlite = url.starts_with("sqlite:");
        anyhow::ensure!(is_sqlite || ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)), RIGHT);
        let read = if is_sqlite { SqliteConnectOptions::from_str(url).map(drop) } else { PgConnectOptions::from_str(url).map(drop) };
        read.context(RIGHT)
    }

    /// Connects by URL (`sqlite://…` or `postgres://…`).
    pub(crate) async fn connect(url: &str, lasts: Lasts) -> anyhow::Result<Database> {
        if url.starts_with("sqlite") {
            let (synchronous, checkpoint) = match lasts {
                Lasts::AtOnce => (SqliteSynchronous::Full, SQLITE_CHECKPOINT_PAGES),
                Lasts::Soon => (SqliteSynchronous::Normal, SQLITE_CHECKPOINT_PAGES_SIMULATED),
            };
            let options = SqliteConnectOptions::from_str(url)?
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(synchronous)
                .busy_timeout(BUSY_TIMEOUT)
                .foreign_keys(true)
                .pragma("cache_size", SQLITE_CACHE)
                .pragma("wal_autocheckpoint", checkpoint)
                .statement_cache_capacity(STATEMENTS_KEPT)
                .row_buffer_size(SQLITE_ROWS_AHEAD)
                .disable_statement_logging();
            let pool = |most| that_begins_anew(SqlitePoolOptions::new().max_connections(most).acquire_timeout(ACQUIRE_TIMEOUT));
            // The one that writes makes the file, where there is none yet.
            let opening = || format!("opening the database {}", options.get_filename().display());
            let writes = pool(SQLITE_CONNECTIONS_MAX).connect_with(options.clone()).await.with_context(opening)?;
            let reads = pool(SQLITE_READERS_MAX).connect_lazy_with(options.pragma("query_only", "ON"));
            return Ok(Database::Sqlite { writes, reads });
        }
        let mut options = PgConnectOptions::from_str(url)?.statement_cache_capacity(STATEMENTS_KEPT).disable_statement_logging();
        if lasts == Lasts::Soon {
            options = options.options([("synchronous_commit", "off")]);
        }
        let pool = that_lets_go(PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS_MAX).acquire_timeout(ACQUIRE_TIMEOUT));
        Ok(Database::Postgres(pool.connect_with(options).await.context(UNREACHED)?))
    }

    /// The same database by one connection of its own, made when it is first needed, by whichever runtime needs it.
    pub(crate) fn beside(&self) -> Database {
        match self {
            Database::Sqlite { writes, reads } => {
                let one = |pool: &SqlitePool| {
                    let options = that_begins_anew(SqlitePoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE_TIMEOUT));
                    options.connect_lazy_with((*pool.connect_options()).clone())
                };
                Database::Sqlite { writes: one(writes), reads: one(reads) }
            }
            Database::Postgres(pool) => {
                let options = that_lets_go(PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE_TIMEOUT));
                Database::Postgres(options.connect_lazy_with((*pool.connect_options()).clone()))
            }
        }
    }

    /// Which it is, for whoever has to mend it: no password is in it.
    pub(crate) fn place(&self) -> String {
        match self {
            Database::Sqlite { writes, .. } => format!("the database {}", writes.connect_options().get_filename().display()),
            Database::Postgres(pool) => {
                let options = pool.connect_options();
                format!("the database {} at {}", options.get_database().unwrap_or(options.get_username()), options.get_host())
            }
        }
    }

    /// How a query ends that locks rows of a table and passes over those that others have locked. SQLite has one writer, and none of it.
    pub(crate) fn passing_over(&self, table: &str) -> String {
        match self {
            Database::Sqlite { .. } => String::new(),
            Database::Postgres(_) => format!("FOR UPDATE OF {table} SKIP LOCKED"),
        }
    }

    /// Begins a transaction that writes. SQLite takes its lock at once, so that it never fails half way for a lock.
    pub(crate) async fn begin(&self) -> Result<Transaction, DatabaseError> {
        Ok(match self {
            Database::Sqlite { writes, .. } => Transaction::Sqlite(writes.begin_with("BEGIN IMMEDIATE").await?),
            Database::Postgres(pool) => Transaction::Postgres(pool.begin().await?),
        })
    }

    /// Begins a transaction that reads everything as it stands at one moment.
    pub(crate) async fn snapshot(&self) -> Result<Transaction, DatabaseError> {
        Ok(match self {
            Database::Sqlite { reads, .. } => Transaction::Sqlite(reads.begin().await?),
            Database::Postgres(pool) => Transaction::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await?),
        })
    }

    /// Its connections at this moment.
    pub(crate) fn pool(&self) -> Pool {
        match self {
            Database::Sqlite { writes, reads } => Pool {
                size: writes.size() + reads.size(),
                idle: writes.num_idle() + reads.num_idle(),
                most: SQLITE_CONNECTIONS_MAX + SQLITE_READERS_MAX,
            },
            Database::Postgres(pool) => Pool { size: pool.size(), idle: pool.num_idle(), most: POSTGRES_CONNECTIONS_MAX },
        }
    }

    /// Closes every connection once what runs on it has ended.
    pub(crate) async fn close(&self) {
        match self {
            Database::Sqlite { writes, reads } => {
                reads.close().await;
                writes.close().await;
            }
            Database::Postgres(pool) => pool.close().await,
        }
    }
}

impl Transaction {
    /// Waits until no other transaction of any program has the lock of a number. SQLite has one writer already.
    pub(crate) async fn lock(&mut self, number: u32) -> Result<(), DatabaseError> {
        match self {
            Transaction::Sqlite(_) => Ok(()),
            Transaction::Postgres(_) => self.execute(&format!("SELECT pg_advisory_xact_lock({number})"), vec![]).await.map(drop),
        }
    }

    /// Lets this transaction be silent for as long as it takes to move files.
    pub(crate) async fn wait_for_files(&mut self) -> Result<(), DatabaseError> {
        match self {
            Transaction::Sqlite(_) => Ok(()),
            Transaction::Postgres(_) => self.execute(WAITS_FOR_FILES, vec![]).await.map(drop),
        }
    }

    /// Rows one after another, for tables that do not fit into memory.
    pub(crate) fn stream<'a>(&'a mut self, sql: &str) -> BoxStream<'a, Result<Row, DatabaseError>> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Transaction::Sqlite(transaction) => sqlx::query(sql).fetch(&mut **transaction).map_ok(Row::Sqlite).boxed(),
            Transaction::Postgres(transaction) => sqlx::query(sql).fetch(&mut **transaction).map_ok(Row::Postgres).boxed(),
        }
    }

    /// Makes everything of it last.
    pub(crate) async fn commit(self) -> Result<(), DatabaseError> {
        match self {
            Transaction::Sqlite(transaction) => transaction.commit().await,
            Transaction::Postgres(transaction) => transaction.commit().await,
        }
    }

    /// Ends it with nothing written.
    pub(crate) async fn rollback(self) -> Result<(), DatabaseError> {
        match self {
            Transaction::Sqlite(transaction) => transaction.rollback().await,
            Transaction::Postgres(transaction) => transaction.rollback().await,
        }
    }
}

impl Connection for Database {
    async fn rows(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, DatabaseError> {
        Ok(match self {
            Database::Sqlite { writes, reads } => {
                let pool = if reads_only(sql) { reads } else { writes };
                query(sql, values).fetch_all(&*pool).await?.into_iter().map(Row::Sqlite).collect()
            }
            Database::Postgres(pool) => query(sql, values).fetch_all(&*pool).await?.into_iter().map(Row::Postgres).collect(),
        })
    }

    async fn execute(&mut self, sql: &str, values: Vec<Value>) -> Result<u64, DatabaseError> {
        Ok(match self {
            Database::Sqlite { writes, .. } => query(sql, values).execute(&*writes).await?.rows_affected(),
            Database::Postgres(pool) => query(sql, values).execute(&*pool).await?.rows_affected(),
        })
    }
}

impl Connection for Transaction {
    async fn rows(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, DatabaseError> {
        Ok(match self {
            Transaction::Sqlite(inner) => query(sql, values).fetch_all(&mut **inner).await?.into_iter().map(Row::Sqlite).collect(),
            Transaction::Postgres(inner) => query(sql, values).fetch_all(&mut **inner).await?.into_iter().map(Row::Postgres).collect(),
        })
    }

    async fn execute(&mut self, sql: &str, values: Vec<Value>) -> Result<u64, DatabaseError> {
        Ok(match self {
            Transaction::Sqlite(inner) => query(sql, values).execute(&mut **inner).await?.rows_affected(),
            Transaction::Postgres(inner) => query(sql, values).execute(&mut **inner).await?.rows_affected(),
        })
    }
}

/// A pool that uses no connection again which counts a transaction as open. SQLite ends one by itself when the disk is full or fails; the
/// library counts it as open for ever, and nothing could be written by that connection until the program is started again.
fn that_begins_anew(options: SqlitePoolOptions) -> SqlitePoolOptions {
    options.before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

/// A pool whose transactions end by themselves where their program is silent in the middle of one: stopped, or on a machine that is gone
/// without a word. Whatever it had locked, everybody else waits for.
fn that_lets_go(options: PgPoolOptions) -> PgPoolOptions {
    options.after_connect(|connection, _| Box::pin(async move { sqlx::query(LETS_GO).execute(&mut *connection).await.map(drop) }))
}

/// Whether a statement changes nothing: one that writes and tells what it wrote is no question.
fn reads_only(sql: &str) -> bool {
    sql.trim_start().get(..6).is_some_and(|verb| verb.eq_ignore_ascii_case("SELECT"))
}

/// A statement with its values. Statements are text of this crate alone; whatever comes from outside is a value.
fn query<'q, D: sqlx::Database>(sql: &str, values: Vec<Value>) -> Query<'q, D, D::Arguments>
where
    Option<String>: Encode<'q, D> + Type<D>,
    i64: Encode<'q, D> + Type<D>,
{
    values.into_iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), |query, value| match value {
        Value::Text(text) => query.bind(text),
        Value::Integer(number) => query.bind(number),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_finds_no_connection_is_refused_in_time_and_works_once_one_is_free() {
        let folder = tempfile::tempdir().expect("a folder");
        let address = format!("sqlite://{}?mode=rwc", folder.path().join("file.sqlite").display());
        let options = SqliteConnectOptions::from_str(&address).expect("an address");
        let pool = || SqlitePoolOptions::new().max_connections(1).acquire_timeout(Duration::from_millis(200));
        let (writes, reads) = (pool().connect_lazy_with(options.clone()), pool().connect_lazy_with(options));
        let mut database = Database::Sqlite { writes, reads };
        database.execute("CREATE TABLE line (number BIGINT NOT NULL)", vec![]).await.expect("made");
        let other = database.begin().await.expect("the one that writes");
        let fault = database.execute("INSERT INTO line (number) VALUES (1)", vec![]).await.expect_err("it is in use");
        assert_eq!(crate::Trouble::beneath(&fault.into()), Some(crate::Trouble::Busy));
        other.rollback().await.expect("ended");
        database.execute("INSERT INTO line (number) VALUES (2)", vec![]).await.expect("one is free");
        let rows = database.rows("SELECT COALESCE(SUM(number), 0) AS sum FROM line", vec![]).await.expect("read");
        assert_eq!(rows[0].get::<i64>("sum").expect("a number"), 2, "nothing of what was refused");
    }

    #[tokio::test]
    async fn what_was_committed_is_read_and_what_is_not_keeps_nobody_waiting() {
        let folder = tempfile::tempdir().expect("a folder");
        let address = format!("sqlite://{}?mode=rwc", folder.path().join("file.sqlite").display());
        let mut database = Database::connect(&address, Lasts::AtOnce).await.expect("a database");
        database.execute("CREATE TABLE line (number BIGINT NOT NULL)", vec![]).await.expect("made");
        let sql = "INSERT INTO line (number) VALUES ($1) RETURNING number";
        let rows = database.rows(sql, vec![1_i64.into()]).await.expect("written where it can be");
        assert_eq!(rows[0].get::<i64>("number").expect("a number"), 1);
        let mut open = database.begin().await.expect("a transaction");
        open.execute("INSERT INTO line (number) VALUES (2)", vec![]).await.expect("written");
        let count = "SELECT COUNT(*) AS n FROM line";
        let before = database.rows(count, vec![]).await.expect("read beside it");
        assert_eq!(before[0].get::<i64>("n").expect("a number"), 1);
        open.commit().await.expect("committed");
        let after = database.rows(count, vec![]).await.expect("read");
        assert_eq!(after[0].get::<i64>("n").expect("a number"), 2);
        database.close().await;
    }

    #[test]
    fn only_a_question_reads_alone() {
        assert!(reads_only(" select 1") && reads_only("SELECT 1"));
        assert!(!reads_only("INSERT INTO lease VALUES (1) RETURNING fence") && !reads_only("WITH x AS (SELECT 1) DELETE FROM y"));
    }

    /// Everybody waits for what a stopped program has locked.
    #[tokio::test]
    async fn a_program_that_is_silent_in_a_transaction_loses_it_unless_it_moves_files() {
        let Some(cluster) = testkit::postgres() else { return };
        let database = Database::connect(&cluster.database("silent"), Lasts::AtOnce).await.expect("a database");
        let mut transaction = database.begin().await.expect("begun");
        let mut shown = async || {
            let rows = transaction.rows("SHOW idle_in_transaction_session_timeout", vec![]).await.expect("read");
            let shown = rows[0].get::<String>("idle_in_transaction_session_timeout").expect("text");
            transaction.wait_for_files().await.expect("set");
            shown
        };
        assert_eq!(shown().await, "20s");
        assert_eq!(shown().await, "0");
    }
}
