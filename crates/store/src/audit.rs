//! Permits: asking the policy, and writing down who asked for what, whether allowed or not.

use crate::Store;
use access::{Action, Denied, Permit, Resource};
use care::Staff;
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

impl Store {
    /// Asks the policy and writes the answer to the audit.
    pub async fn permit(&self, staff: &Staff, action: Action, resource: &Resource, at: Timestamp) -> Result<Permit, PermitError> {
        let decision = access::decide(staff, action, resource);
        let outcome = if decision.is_ok() { "allowed" } else { "denied" };
        let sql = "INSERT INTO audit (id, at, actor, organisation, action, resource, outcome) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values = vec![
            Uuid::now_v7().to_string().into(),
            at.to_string().into(),
            staff.id.to_string().into(),
            staff.organisation.to_string().into(),
            format!("{action:?}").into(),
            resource.name.clone().into(),
            outcome.into(),
        ];
        self.execute(sql, values).await?;
        Ok(decision?)
    }

    /// How many times something was allowed and denied.
    pub async fn audit_counts(&self) -> anyhow::Result<(u64, u64)> {
        let mut counts = (0, 0);
        for row in self.rows("SELECT outcome, COUNT(*) AS n FROM audit GROUP BY outcome", vec![]).await? {
            let n = row.try_get::<i64>("", "n")? as u64;
            if row.try_get::<String>("", "outcome")? == "allowed" { counts.0 = n } else { counts.1 = n }
        }
        Ok(counts)
    }
}
