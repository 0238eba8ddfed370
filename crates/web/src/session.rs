//! Who is signed in, and the desk of a request.

mod kept;
mod lasting;

pub(crate) use kept::{Sessions, row};

use crate::error::PageError;
use axum::{extract::FromRequestParts, http::request::Parts};
use care::{InvitationId, Role, StaffId};
use lasting::{Times, Use};
use service::{
    Desk, Service,
    people::{self, accounts::AccountVersion},
    results::{self, own_page::Own},
};
use std::sync::Arc;
use store::AccountLine;
use tower_sessions::Session;

/// Where one's own password is changed.
pub(crate) const PASSWORD: &str = "/password";

/// Key of the signed-in person in a session.
pub(crate) const STAFF: &str = "staff";

/// Key of how the account of the signed-in person stood when they signed in.
const SINCE: &str = "since";

/// Key of the link of a person at their own page.
pub(crate) const LINK: &str = "link";

/// Key of when the session was begun.
const TIMES: &str = "times";

/// The session is of this person from now on, and holds nothing of anybody before.
pub(crate) async fn begin(service: &Service, session: &Session, id: StaffId, since: AccountVersion) -> Result<(), PageError> {
    session.clear().await;
    keep(session, id, since).await?;
    begin_times(service, session).await
}

/// The same for somebody who signed in without a password, as their account stands.
pub(crate) async fn begin_now(service: &Service, session: &Session, id: StaffId) -> Result<(), PageError> {
    begin(service, session, id, people::accounts::version_of(service, id).await.map_err(PageError::fault)?).await
}

/// The session is of whoever opened a link to their own page, and holds nothing of anybody before.
pub(crate) async fn begin_link(service: &Service, session: &Session, link: InvitationId) -> Result<(), PageError> {
    session.clear().await;
    session.cycle_id().await.map_err(PageError::fault)?;
    session.insert(LINK, link).await.map_err(PageError::fault)?;
    begin_times(service, session).await
}

/// The session goes on under another name, after its own account changed.
pub(crate) async fn keep(session: &Session, id: StaffId, since: AccountVersion) -> Result<(), PageError> {
    session.cycle_id().await.map_err(PageError::fault)?;
    session.insert(STAFF, id).await.map_err(PageError::fault)?;
    session.insert(SINCE, since).await.map_err(PageError::fault)
}

async fn begin_times(service: &Service, session: &Session) -> Result<(), PageError> {
    let (times, until) = Times::begin(service.now(), service.new_id());
    service.store.save_session(&times.row(), "", until).await.map_err(PageError::fault)?;
    session.insert(TIMES, times).await.map_err(PageError::fault)
}

/// Whether the session of somebody in a role has not run out; one that has is emptied.
async fn lasts(service: &Service, session: &Session, role: Role) -> Result<bool, PageError> {
    let times: Option<Times> = session.get(TIMES).await.map_err(PageError::fault)?;
    if let Some(times) = times {
        let (now, row) = (service.now(), times.row());
        let until = service.store.session(&row, now.as_second()).await.map_err(PageError::fault)?.map(|(_, until)| until);
        match times.at(role, until, now) {
            Use::Lasts => return Ok(true),
            Use::Keep(until) => {
                service.store.save_session(&row, "", until).await.map_err(PageError::fault)?;
                return Ok(true);
            }
            Use::Ended => service.store.delete_session(&row).await.map_err(PageError::fault)?,
        }
    }
    session.flush().await.map_err(PageError::fault)?;
    Ok(false)
}

/// Whose session it is, while their account stands as it did and the session has not run out.
async fn signed_in(service: &Service, session: &Session) -> Result<Option<AccountLine>, PageError> {
    let id: Option<StaffId> = session.get(STAFF).await.map_err(PageError::fault)?;
    let since: Option<AccountVersion> = session.get(SINCE).await.map_err(PageError::fault)?;
    let Some((id, since)) = id.zip(since) else { return Ok(None) };
    let account = people::accounts::account_signed_in(service, id, since).await.map_err(PageError::fault)?;
    let Some(account) = account else { return Ok(None) };
    Ok(lasts(service, session, account.staff.role).await?.then_some(account))
}

/// The desk of whoever is signed in; a request without one is sent to sign in.
pub(crate) struct At(pub Desk);

impl FromRequestParts<Arc<Service>> for At {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, PageError> {
        let session = Session::from_request_parts(parts, service).await.map_err(|(_, message)| PageError::fault(message))?;
        let account = signed_in(service, &session).await?.ok_or(PageError::SignIn)?;
        // A password that somebody else set opens the page on which it is changed, and no other.
        if account.password_due && parts.uri.path() != PASSWORD {
            return Err(PageError::PasswordDue);
        }
        Ok(At(service.desk(account.staff)))
    }
}

/// The person at their own page; a request without one is sent to sign in.
pub(crate) struct Me(pub Own);

impl FromRequestParts<Arc<Service>> for Me {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, PageError> {
        let session = Session::from_request_parts(parts, service).await.map_err(|(_, message)| PageError::fault(message))?;
        let id: Option<InvitationId> = session.get(LINK).await.map_err(PageError::fault)?;
        let own = match id {
            Some(id) if lasts(service, &session, Role::Patient).await? => results::own_page::own(service, id).await?,
            _ => None,
        };
        Ok(Me(own.ok_or(PageError::SignIn)?))
    }
}
