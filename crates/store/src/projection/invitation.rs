//! Links to people's own pages, by their secret.

use super::{Slice, TableRow, fold};
use crate::Entry;
use crate::database::Value;
use care::{event::StreamName, results::invitation::Invitation};

struct InvitationRow {
    secret_sha256: String,
    id: String,
}

impl TableRow for InvitationRow {
    const TABLE: &'static str = "invitation_view";
    const COLUMNS: &'static [&'static str] = &["secret_sha256", "invitation_id"];
    const OWNER: &'static str = "invitation_id";

    fn values(&self) -> Vec<Value> {
        vec![self.secret_sha256.clone().into(), self.id.clone().into()]
    }
}

pub(super) fn of_invitation(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let sent = fold::<Invitation>(entries)?.sent;
    let row = sent.map(|sent| InvitationRow { secret_sha256: sent.secret_sha256, id: stream.id.into() });
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}
