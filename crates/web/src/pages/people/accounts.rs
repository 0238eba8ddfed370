//! Accounts: who can sign in, opened and closed by an administrator.

use crate::{
    error::PageError,
    pages::{
        Layout, PageResult,
        chosen::{Chosen, Why},
        id, refusals, show,
    },
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    Form,
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use care::{Role, Staff, StaffId};
use serde::Deserialize;
use service::{
    Desk,
    people::{
        self,
        accounts::{self, SignsInBy},
    },
};
use store::AccountLine;

#[derive(Template)]
#[template(path = "people/accounts.html")]
struct Page {
    layout: Layout,
    rows: Vec<AccountLine>,
    query: String,
    typed: Typed,
    roles: Vec<(String, &'static str)>,
    problems: Vec<String>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    login: String,
    name: String,
    role: String,
    organisation: String,
    organisation_name: String,
    password: String,
    /// Signs in by the organisation's provider only.
    provider_only: String,
}

async fn page(desk: &Desk, query: &str, typed: Typed, problems: Vec<String>) -> PageResult {
    desk.permit_general(Action::ManageAccounts).await?;
    show(&Page {
        layout: Layout::new("Accounts", Some(&desk.staff)).for_work(),
        rows: found(desk.service.store.accounts().await.map_err(PageError::fault)?, query),
        query: query.to_owned(),
        typed,
        roles: roles().map(|role| (format!("{role:?}"), role.label())).collect(),
        problems,
    })
}

/// Roles that a person of the staff can have.
fn roles() -> impl Iterator<Item = Role> {
    Role::ALL.into_iter().filter(|role| !role.is_program() && *role != Role::Patient)
}

/// Which accounts are looked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct AccountsQuery {
    q: String,
}

/// Accounts with every word in their name, sign-in name, role or organisation.
fn found(rows: Vec<AccountLine>, query: &str) -> Vec<AccountLine> {
    let query = query.to_lowercase();
    let has_every_word = |line: &AccountLine| {
        let AccountLine { staff, login, .. } = line;
        let all =
            format!("{} {login} {} {} {}", staff.name, staff.role.label(), staff.organisation_name, staff.organisation).to_lowercase();
        query.split_whitespace().all(|word| all.contains(word))
    };
    rows.into_iter().filter(has_every_word).collect()
}

pub(crate) async fn get(At(desk): At, Query(query): Query<AccountsQuery>) -> PageResult {
    page(&desk, &query.q, Typed::default(), vec![]).await
}

pub(crate) async fn post(At(desk): At, Form(typed): Form<Typed>) -> PageResult<Response> {
    let role = roles().find(|role| format!("{role:?}") == typed.role);
    let mut problems = Vec::new();
    if role.is_none() {
        problems.push("Choose a role".to_owned());
    }
    let organisation = typed.organisation.trim().to_uppercase().parse();
    if let Err(error) = &organisation {
        problems.push(format!("{error}"));
    }
    let (Some(role), Ok(organisation)) = (role, organisation) else {
        return Ok(page(&desk, "", typed, problems).await?.into_response());
    };
    let staff = Staff {
        id: accounts::new_staff_id(&desk.service),
        name: typed.name.trim().into(),
        role,
        organisation,
        organisation_name: typed.organisation_name.trim().into(),
    };
    let by_what = if typed.provider_only.is_empty() { SignsInBy::Password(typed.password.clone()) } else { SignsInBy::Provider };
    let opened = people::accounts::open(&desk.service, &desk.staff, staff, &typed.login.trim().to_lowercase(), by_what).await;
    match opened {
        Ok(()) => Ok(Redirect::to("/accounts").into_response()),
        Err(error) => Ok(page(&desk, "", Typed { password: String::new(), ..typed }, refusals(error)?).await?.into_response()),
    }
}

/// What can be done with an account.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum AccountAction {
    Password {
        #[serde(default)]
        password: String,
    },
    Close(Why),
    Reopen(Why),
}

pub(crate) async fn change(
    At(desk): At,
    Path(staff): Path<String>,
    Form(Chosen(act)): Form<Chosen<AccountAction>>,
) -> PageResult<Response> {
    let staff: StaffId = id(&staff, "account")?;
    let done = match act {
        Some(AccountAction::Password { password }) => people::accounts::set_password(&desk, staff, password).await,
        Some(AccountAction::Close(Why { reason })) => people::accounts::set_account_open(&desk, staff, false, reason).await,
        Some(AccountAction::Reopen(Why { reason })) => people::accounts::set_account_open(&desk, staff, true, reason).await,
        None => Err(care::Refusals::one("action", "Choose what to do with the account").into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/accounts").into_response()),
        Err(error) => Ok(page(&desk, "", Typed::default(), refusals(error)?).await?.into_response()),
    }
}
