//! Accounts: opening and closing them, and signing in.

use crate::{Desk, Service, ServiceError, ServiceResult, directory, people::staff};
use access::{Action, Permit, Resource};
use anyhow::Context;
use argon2::{
    Argon2, PasswordHasher, PasswordVerifier,
    password_hash::{PasswordHash, SaltString, rand_core::OsRng},
};
use care::{
    Refusals, Staff, StaffId,
    people::account::{self, Account, Event, stream},
};
use jiff::Timestamp;
use std::{collections::HashMap, sync::Arc};
use store::Change;

/// Sign-ins that failed, by name: how many, and since when.
#[derive(Default)]
pub(crate) struct Failures(HashMap<String, (u32, Timestamp)>);

/// Failures after which a name must wait.
const FAILURES_MAX: u32 = 5;
/// How long it waits, and after how long failures are forgotten.
const WAIT_SECONDS: i64 = 15 * 60;

impl Failures {
    fn must_wait(&mut self, login: &str, at: Timestamp) -> bool {
        self.0.retain(|_, (_, since)| at.as_second() - since.as_second() < WAIT_SECONDS);
        self.0.get(login).is_some_and(|(count, _)| *count >= FAILURES_MAX)
    }

    fn add(&mut self, login: &str, at: Timestamp) {
        let failures = self.0.entry(login.to_owned()).or_insert((0, at));
        *failures = (failures.0 + 1, at);
    }

    fn forget(&mut self, login: &str) {
        self.0.remove(login);
    }
}

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
    let (login, time) = (login.trim().to_lowercase(), service.now());
    if service.failures.lock().expect("nobody panics with the lock held").must_wait(&login, time) {
        let message = "Too many attempts with this name. Wait a quarter of an hour, or ask an administrator for a new password";
        return Err(Refusals::one("password", message).into());
    }
    let account = service.store.account_by_login(&login).await?.filter(|a| !a.closed);
    // A name that is not there takes as long as a wrong password, so that names cannot be told.
    let password_hash = account.as_ref().map(|a| a.password.clone()).filter(|hash| !hash.is_empty()).unwrap_or_else(|| NOBODY.into());
    let fits = tokio::task::spawn_blocking(move || verify(&password_hash, &password)).await.context("checking a password")?;
    if let Some(account) = account.filter(|a| fits && !a.password.is_empty()) {
        service.store.note(&account.staff, "SignIn", &stream(account.staff.id), "password", true, time).await?;
        return Ok(account.staff);
    }
    service.store.note_failed_sign_in(&login, time).await?;
    service.failures.lock().expect("nobody panics with the lock held").add(&login, time);
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

/// Somebody who is signed in; nothing once the account is closed.
#[crate::boxed]
pub async fn staff(service: &Service, id: StaffId) -> anyhow::Result<Option<Staff>> {
    Ok(service.store.account(id).await?.filter(|a| !a.closed).map(|a| a.staff))
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

/// Opens an account.
#[crate::boxed]
pub async fn open(service: &Service, by: &Staff, person: Staff, login: &str, by_what: SignsInBy) -> ServiceResult<()> {
    let permit = permit(service, by).await?;
    if service.store.account_by_login(login).await?.is_some() {
        return Err(Refusals::one("login", format!("The name {login} is taken; choose another")).into());
    }
    let loaded = service.store.load::<Account>(&permit, stream(person.id)).await?;
    let mut events = account::open(&loaded.state, person, login, matches!(by_what, SignsInBy::Choosing))?;
    if let SignsInBy::Password(password) = by_what {
        account::password_faults(&password, login)?;
        events.push(Event::PasswordSet { hash: hashed(password).await? });
    }
    let mut change = Change::default();
    change.add(&loaded, &events);
    Ok(service.store.commit(&permit, change, service.now()).await?)
}

pub(crate) async fn permit(service: &Service, by: &Staff) -> ServiceResult<Permit> {
    let resource = Resource { name: "accounts".into(), ..Resource::default() };
    Ok(service.store.permit(by, Action::ManageAccounts, &resource, service.now()).await?)
}

/// Closes an account, which ends its sessions at once, or opens it again.
#[crate::boxed]
pub async fn set_account_open(desk: &Desk, id: StaffId, is_open: bool, reason: String) -> ServiceResult<()> {
    let permit = permit(&desk.service, &desk.staff).await?;
    let loaded = desk.service.store.load::<Account>(&permit, stream(id)).await?;
    let events = account::set_open(&loaded.state, is_open, reason.clone())?;
    let mut change = Change { reason, ..Change::default() };
    change.add(&loaded, &events);
    Ok(desk.service.store.commit(&permit, change, desk.now()).await?)
}

/// Whether this desk signs in by a password of the service.
#[crate::boxed]
pub async fn has_password(desk: &Desk) -> ServiceResult<bool> {
    Ok(desk.service.store.account(desk.staff.id).await?.is_some_and(|account| !account.password.is_empty()))
}

/// Changes one's own password; the present one must be known, and guesses at it count as failed sign-ins.
#[crate::boxed]
pub async fn change_own_password(desk: &Desk, present: String, new: String) -> ServiceResult<()> {
    let line = desk.service.store.account(desk.staff.id).await?.filter(|a| !a.password.is_empty());
    let line = line.ok_or_else(|| Refusals::one("present", "You sign in without a password of this service"))?;
    sign_in(&desk.service, &line.login, present).await?;
    account::password_faults(&new, &line.login)?;
    let permit = desk.permit_named(Action::ChangeOwnPassword, stream(desk.staff.id), desk.staff.organisation.clone()).await?;
    let loaded = desk.service.store.load::<Account>(&permit, stream(desk.staff.id)).await?;
    let mut change = Change::default();
    change.add(&loaded, &[Event::PasswordSet { hash: hashed(new).await? }]);
    Ok(desk.service.store.commit(&permit, change, desk.now()).await?)
}

/// Gives an account a new password; a name that had to wait need not any longer.
#[crate::boxed]
pub async fn set_password(desk: &Desk, id: StaffId, password: String) -> ServiceResult<()> {
    let permit = permit(&desk.service, &desk.staff).await?;
    let line = desk.service.store.account(id).await?.ok_or(ServiceError::NotFound("account"))?;
    account::password_faults(&password, &line.login)?;
    let loaded = desk.service.store.load::<Account>(&permit, stream(id)).await?;
    let mut change = Change::default();
    change.add(&loaded, &[Event::PasswordSet { hash: hashed(password).await? }]);
    desk.service.store.commit(&permit, change, desk.now()).await?;
    desk.service.failures.lock().expect("nobody panics with the lock held").forget(&line.login);
    Ok(())
}

/// A hash that no password has, made with the same work as every other.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$b3Blbmdtcy1ub2JvZHk$0000000000000000000000000000000000000000000";

fn verify(hash: &str, password: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Argon2id with the crate's defaults, which are those of OWASP's password storage guidance (19 MiB, two passes).
async fn hashed(password: String) -> anyhow::Result<String> {
    let hash = tokio::task::spawn_blocking(move || {
        let salt = SaltString::generate(&mut OsRng);
        Argon2::default().hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string())
    });
    hash.await?.map_err(|e| anyhow::anyhow!("a password could not be hashed: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nobody_takes_the_work_of_any_other() {
        let nobody = PasswordHash::new(NOBODY).expect("a hash that reads");
        let salt = SaltString::generate(&mut OsRng);
        let made = Argon2::default().hash_password(b"x", &salt).expect("a hash");
        assert_eq!((nobody.algorithm, nobody.params), (made.algorithm, made.params));
        assert!(!verify(NOBODY, "") && !verify(NOBODY, "x"));
    }
}
