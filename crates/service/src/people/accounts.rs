//! Accounts: opening and closing them, and signing in.

pub use super::guesses::{BROWSER_DAYS, know_browser};
use super::{
    guesses::{self, Counted},
    hash::{NOBODY, hashed, verify},
};
use crate::{Desk, Service, ServiceError, ServiceResult, directory, people::staff};
use access::{Action, Permit, Resource};
use anyhow::Context;
use care::{
    OdsCode, Refusals, Role, Staff, StaffId,
    people::{
        account::{self, Account, Event, stream},
        password,
    },
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{AccountFilter, AccountLine, Change};
use uuid::Uuid;

/// How an account stood when somebody signed in: the number of its events, each of which ends what was begun before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AccountVersion(u64);

/// How somebody signs in.
pub enum SignsInBy {
    /// By a password of the service, and by the organisation's provider where there is one.
    Password(String),
    /// Only by the organisation's provider.
    Provider,
    /// By choosing their name from a list: in a demonstration.
    Choosing,
}

/// A new identifier for somebody.
pub fn new_staff_id(service: &Service) -> StaffId {
    StaffId(service.new_id())
}

/// Signs in by name and password.
#[crate::boxed]
pub async fn sign_in(service: &Service, login: &str, password: String) -> ServiceResult<Staff> {
    Ok(sign_in_since(service, login, password).await?.0)
}

/// The same, with how the account stood before its password was looked at.
#[crate::boxed]
pub async fn sign_in_since(service: &Service, login: &str, password: String) -> ServiceResult<(Staff, AccountVersion)> {
    sign_in_from(service, login, password, None).await
}

/// The same from a browser that may be known, whose guesses are counted apart from those of strangers.
#[crate::boxed]
pub async fn sign_in_from(
    service: &Service,
    login: &str,
    password: String,
    browser: Option<&str>,
) -> ServiceResult<(Staff, AccountVersion)> {
    let login = login.trim().to_lowercase();
    let found = service.store.account_by_login(&login).await?;
    // Of a name that is not there as much is read as of one that is.
    let id = found.map_or(StaffId(Uuid::nil()), |account| account.staff.id);
    let counted = match browser {
        Some(secret) if guesses::is_known(service, secret, id).await? => Counted::Browser(secret),
        _ => Counted::Name(&login),
    };
    check_password(service, (&login, id), password, counted).await
}

/// Checks a password, and notes in the audit what came of it. A guess counts before it is looked at: many at once are not more than many
/// in turn.
async fn check_password(
    service: &Service,
    (login, id): (&str, StaffId),
    password: String,
    counted: Counted<'_>,
) -> ServiceResult<(Staff, AccountVersion)> {
    guesses::count(service, &counted).await?;
    let (time, since) = (service.now(), version_of(service, id).await?);
    // Read anew: the account may have changed between the two, in which case the session ends at its first request.
    let account = service.store.account_by_login(login).await?.filter(|a| !a.closed);
    // A name that is not there takes as long as a wrong password, so that names cannot be told.
    let password_hash = account.as_ref().map(|a| a.password.clone()).filter(|hash| !hash.is_empty()).unwrap_or_else(|| NOBODY.into());
    let fits = tokio::task::spawn_blocking(move || verify(&password_hash, &password)).await.context("checking a password")?;
    if let Some(account) = account.filter(|a| fits && !a.password.is_empty()) {
        service.store.note(&account.staff, "SignIn", &stream(account.staff.id), "password", true, time).await?;
        guesses::forget(service, &counted).await?;
        return Ok((account.staff, since));
    }
    service.store.note_failed_sign_in(login, time).await?;
    Err(Refusals::one("password", "The name or the password is not right").into())
}

/// Signs in somebody whom their organisation's provider vouches for. An account is found by the provider's subject, else by an
/// address that the provider has verified; how sure the provider is stands in the audit.
#[crate::boxed]
pub async fn sign_in_vouched(service: &Service, subject: &str, verified_email: Option<&str>, assurance: &str) -> ServiceResult<Staff> {
    let mut account = None;
    for login in [Some(subject), verified_email].into_iter().flatten() {
        if account.is_none() {
            account = service.store.account_by_login(&login.trim().to_lowercase()).await?;
        }
    }
    let time = service.now();
    let Some(account) = account.filter(|a| !a.closed && !a.demonstration) else {
        service.store.note_failed_sign_in(subject, time).await?;
        let message = "You are signed in with your organisation, but have no account here. Ask an administrator to open one for you";
        return Err(Refusals::one("login", message).into());
    };
    service.store.note(&account.staff, "SignIn", &stream(account.staff.id), assurance, true, time).await?;
    Ok(account.staff)
}

/// Somebody whose account is open.
#[crate::boxed]
pub async fn staff(service: &Service, id: StaffId) -> anyhow::Result<Option<Staff>> {
    Ok(service.store.account(id).await?.filter(|a| !a.closed).map(|a| a.staff))
}

/// How an account stands at this moment: whatever is begun on it ends once it stands otherwise.
#[crate::boxed]
pub async fn version_of(service: &Service, id: StaffId) -> anyhow::Result<AccountVersion> {
    Ok(AccountVersion(service.store.sequence(&stream(id)).await?))
}

/// Somebody who signed in while their account stood so; nothing once it was closed, even if it was opened again, or its password was
/// reset or changed. So every session and token of an account ends at once, on every server.
#[crate::boxed]
pub async fn still_signed_in(service: &Service, id: StaffId, since: AccountVersion) -> anyhow::Result<Option<Staff>> {
    Ok(account_signed_in(service, id, since).await?.map(|account| account.staff))
}

/// The same, as their account stands.
#[crate::boxed]
pub async fn account_signed_in(service: &Service, id: StaffId, since: AccountVersion) -> anyhow::Result<Option<AccountLine>> {
    if version_of(service, id).await? != since {
        return Ok(None);
    }
    Ok(service.store.account(id).await?.filter(|account| !account.closed))
}

/// People who can be chosen from a list, in a demonstration.
#[crate::boxed]
pub async fn demonstration_staff(service: &Service) -> anyhow::Result<Vec<Staff>> {
    let accounts = service.store.accounts().await?.into_iter().filter(|a| a.demonstration && !a.closed);
    let mut people: Vec<Staff> = accounts.map(|a| a.staff).collect();
    people.sort_by_key(|s| s.id);
    Ok(people)
}

/// Makes this a demonstration: it has laboratories, and its people sign in without a password.
#[crate::boxed]
pub async fn open_demonstration(service: &Arc<Service>) -> ServiceResult<()> {
    directory::laboratories::open_demonstration_laboratories(service).await?;
    for person in staff::demo() {
        if service.store.account(person.id).await?.is_none() {
            let login = person.name.to_lowercase().replace(' ', ".");
            open(service, &staff::system(), person, &login, SignsInBy::Choosing).await?;
        }
    }
    Ok(())
}

/// Refuses an account that any service would refuse, such as for its name or its password. Nothing is read or written.
pub fn check_new(person: &Staff, login: &str, by_what: &SignsInBy) -> ServiceResult<()> {
    account::open(&Account::default(), person.clone(), login, matches!(by_what, SignsInBy::Choosing))?;
    if let SignsInBy::Password(password) = by_what {
        password::faults(password, login, person)?;
    }
    Ok(())
}

/// Opens an account. An administrator only proposes one in a role that a second person has to agree to.
#[crate::boxed]
pub async fn open(service: &Service, by: &Staff, person: Staff, login: &str, by_what: SignsInBy) -> ServiceResult<()> {
    let permit = permit_of(service, by, &person.organisation, stream(person.id)).await.map_err(|error| match error {
        ServiceError::Denied(_) if by.role == Role::Administrator => {
            let message = format!("You open accounts of {} only; {} has its own administrators", by.organisation, person.organisation);
            Refusals::one("organisation", message).into()
        }
        other => other,
    })?;
    if service.store.account_by_login(login).await?.is_some() {
        return Err(Refusals::one("login", format!("The name {login} is taken; choose another")).into());
    }
    let loaded = service.store.load::<Account>(&permit, stream(person.id)).await?;
    // By command line, whoever runs the service opens what two administrators would agree to.
    let mut events = if by.role == Role::Administrator && person.role.needs_second_person() {
        account::propose(&loaded.state, person.clone(), login, by.id)?
    } else {
        account::open(&loaded.state, person.clone(), login, matches!(by_what, SignsInBy::Choosing))?
    };
    if let SignsInBy::Password(password) = by_what {
        password::faults(&password, login, &person)?;
        events.push(Event::PasswordSet { hash: hashed(password).await?, due: true });
    }
    let mut change = Change::default();
    change.add(&loaded, &events);
    Ok(service.store.commit(&permit, change, service.now()).await?)
}

/// A permit for systems that ask as an organisation does.
pub(crate) async fn permit(service: &Service, by: &Staff) -> ServiceResult<Permit> {
    permit_of(service, by, &by.organisation, "accounts".into()).await
}

async fn permit_of(service: &Service, by: &Staff, organisation: &OdsCode, name: String) -> ServiceResult<Permit> {
    let resource = Resource { organisations: vec![organisation.clone()], name, ..Resource::default() };
    Ok(service.store.permit(by, Action::ManageAccounts, &resource, service.now()).await?)
}

/// The account of somebody else of the own organisation, with the permit to change it. One of another organisation is answered as if
/// there were none; that somebody tried stands in the audit.
pub(super) async fn another(desk: &Desk, id: StaffId) -> ServiceResult<(AccountLine, Permit)> {
    let line = desk.service.store.account(id).await?;
    let organisation = line.as_ref().map_or(&desk.staff.organisation, |line| &line.staff.organisation);
    let permit = match permit_of(&desk.service, &desk.staff, organisation, stream(id)).await {
        Err(ServiceError::Denied(_)) if desk.may(Action::ManageAccounts) => return Err(ServiceError::NotFound("account")),
        permit => permit?,
    };
    let line = line.ok_or(ServiceError::NotFound("account"))?;
    if id == desk.staff.id {
        let message = "This is your own account: another administrator changes it. You change your password under Your password";
        return Err(Refusals::one("account", message).into());
    }
    Ok((line, permit))
}

/// Accounts of the own organisation, some at a time; and how many fit in all.
#[crate::boxed]
pub async fn list(desk: &Desk, filter: &AccountFilter) -> ServiceResult<(Vec<AccountLine>, usize)> {
    let permit = desk.permit_general(Action::ManageAccounts).await?;
    Ok(desk.service.store.accounts_of(&permit, filter).await?)
}

/// Closes an account, which ends its sessions at once, or opens it again.
#[crate::boxed]
pub async fn set_account_open(desk: &Desk, id: StaffId, is_open: bool, reason: String) -> ServiceResult<()> {
    let (_, permit) = another(desk, id).await?;
    let loaded = desk.service.store.load::<Account>(&permit, stream(id)).await?;
    let events = account::set_open(&loaded.state, is_open, reason.clone())?;
    let mut change = Change { reason, ..Change::default() };
    change.add(&loaded, &events);
    Ok(desk.service.store.commit(&permit, change, desk.now()).await?)
}

/// Whether this desk signs in by a password of the service, and whether it has to be changed before anything else.
#[crate::boxed]
pub async fn has_password(desk: &Desk) -> ServiceResult<(bool, bool)> {
    let account = desk.service.store.account(desk.staff.id).await?;
    Ok(account.map_or((false, false), |account| (!account.password.is_empty(), account.password_due)))
}

/// Changes one's own password, which ends every session but one that is begun on what is returned; the present password must be known,
/// and guesses at it count as failed sign-ins.
#[crate::boxed]
pub async fn change_own_password(desk: &Desk, present: String, new: String) -> ServiceResult<AccountVersion> {
    let line = desk.service.store.account(desk.staff.id).await?.filter(|a| !a.password.is_empty());
    let line = line.ok_or_else(|| Refusals::one("present", "You sign in without a password of this service"))?;
    let permit = desk.permit_named(Action::ChangeOwnPassword, stream(desk.staff.id), desk.staff.organisation.clone()).await?;
    // Read before the present password is looked at: where an administrator resets or closes the account meanwhile, theirs stands.
    let loaded = desk.service.store.load::<Account>(&permit, stream(desk.staff.id)).await?;
    let is_same = present == new;
    check_password(&desk.service, (&line.login, desk.staff.id), present, Counted::Own(desk.staff.id)).await?;
    if is_same {
        return Err(Refusals::one("new", "That is the present password; choose another").into());
    }
    password::faults(&new, &line.login, &line.staff)?;
    let mut change = Change::default();
    change.add(&loaded, &[Event::PasswordSet { hash: hashed(new).await?, due: false }]);
    desk.service.store.commit(&permit, change, desk.now()).await?;
    // What this session made of the account; whatever comes after it ends this session too.
    Ok(AccountVersion(loaded.sequence + 1))
}

/// Gives an account a new password, which ends its sessions and which its owner has to change; a name that had to wait need not any longer.
#[crate::boxed]
pub async fn set_password(desk: &Desk, id: StaffId, password: String) -> ServiceResult<()> {
    let (line, permit) = another(desk, id).await?;
    password::faults(&password, &line.login, &line.staff)?;
    let loaded = desk.service.store.load::<Account>(&permit, stream(id)).await?;
    let mut change = Change::default();
    change.add(&loaded, &[Event::PasswordSet { hash: hashed(password).await?, due: true }]);
    desk.service.store.commit(&permit, change, desk.now()).await?;
    guesses::forget(&desk.service, &Counted::Name(&line.login)).await
}
