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

    /// Forgets a session.
    pub async fn delete_session(&self, id: &str) -> anyhow::Result<()> {
        self.execute("DELETE FROM session WHERE id = $1", vec![id.into()]).await.map(drop)
    }
}
