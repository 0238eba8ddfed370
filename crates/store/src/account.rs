//! Accounts as sign-in needs them, emergency access that has not run out, and links to people's own pages.

use crate::{Store, statement};
use care::{InvitationId, PatientId, Staff, StaffId};
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult};

/// An account's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLine {
    /// Whose it is.
    pub staff: Staff,
    /// Name to sign in with.
    pub login: String,
    /// Argon2id hash; empty for nobody who can sign in by password.
    pub password: String,
    /// Chosen from a list, in a demonstration.
    pub demonstration: bool,
    /// Can no longer sign in.
    pub closed: bool,
}

const COLUMNS: &str = "staff_id, login, staff, password, demonstration, closed";

impl AccountLine {
    pub(crate) async fn write(&self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        let sql = format!(
            "INSERT INTO account_view ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (staff_id) DO UPDATE SET
             staff = excluded.staff, password = excluded.password, closed = excluded.closed"
        );
        let values = vec![
            self.staff.id.to_string().into(),
            self.login.clone().into(),
            serde_json::to_string(&self.staff).expect("a person is plain data").into(),
            self.password.clone().into(),
            i64::from(self.demonstration).into(),
            i64::from(self.closed).into(),
        ];
        transaction.execute_raw(statement(transaction, &sql, values)).await.map(drop)
    }
}

fn line(row: &QueryResult) -> anyhow::Result<AccountLine> {
    Ok(AccountLine {
        staff: serde_json::from_str(&row.try_get::<String>("", "staff")?)?,
        login: row.try_get("", "login")?,
        password: row.try_get("", "password")?,
        demonstration: row.try_get::<i64>("", "demonstration")? != 0,
        closed: row.try_get::<i64>("", "closed")? != 0,
    })
}

pub(crate) async fn write_emergency(
    transaction: &DatabaseTransaction,
    patient: PatientId,
    staff: StaffId,
    until: Timestamp,
) -> Result<(), DbErr> {
    let sql = "INSERT INTO emergency_view (patient_id, staff_id, until) VALUES ($1, $2, $3)
               ON CONFLICT (patient_id, staff_id) DO UPDATE SET until = excluded.until";
    let values = vec![patient.to_string().into(), staff.to_string().into(), until.as_second().into()];
    transaction.execute_raw(statement(transaction, sql, values)).await.map(drop)
}

impl Store {
    /// Every account, by name to sign in with.
    pub async fn accounts(&self) -> anyhow::Result<Vec<AccountLine>> {
        let rows = self.rows(&format!("SELECT {COLUMNS} FROM account_view ORDER BY login"), vec![]).await?;
        rows.iter().map(line).collect()
    }

    /// The account of a name.
    pub async fn account_by_login(&self, login: &str) -> anyhow::Result<Option<AccountLine>> {
        let rows = self.rows(&format!("SELECT {COLUMNS} FROM account_view WHERE login = $1"), vec![login.into()]).await?;
        rows.first().map(line).transpose()
    }

    /// The account of a person.
    pub async fn account(&self, staff: StaffId) -> anyhow::Result<Option<AccountLine>> {
        let rows = self.rows(&format!("SELECT {COLUMNS} FROM account_view WHERE staff_id = $1"), vec![staff.to_string().into()]).await?;
        rows.first().map(line).transpose()
    }

    /// Whether somebody's emergency access to a person still lasts.
    pub async fn has_emergency(&self, patient: PatientId, staff: StaffId, at: Timestamp) -> anyhow::Result<bool> {
        let sql = "SELECT until FROM emergency_view WHERE patient_id = $1 AND staff_id = $2";
        let rows = self.rows(sql, vec![patient.to_string().into(), staff.to_string().into()]).await?;
        Ok(rows.first().map_or(Ok(0), |row| row.try_get::<i64>("", "until"))? > at.as_second())
    }

    /// The link to a person's own page with a secret.
    pub async fn invitation(&self, secret_sha256: &str) -> anyhow::Result<Option<InvitationId>> {
        let sql = "SELECT invitation_id FROM invitation_view WHERE secret_sha256 = $1";
        let rows = self.rows(sql, vec![secret_sha256.into()]).await?;
        rows.first().map(|row| Ok(row.try_get::<String>("", "invitation_id")?.parse()?)).transpose()
    }
}
