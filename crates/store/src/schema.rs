//! The tables. Every column says whose business it is: `identifying`, `clinical`, `research` or `never`; the register
//! in `COLUMNS` is compared with the schema by a test, and the research library will read it and nothing else.

use sea_orm::{ConnectionTrait, DatabaseConnection};

/// Statements that make the schema; each can be run again.
const STATEMENTS: [&str; 8] = [
    "CREATE TABLE IF NOT EXISTS event (
        position BIGINT NOT NULL PRIMARY KEY, stream TEXT NOT NULL, sequence BIGINT NOT NULL,
        kind TEXT NOT NULL, version BIGINT NOT NULL, payload TEXT NOT NULL,
        actor TEXT NOT NULL, role TEXT NOT NULL, name TEXT NOT NULL, organisation TEXT NOT NULL,
        reason TEXT NOT NULL, at TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL,
        UNIQUE (stream, sequence))",
    "CREATE TABLE IF NOT EXISTS order_stream (order_id TEXT NOT NULL, stream TEXT NOT NULL, PRIMARY KEY (order_id, stream))",
    "CREATE TABLE IF NOT EXISTS order_view (
        order_id TEXT NOT NULL PRIMARY KEY, number TEXT NOT NULL UNIQUE, test TEXT NOT NULL, indication TEXT NOT NULL,
        patient_id TEXT NOT NULL, patient TEXT NOT NULL, state TEXT NOT NULL, waiting TEXT NOT NULL,
        requester TEXT NOT NULL, laboratory TEXT NOT NULL, submitted TEXT NOT NULL, due TEXT NOT NULL, hidden BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS patient_view (
        patient_id TEXT NOT NULL PRIMARY KEY, nhs_number TEXT UNIQUE, family_name TEXT NOT NULL, given_name TEXT NOT NULL, birth_date TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS outbox (
        id TEXT NOT NULL PRIMARY KEY, recipient TEXT NOT NULL, payload TEXT NOT NULL, created TEXT NOT NULL,
        attempts BIGINT NOT NULL, delivered TEXT, failure TEXT)",
    "CREATE TABLE IF NOT EXISTS audit (
        id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, organisation TEXT NOT NULL,
        action TEXT NOT NULL, resource TEXT NOT NULL, outcome TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS session (id TEXT NOT NULL PRIMARY KEY, data TEXT NOT NULL, expires BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)",
];

/// Every stored column: table, column, whose business it is.
pub const COLUMNS: &[(&str, &str, &str)] = &[
    ("event", "position", "never"),
    ("event", "stream", "never"),
    ("event", "sequence", "never"),
    ("event", "kind", "clinical"),
    ("event", "version", "never"),
    ("event", "payload", "identifying"),
    ("event", "actor", "never"),
    ("event", "role", "never"),
    ("event", "name", "identifying"),
    ("event", "organisation", "clinical"),
    ("event", "reason", "identifying"),
    ("event", "at", "clinical"),
    ("event", "previous", "never"),
    ("event", "hash", "never"),
    ("order_stream", "order_id", "never"),
    ("order_stream", "stream", "never"),
    ("order_view", "order_id", "never"),
    ("order_view", "number", "identifying"),
    ("order_view", "test", "research"),
    ("order_view", "indication", "research"),
    ("order_view", "patient_id", "identifying"),
    ("order_view", "patient", "identifying"),
    ("order_view", "state", "clinical"),
    ("order_view", "waiting", "clinical"),
    ("order_view", "requester", "clinical"),
    ("order_view", "laboratory", "clinical"),
    ("order_view", "submitted", "clinical"),
    ("order_view", "due", "clinical"),
    ("order_view", "hidden", "never"),
    ("patient_view", "patient_id", "identifying"),
    ("patient_view", "nhs_number", "identifying"),
    ("patient_view", "family_name", "identifying"),
    ("patient_view", "given_name", "identifying"),
    ("patient_view", "birth_date", "identifying"),
    ("outbox", "id", "never"),
    ("outbox", "recipient", "clinical"),
    ("outbox", "payload", "identifying"),
    ("outbox", "created", "clinical"),
    ("outbox", "attempts", "never"),
    ("outbox", "delivered", "clinical"),
    ("outbox", "failure", "never"),
    ("audit", "id", "never"),
    ("audit", "at", "never"),
    ("audit", "actor", "never"),
    ("audit", "organisation", "never"),
    ("audit", "action", "never"),
    ("audit", "resource", "identifying"),
    ("audit", "outcome", "never"),
    ("session", "id", "never"),
    ("session", "data", "never"),
    ("session", "expires", "never"),
    ("schema_version", "version", "never"),
];

/// Makes what is missing.
pub(crate) async fn create(db: &DatabaseConnection) -> anyhow::Result<()> {
    for statement in STATEMENTS {
        db.execute_unprepared(statement).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_the_schema_is_in_the_register() {
        for statement in STATEMENTS {
            let table = statement.split_whitespace().nth(5).expect("CREATE TABLE IF NOT EXISTS name");
            let body = &statement[statement.find('(').expect("columns") + 1..];
            let columns =
                body.split(',').filter_map(|c| c.split_whitespace().next()).filter(|c| c.chars().all(|c| c.is_lowercase() || c == '_'));
            let stated: Vec<&str> = columns.filter(|c| !["sequence)", "stream))"].contains(c)).collect();
            let registered: Vec<&str> = COLUMNS.iter().filter(|(t, ..)| *t == table).map(|(_, c, _)| *c).collect();
            assert_eq!(stated, registered, "{table}");
        }
        assert!(COLUMNS.iter().all(|(.., class)| ["identifying", "clinical", "research", "never"].contains(class)));
    }
}
