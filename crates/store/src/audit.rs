//! Permits: asking the policy, and writing down who asked for what, whether allowed or not.

use crate::{
    Store, TRACED,
    chain::Line,
    database::{Row, Value},
};
use access::{Action, Denied, Permit, Resource};
use care::{PatientId, Staff, StaffId, event::StreamKind};
use jiff::Timestamp;
use uuid::Uuid;

/// Why no permit was given.
#[derive(Debug, thiserror::Error)]
pub enum PermitError {
    /// The policy says no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The audit could not be written, so nothing may be seen.
    #[error("the audit could not be written: {0}")]
    Fault(#[from] anyhow::Error),
}

/// One line of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// When.
    pub at: Timestamp,
    /// Name, role and organisation.
    pub who: String,
    /// What was asked.
    pub action: String,
    /// Of what.
    pub resource: String,
    /// Whether the policy allowed it.
    pub allowed: bool,
    /// Why, where it was asked.
    pub reason: String,
}

/// A line as it is written.
pub(crate) fn line(id: Uuid, staff: &Staff, (action, resource, why, allowed): (&str, &str, &str, bool), at: Timestamp) -> Line {
    Line {
        id,
        at: at.to_string(),
        actor: staff.id.to_string(),
        organisation: staff.organisation.to_string(),
        action: action.into(),
        resource: resource.into(),
        outcome: if allowed { "allowed" } else { "denied" },
        reason: why.into(),
        name: format!("{}, {}, {}", staff.name, staff.role.label(), staff.organisation_name),
    }
}

/// No identifier of anybody.
const NOBODY: &str = "-";

impl Store {
    /// Asks the policy and writes the answer to the audit.
    pub async fn permit(&self, staff: &Staff, action: Action, resource: &Resource, at: Timestamp) -> Result<Permit, PermitError> {
        self.permit_because(staff, action, resource, "", at).await
    }

    /// The same, with the reason that the person gave.
    pub async fn permit_because(
        &self,
        staff: &Staff,
        action: Action,
        resource: &Resource,
        reason: &str,
        at: Timestamp,
    ) -> Result<Permit, PermitError> {
        let decision = access::decide(staff, action, resource);
        tracing::trace!(target: TRACED, action = ?action, allowed = decision.is_ok(), "permit");
        self.note(staff, &format!("{action:?}"), &resource.name, reason, decision.is_ok(), at).await?;
        Ok(decision?)
    }

    /// Writes down a sign-in that failed.
    pub async fn note_failed_sign_in(&self, login: &str, at: Timestamp) -> anyhow::Result<()> {
        let line = Line {
            id: Uuid::now_v7(),
            at: at.to_string(),
            actor: String::new(),
            organisation: String::new(),
            action: "SignIn".into(),
            resource: StreamKind::Account.stream(login),
            outcome: "denied",
            reason: String::new(),
            name: String::new(),
        };
        self.append_to_audit(vec![line]).await
    }

    /// Writes a line: a decision of the policy, a sign-in, or whether a person's choice allowed a use, and why.
    pub async fn note(&self, staff: &Staff, action: &str, resource: &str, why: &str, allowed: bool, at: Timestamp) -> anyhow::Result<()> {
        self.note_as(Uuid::now_v7(), staff, (action, resource, why, allowed), at).await
    }

    /// The same under an identifier by which it is found again.
    pub async fn note_as(
        &self,
        id: Uuid,
        staff: &Staff,
        (action, resource, why, allowed): (&str, &str, &str, bool),
        at: Timestamp,
    ) -> anyhow::Result<()> {
        self.append_to_audit(vec![line(id, staff, (action, resource, why, allowed), at)]).await
    }

    /// Asks the policy the same of several things. Each answer is a line of the audit; they are written together, before anything is seen.
    pub async fn permits(
        &self,
        staff: &Staff,
        action: Action,
        resources: &[Resource],
        at: Timestamp,
    ) -> anyhow::Result<Vec<Result<Permit, Denied>>> {
        let decisions: Vec<_> = resources.iter().map(|resource| access::decide(staff, action, resource)).collect();
        let name = format!("{action:?}");
        tracing::trace!(target: TRACED, action = name.as_str(), allowed = decisions.iter().all(Result::is_ok), "permit");
        let decided = resources.iter().zip(&decisions);
        let lines = decided
            .map(|(resource, decision)| line(Uuid::now_v7(), staff, (name.as_str(), resource.name.as_str(), "", decision.is_ok()), at));
        self.append_to_audit(lines.collect()).await?;
        Ok(decisions)
    }

    /// What was noted under an identifier by somebody of the reader's organisation: of what, and why.
    pub async fn noted(&self, staff: &Staff, id: Uuid, action: &str) -> anyhow::Result<Option<(String, String)>> {
        let sql = "SELECT resource, reason FROM audit WHERE id = $1 AND action = $2 AND organisation = $3";
        let rows = self.rows(sql, vec![id.to_string().into(), action.into(), staff.organisation.to_string().into()]).await?;
        rows.first().map(|row| Ok((row.get("resource")?, row.get("reason")?))).transpose()
    }

    /// Who asked for anything of a person: the record itself and every order that the person is part of, latest first; but for
    /// one person, where somebody reads what others did. So many at the most, without the first few.
    pub async fn looked_at(
        &self,
        _permit: &Permit,
        patient: PatientId,
        except: Option<StaffId>,
        (skip, most): (u64, u64),
    ) -> anyhow::Result<Vec<Looked>> {
        let sql = "SELECT at, name, action, resource, outcome, reason FROM audit WHERE resource IN (
                       SELECT CAST($1 AS TEXT) UNION ALL SELECT 'order/' || order_id FROM order_stream WHERE stream = $1
                   ) AND actor <> $2
                   ORDER BY at DESC, id DESC LIMIT $3 OFFSET $4";
        let except = except.map_or_else(|| NOBODY.to_owned(), |staff| staff.to_string());
        self.looks(sql, vec![patient.stream().into(), except.into(), (most as i64).into(), (skip as i64).into()]).await
    }

    /// Every time that the glass was broken, latest first: so many at the most, without the first few.
    pub async fn emergencies(&self, _permit: &Permit, (skip, most): (u64, u64)) -> anyhow::Result<Vec<Looked>> {
        let sql = "SELECT at, name, action, resource, outcome, reason FROM audit WHERE action = 'BreakGlass'
                   ORDER BY at DESC, id DESC LIMIT $1 OFFSET $2";
        self.looks(sql, vec![(most as i64).into(), (skip as i64).into()]).await
    }

    /// How many lines `looked_at` has of a person, whoever looked.
    pub async fn count_looked_at(&self, _permit: &Permit, patient: PatientId) -> anyhow::Result<u64> {
        let sql = "SELECT COUNT(*) AS n FROM audit WHERE resource IN (
                       SELECT CAST($1 AS TEXT) UNION ALL SELECT 'order/' || order_id FROM order_stream WHERE stream = $1
                   )";
        self.count_of(sql, vec![patient.stream().into()]).await
    }

    /// How many times the glass was broken.
    pub async fn count_emergencies(&self, _permit: &Permit) -> anyhow::Result<u64> {
        self.count_of("SELECT COUNT(*) AS n FROM audit WHERE action = 'BreakGlass'", vec![]).await
    }

    async fn count_of(&self, sql: &str, values: Vec<Value>) -> anyhow::Result<u64> {
        let rows = self.rows(sql, values).await?;
        Ok(rows.first().map_or(Ok(0), |row| row.get::<i64>("n"))? as u64)
    }

    async fn looks(&self, sql: &str, values: Vec<Value>) -> anyhow::Result<Vec<Looked>> {
        let rows = self.rows(sql, values).await?;
        let looked = |row: &Row| -> anyhow::Result<Looked> {
            let text = |column: &str| row.get::<String>(column);
            Ok(Looked {
                at: text("at")?.parse()?,
                who: text("name")?,
                action: text("action")?,
                resource: text("resource")?,
                allowed: text("outcome")? == "allowed",
                reason: text("reason")?,
            })
        };
        rows.iter().map(looked).collect()
    }

    /// How many times something was allowed and denied.
    pub async fn audit_counts(&self) -> anyhow::Result<(u64, u64)> {
        let mut counts = (0, 0);
        for row in self.rows("SELECT outcome, COUNT(*) AS n FROM audit GROUP BY outcome", vec![]).await? {
            let n = row.get::<i64>("n")? as u64;
            if row.get::<String>("outcome")? == "allowed" { counts.0 = n } else { counts.1 = n }
        }
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use care::Role;

    #[tokio::test]
    async fn each_of_several_answers_is_a_line_whether_allowed_or_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).await.expect("a store");
        let staff = Staff {
            id: StaffId(Uuid::from_u128(7)),
            name: "Leo".into(),
            role: Role::Clinician,
            organisation: "RP4".parse().expect("a code"),
            organisation_name: "Hospital".into(),
        };
        let resource = |name: &str, organisation: &str| Resource {
            organisations: vec![organisation.parse().expect("a code")],
            name: name.into(),
            ..Resource::default()
        };
        let resources = [resource("order/own", "RP4"), resource("order/other", "RXX99"), resource("order/second", "RP4")];
        let answers = store.permits(&staff, Action::ReadOrder, &resources, Timestamp::UNIX_EPOCH).await.expect("written");
        assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
        let sql = "SELECT resource, outcome FROM audit WHERE action = 'ReadOrder' ORDER BY resource";
        let rows = store.rows(sql, vec![]).await.expect("read");
        let text = |row: &Row, column: &str| row.get::<String>(column).expect("text");
        let lines: Vec<_> = rows.iter().map(|row| (text(row, "resource"), text(row, "outcome"))).collect();
        let expected = [("order/other", "denied"), ("order/own", "allowed"), ("order/second", "allowed")];
        assert_eq!(lines, expected.map(|(resource, outcome)| (resource.to_owned(), outcome.to_owned())));
        assert!(store.permits(&staff, Action::ReadOrder, &[], Timestamp::UNIX_EPOCH).await.expect("nothing to write").is_empty());
    }
}
