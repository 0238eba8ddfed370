//! Accounts of an organisation: who can sign in, found, opened and closed by its administrators.

use crate::{
    form::Form,
    pages::{
        Layout, PageResult, Problem,
        chosen::{Chosen, Why},
        id, refusals, show,
    },
    session::At,
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use care::{Role, Staff, StaffId};
use serde::Deserialize;
use service::{
    Desk,
    people::{
        accounts::{self, SignsInBy},
        proposals,
    },
};
use store::{AccountFilter, AccountLine};

#[derive(Template)]
#[template(path = "people/accounts.html")]
struct Page {
    layout: Layout,
    rows: Vec<AccountLine>,
    /// How many fit, on all pages.
    total: usize,
    query: AccountsQuery,
    /// Address of the next page.
    next: Option<String>,
    organisation: String,
    /// Whoever looks, whose own account somebody else changes.
    me: StaffId,
    typed: Typed,
    roles: Vec<(String, &'static str)>,
    problems: Vec<Problem>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    login: String,
    name: String,
    role: String,
    password: String,
    /// Signs in by the organisation's provider only.
    provider_only: String,
}

/// Which accounts are looked for.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AccountsQuery {
    q: String,
    role: String,
    /// `open`, `closed` or both.
    state: String,
    after: String,
}

/// Lines on a page.
const LINES: u64 = 50;

impl AccountsQuery {
    fn filter(&self) -> AccountFilter {
        AccountFilter {
            text: self.q.clone(),
            role: roles().find(|role| format!("{role:?}") == self.role),
            closed: match self.state.as_str() {
                "open" => Some(false),
                "closed" => Some(true),
                _ => None,
            },
            after: self.after.clone(),
            most: LINES + 1,
        }
    }

    /// The address of the list, beginning after an account.
    fn address(&self, after: &str) -> String {
        let fields = [("q", self.q.as_str()), ("role", &self.role), ("state", &self.state), ("after", after)];
        let filled: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        format!("/accounts?{}", serde_urlencoded::to_string(filled).unwrap_or_default())
    }
}

async fn page(desk: &Desk, query: AccountsQuery, typed: Typed, problems: Vec<Problem>) -> PageResult {
    let (mut rows, total) = accounts::list(desk, &query.filter()).await?;
    let is_more = rows.len() as u64 > LINES;
    rows.truncate(LINES as usize);
    let next = rows.last().filter(|_| is_more).map(|last| query.address(&last.login));
    show(&Page {
        layout: Layout::new("Accounts", Some(&desk.staff)).for_work(),
        rows,
        total,
        query,
        next,
        organisation: format!("{} ({})", desk.staff.organisation_name, desk.staff.organisation),
        me: desk.staff.id,
        typed,
        roles: roles().map(|role| (format!("{role:?}"), role.label())).collect(),
        problems,
    })
}

/// Roles that a person of the staff can have.
fn roles() -> impl Iterator<Item = Role> {
    Role::ALL.into_iter().filter(|role| !role.is_program() && *role != Role::Patient)
}

pub(crate) async fn get(At(desk): At, Query(query): Query<AccountsQuery>) -> PageResult {
    page(&desk, query, Typed::default(), vec![]).await
}

/// Opens an account of the own organisation.
pub(crate) async fn post(At(desk): At, Form(typed): Form<Typed>) -> PageResult<Response> {
    let Some(role) = roles().find(|role| format!("{role:?}") == typed.role) else {
        return Ok(page(&desk, AccountsQuery::default(), typed, vec!["Choose a role".into()]).await?.into_response());
    };
    let staff = Staff {
        id: accounts::new_staff_id(&desk.service),
        name: typed.name.trim().into(),
        role,
        organisation: desk.staff.organisation.clone(),
        organisation_name: desk.staff.organisation_name.clone(),
    };
    let by_what = if typed.provider_only.is_empty() { SignsInBy::Password(typed.password.clone()) } else { SignsInBy::Provider };
    let login = typed.login.trim().to_lowercase();
    match accounts::open(&desk.service, &desk.staff, staff, &login, by_what).await {
        Ok(()) => Ok(Redirect::to(&AccountsQuery { q: login, ..AccountsQuery::default() }.address("")).into_response()),
        Err(error) => {
            let typed = Typed { password: String::new(), ..typed };
            Ok(page(&desk, AccountsQuery::default(), typed, refusals(error)?).await?.into_response())
        }
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
    /// Changes the role, or proposes it where a second person has to agree.
    Role {
        #[serde(default)]
        role: String,
        #[serde(default)]
        reason: String,
    },
    /// Agrees to the role that was shown.
    Agree {
        #[serde(default)]
        role: String,
    },
    Decline(Why),
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
        Some(AccountAction::Password { password }) => accounts::set_password(&desk, staff, password).await,
        Some(AccountAction::Role { role, reason }) => match role.parse::<Role>() {
            Ok(role) => proposals::change_role(&desk, staff, role, reason).await,
            Err(_) => Err(care::Refusals::one("role", "Choose a role").into()),
        },
        Some(AccountAction::Agree { role }) => match role.parse::<Role>() {
            Ok(role) => proposals::agree(&desk, staff, role).await,
            Err(_) => Err(care::Refusals::one("role", "Look at the list again").into()),
        },
        Some(AccountAction::Decline(Why { reason })) => proposals::decline(&desk, staff, reason).await,
        Some(AccountAction::Close(Why { reason })) => accounts::set_account_open(&desk, staff, false, reason).await,
        Some(AccountAction::Reopen(Why { reason })) => accounts::set_account_open(&desk, staff, true, reason).await,
        None => Err(care::Refusals::one("action", "Choose what to do with the account").into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/accounts").into_response()),
        Err(error) => Ok(page(&desk, AccountsQuery::default(), Typed::default(), refusals(error)?).await?.into_response()),
    }
}
