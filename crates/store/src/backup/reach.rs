//! How far a backup is to reach: as far as what was signed before it was made.

use crate::{
    chain::{self, Link},
    database::Transaction,
    ends, journal,
};
use anyhow::{bail, ensure};

/// Events and lines of the audit that a journal is to hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reach {
    /// Events by their positions and hashes.
    pub events: Vec<(u64, String)>,
    /// Lines of chains of the audit.
    pub links: Vec<Link>,
}

const REMEDY: &str = "Restore another backup; where there is none, and it is decided to go on with what is left: --although-broken";

impl Reach {
    /// Refuses a journal or an audit that does not hold all of them.
    pub(super) async fn check(&self, transaction: &mut Transaction) -> anyhow::Result<()> {
        let positions: Vec<u64> = self.events.iter().map(|(position, _)| *position).collect();
        let found = ends::hashes(transaction, &positions).await?;
        if let Some((position, _)) = self.events.iter().rev().find(|(position, hash)| found.get(position) != Some(hash)) {
            let end = journal::end(transaction).await?;
            ensure!(
                *position <= end,
                "the journal of the backup ends at event {end}, and event {position} was signed before it was made: nothing was restored. \
                 {REMEDY}"
            );
            bail!("event {position} of the backup is not the one that was signed: nothing was restored. {REMEDY}");
        }
        if let Some(missing) = chain::missing(transaction, &self.links).await? {
            bail!(
                "line {} of the chain {} of the audit was signed, and is not in the backup: nothing was restored. {REMEDY}",
                missing.number,
                missing.chain
            );
        }
        Ok(())
    }
}
