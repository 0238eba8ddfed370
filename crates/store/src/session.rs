//! Signed-in sessions, so that a restart of the program signs nobody out.

use crate::Store;

impl Store {
    /// Keeps a session.
    pub async fn save_session(&self, id: &str, data: &str, expires: i64) -> anyhow::Result<()> {
        let sql = "INSERT INTO session (id, data, expires) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET data = excluded.data, expires = excluded.expires";
        self.execute(sql, vec![id.into(), data.into(), expires.into()]).await.map(drop)
    }

    /// A session that has not expired.
    pub async fn session(&self, id: &str, now: i64) -> anyhow::Result<Option<(String, i64)>> {
        let rows = self.rows("SELECT data, expires FROM session WHERE id = $1 AND expires > $2", vec![id.into(), now.into()]).await?;
        rows.first().map(|row| Ok((row.get("data")?, row.get("expires")?))).transpose()
    }

    /// Keeps that something may be used once until a moment; says whether this was the first use. Whoever else has the same
    /// database and is told of the same thing is refused.
    pub async fn use_once(&self, id: &str, now: i64, until: i64) -> anyhow::Result<bool> {
        let sql = "INSERT INTO session (id, data, expires) VALUES ($1, '', $2)
            ON CONFLICT (id) DO UPDATE SET expires = excluded.expires WHERE session.expires <= $3";
        Ok(self.execute(sql, vec![id.into(), until.into(), now.into()]).await? == 1)
    }

    /// Counts one more of something within a span of time that begins with the first; says how many there are. Whoever else has the same
    /// database counts on.
    pub async fn count_one(&self, id: &str, now: i64, until: i64) -> anyhow::Result<u32> {
        let sql = "INSERT INTO session (id, data, expires) VALUES ($1, '1', $2) ON CONFLICT (id) DO UPDATE SET
            data = CASE WHEN session.expires <= $3 THEN '1' ELSE CAST(CAST(session.data AS BIGINT) + 1 AS TEXT) END,
            expires = CASE WHEN session.expires <= $3 THEN excluded.expires ELSE session.expires END RETURNING data";
        let rows = self.rows(sql, vec![id.into(), until.into(), now.into()]).await?;
        Ok(rows.first().map_or_else(|| Ok("1".to_owned()), |row| row.get::<String>("data"))?.parse()?)
    }

    /// Forgets every session that has expired; says how many.
    pub async fn forget_expired_sessions(&self, now: i64) -> anyhow::Result<u64> {
        self.execute("DELETE FROM session WHERE expires <= $1", vec![now.into()]).await
    }

    /// Forgets a session.
    pub async fn delete_session(&self, id: &str) -> anyhow::Result<()> {
        self.execute("DELETE FROM session WHERE id = $1", vec![id.into()]).await.map(drop)
    }
}
