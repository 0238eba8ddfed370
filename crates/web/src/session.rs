//! Who is signed in: sessions kept in the store, and the desk of a request.

use crate::error::PageError;
use axum::{extract::FromRequestParts, http::request::Parts};
use care::{InvitationId, StaffId};
use service::{
    Desk, Service,
    people::{self, accounts::AccountVersion},
    results::{self, own_page::Own},
};
use std::{fmt, sync::Arc};
use tower_sessions::{
    Session, SessionStore,
    cookie::time::OffsetDateTime,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// Key of the signed-in person in a session.
pub(crate) const STAFF: &str = "staff";

/// Key of how the account of the signed-in person stood when they signed in.
const SINCE: &str = "since";

/// Key of the link of a person at their own page.
pub(crate) const LINK: &str = "link";

/// Sessions in the service's store.
#[derive(Clone)]
pub(crate) struct Sessions(pub Arc<Service>);

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

#[async_trait::async_trait]
impl SessionStore for Sessions {
    async fn save(&self, record: &Record) -> Result<()> {
        let data = serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))?;
        let expires = record.expiry_date.unix_timestamp();
        self.0.store.save_session(&record.id.to_string(), &data, expires).await.map_err(|e| Error::Backend(e.to_string()))
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let session = self.0.store.session(&id.to_string(), now).await.map_err(|e| Error::Backend(e.to_string()))?;
        let Some((data, expires)) = session else { return Ok(None) };
        let data = serde_json::from_str(&data).map_err(|e| Error::Decode(e.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires).map_err(|e| Error::Decode(e.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.store.delete_session(&id.to_string()).await.map_err(|e| Error::Backend(e.to_string()))
    }
}

/// The session is of this person from now on, and holds nothing of anybody before.
pub(crate) async fn begin(session: &Session, id: StaffId, since: AccountVersion) -> std::result::Result<(), PageError> {
    session.clear().await;
    keep(session, id, since).await
}

/// The same for somebody who signed in without a password, as their account stands.
pub(crate) async fn begin_now(service: &Service, session: &Session, id: StaffId) -> std::result::Result<(), PageError> {
    begin(session, id, people::accounts::version_of(service, id).await.map_err(PageError::fault)?).await
}

/// The session goes on under another name, after its own account changed.
pub(crate) async fn keep(session: &Session, id: StaffId, since: AccountVersion) -> std::result::Result<(), PageError> {
    session.cycle_id().await.map_err(PageError::fault)?;
    session.insert(STAFF, id).await.map_err(PageError::fault)?;
    session.insert(SINCE, since).await.map_err(PageError::fault)
}

/// The desk of whoever is signed in; a request without one is sent to sign in.
pub(crate) struct At(pub Desk);

impl FromRequestParts<Arc<Service>> for At {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> std::result::Result<Self, PageError> {
        let session = Session::from_request_parts(parts, service).await.map_err(|(_, message)| PageError::fault(message))?;
        let id: Option<StaffId> = session.get(STAFF).await.map_err(PageError::fault)?;
        let since: Option<AccountVersion> = session.get(SINCE).await.map_err(PageError::fault)?;
        let staff = match id.zip(since) {
            Some((id, since)) => people::accounts::still_signed_in(service, id, since).await.map_err(PageError::fault)?,
            None => None,
        };
        let staff = staff.ok_or(PageError::SignIn)?;
        Ok(At(service.desk(staff)))
    }
}

/// The person at their own page; a request without one is sent to sign in.
pub(crate) struct Me(pub Own);

impl FromRequestParts<Arc<Service>> for Me {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> std::result::Result<Self, PageError> {
        let session = Session::from_request_parts(parts, service).await.map_err(|(_, message)| PageError::fault(message))?;
        let id: Option<InvitationId> = session.get(LINK).await.map_err(PageError::fault)?;
        let own = match id {
            Some(id) => results::own_page::own(service, id).await?,
            None => None,
        };
        Ok(Me(own.ok_or(PageError::SignIn)?))
    }
}
