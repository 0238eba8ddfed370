//! Accounts as sign-in needs them, and other systems by their secret.

use super::{Slice, TableRow, fold};
use crate::database::Value;
use crate::{AccountLine, Entry};
use care::{
    Staff,
    event::StreamName,
    ordering::client::Client,
    people::account::{self, Account},
};

impl TableRow for AccountLine {
    const TABLE: &'static str = "account_view";
    const COLUMNS: &'static [&'static str] = &["staff_id", "login", "staff", "password", "demonstration", "closed"];

    fn values(&self) -> Vec<Value> {
        vec![
            self.staff.id.to_string().into(),
            self.login.clone().into(),
            serde_json::to_string(&self.staff).expect("a person is plain data").into(),
            self.password.clone().into(),
            i64::from(self.demonstration).into(),
            i64::from(self.closed).into(),
        ]
    }
}

struct ClientRow {
    id: String,
    secret_sha256: String,
    staff: Staff,
    closed: bool,
    issuer: Option<String>,
}

impl TableRow for ClientRow {
    const TABLE: &'static str = "client_view";
    const COLUMNS: &'static [&'static str] = &["client_id", "secret_sha256", "staff", "closed", "issuer"];

    fn values(&self) -> Vec<Value> {
        let staff = serde_json::to_string(&self.staff).expect("a person is plain data");
        let (id, issuer) = (self.id.clone(), self.issuer.clone());
        vec![id.into(), self.secret_sha256.clone().into(), staff.into(), i64::from(self.closed).into(), issuer.into()]
    }
}

pub(super) fn of_account(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let account = fold::<Account>(entries)?;
    let row = account.staff.map(|staff| AccountLine {
        staff,
        login: account.login,
        password: account.password,
        demonstration: account.demonstration,
        closed: matches!(account.state, account::State::Closed { .. }),
    });
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}

pub(super) fn of_client(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let client = fold::<Client>(entries)?;
    let (secret_sha256, closed, issuer) = (client.secret_sha256, client.closed, client.issuer);
    let row = client.staff.map(|staff| ClientRow { id: stream.id.into(), secret_sha256, staff, closed, issuer });
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}
