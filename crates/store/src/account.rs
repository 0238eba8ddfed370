//! Accounts as sign-in needs them, emergency access that has not run out, and links to people's own pages.

use crate::{
    Store,
    database::Value,
    happened::places,
    line::{count, line},
};
use access::Permit;
use care::{InvitationId, PatientId, Role, Staff, StaffId, people::account::Proposal};
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
        /// The password has to be changed by its owner before anything else.
        pub password_due: bool = "password_due",
        /// What a second person has to agree to; of an account that is closed, its opening.
        pub proposal: Option<Proposal> = "proposal",
    } and {
        "organisation" = |line: &AccountLine| line.staff.organisation.to_string(),
        "role" = |line: &AccountLine| line.staff.role.as_str().to_owned(),
        "found_by" = |line: &AccountLine| format!("{} {}", line.staff.name, line.login).to_lowercase(),
    }
}

/// Which accounts of an organisation are listed.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    /// Words, or parts of them, of a name or a name to sign in with.
    pub text: String,
    /// Only this role.
    pub role: Option<Role>,
    /// Only those that are closed, or only those that are not.
    pub closed: Option<bool>,
    /// Name to sign in with of the last line before.
    pub after: String,
    /// Lines at most.
    pub most: u64,
}

/// Text that a pattern takes for itself.
fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

impl Store {
    /// Accounts of the organisation of whoever reads, by name to sign in with; and how many fit on all pages.
    pub async fn accounts_of(&self, permit: &Permit, filter: &AccountFilter) -> anyhow::Result<(Vec<AccountLine>, usize)> {
        let mut values: Vec<Value> = vec![permit.staff().organisation.to_string().into()];
        let mut with = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        let mut tests = vec!["organisation = $1".to_owned()];
        for word in filter.text.to_lowercase().split_whitespace() {
            tests.push(format!("found_by LIKE {} ESCAPE '\\'", with(format!("%{}%", literal(word)).into())));
        }
        tests.extend(filter.role.map(|role| format!("role = {}", with(role.as_str().into()))));
        tests.extend(filter.closed.map(|closed| format!("closed = {}", i64::from(closed))));
        let fitting = tests.join(" AND ");
        let after = with(filter.after.clone().into());
        let page = format!("WHERE {fitting} AND login > {after} ORDER BY login LIMIT {}", filter.most);
        let lines = self.lines(&page, values.clone()).await?;
        values.pop();
        let rows = self.rows(&format!("SELECT COUNT(*) AS n FROM account_view WHERE {fitting}"), values).await?;
        Ok((lines, count(&rows)? as usize))
    }

    /// Open accounts of some organisations, by name to sign in with.
    pub async fn open_accounts_of(&self, _permit: &Permit, organisations: &[String]) -> anyhow::Result<Vec<AccountLine>> {
        if organisations.is_empty() {
            return Ok(vec![]);
        }
        let rest = format!("WHERE organisation IN ({}) AND closed = 0 ORDER BY login", places(organisations.len()));
        self.lines(&rest, organisations.iter().map(|code| code.clone().into()).collect()).await
    }

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

    /// As whom each system asks that was not closed.
    pub async fn clients(&self, _permit: &Permit) -> anyhow::Result<Vec<Staff>> {
        let rows = self.rows("SELECT staff FROM client_view WHERE closed = 0 ORDER BY client_id", vec![]).await?;
        rows.iter().map(|row| Ok(serde_json::from_str(&row.get::<String>("staff")?)?)).collect()
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
