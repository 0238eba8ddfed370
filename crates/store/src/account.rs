//! Accounts as sign-in needs them, emergency access that has not run out, and links to people's own pages.

use crate::{Store, line::line};
use care::{InvitationId, PatientId, Staff, StaffId};
use jiff::Timestamp;

line! {
    /// An account's line.
    pub struct AccountLine in "account_view" {
        /// Whose it is.
        pub id: StaffId = "staff_id",
        /// Who that is.
        pub staff: Staff = "staff",
        /// Name to sign in with.
        pub login: String = "login",
        /// Argon2id hash; empty for nobody who can sign in by password.
        pub password: String = "password",
        /// Chosen from a list, in a demonstration.
        pub demonstration: bool = "demonstration",
        /// Can no longer sign in.
        pub closed: bool = "closed",
    }
}

impl Store {
    /// Every account, by name to sign in with.
    pub async fn accounts(&self) -> anyhow::Result<Vec<AccountLine>> {
        self.lines("ORDER BY login", vec![]).await
    }

    /// The account of a name.
    pub async fn account_by_login(&self, login: &str) -> anyhow::Result<Option<AccountLine>> {
        self.line("WHERE login = $1", vec![login.into()]).await
    }

    /// The account of a person.
    pub async fn account(&self, staff: StaffId) -> anyhow::Result<Option<AccountLine>> {
        self.line("WHERE staff_id = $1", vec![staff.to_string().into()]).await
    }

    /// Whether somebody's emergency access to a person still lasts.
    pub async fn has_emergency(&self, patient: PatientId, staff: StaffId, at: Timestamp) -> anyhow::Result<bool> {
        let sql = "SELECT until FROM emergency_view WHERE patient_id = $1 AND staff_id = $2";
        let rows = self.rows(sql, vec![patient.to_string().into(), staff.to_string().into()]).await?;
        Ok(rows.first().map_or(Ok(0), |row| row.get::<i64>("until"))? > at.as_second())
    }

    /// As whom a system asks that has a secret; nobody once it was closed.
    pub async fn client(&self, secret_sha256: &str) -> anyhow::Result<Option<Staff>> {
        let sql = "SELECT staff FROM client_view WHERE secret_sha256 = $1 AND closed = 0";
        let rows = self.rows(sql, vec![secret_sha256.into()]).await?;
        rows.first().map(|row| Ok(serde_json::from_str(&row.get::<String>("staff")?)?)).transpose()
    }

    /// As whom the system with an identifier asks; nobody once it was closed.
    pub async fn client_by_id(&self, id: StaffId) -> anyhow::Result<Option<Staff>> {
        let rows = self.rows("SELECT staff FROM client_view WHERE client_id = $1 AND closed = 0", vec![id.to_string().into()]).await?;
        rows.first().map(|row| Ok(serde_json::from_str(&row.get::<String>("staff")?)?)).transpose()
    }

    /// As whom the system asks that signs under a name; nobody once it was closed.
    pub async fn client_by_issuer(&self, issuer: &str) -> anyhow::Result<Option<Staff>> {
        let sql = "SELECT staff FROM client_view WHERE issuer = $1 AND closed = 0";
        let rows = self.rows(sql, vec![issuer.into()]).await?;
        rows.first().map(|row| Ok(serde_json::from_str(&row.get::<String>("staff")?)?)).transpose()
    }

    /// The link to a person's own page with a secret.
    pub async fn invitation(&self, secret_sha256: &str) -> anyhow::Result<Option<InvitationId>> {
        let sql = "SELECT invitation_id FROM invitation_view WHERE secret_sha256 = $1";
        let rows = self.rows(sql, vec![secret_sha256.into()]).await?;
        rows.first().map(|row| Ok(row.get::<String>("invitation_id")?.parse()?)).transpose()
    }
}
