//! Accounts as sign-in needs them, and other systems by their secret.

use super::{Slice, fold};
use crate::{AccountLine, Entry, line::line};
use care::{
    Staff,
    event::StreamName,
    ordering::client::Client,
    people::account::{self, Account},
};

line! {
    struct ClientRow in "client_view" {
        id: String = "client_id",
        secret_sha256: String = "secret_sha256",
        staff: Staff = "staff",
        closed: bool = "closed",
        issuer: Option<String> = "issuer",
    }
}

pub(super) fn of_account(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let account = fold::<Account>(entries)?;
    let row = account.staff.map(|staff| AccountLine {
        id: staff.id,
        staff,
        login: account.login,
        password: account.password,
        demonstration: account.demonstration,
        closed: account.state != account::State::Open,
        password_due: account.password_due,
        proposal: account.proposal,
    });
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}

pub(super) fn of_client(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let client = fold::<Client>(entries)?;
    let (secret_sha256, closed, issuer) = (client.secret_sha256, client.closed, client.issuer);
    let row = client.staff.map(|staff| ClientRow { id: stream.id.into(), secret_sha256, staff, closed, issuer });
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}
