//! Links to people's own pages, by their secret.

use super::{Slice, fold};
use crate::{Entry, line::line};
use care::{event::StreamName, results::invitation::Invitation};

line! {
    struct InvitationRow in "invitation_view" of "invitation_id" {
        secret_sha256: String = "secret_sha256",
        id: String = "invitation_id",
    }
}

pub(super) fn of_invitation(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let sent = fold::<Invitation>(entries)?.sent;
    let row = sent.map(|sent| InvitationRow { secret_sha256: sent.secret_sha256, id: stream.id.into() });
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}
