//! Sessions in the service's store, each under the digest of its name: whoever reads the table cannot sign in with what stands there.

use service::{Service, fault::ForLog};
use std::{fmt, sync::Arc};
use store::Trouble;
use tower_sessions::{
    SessionStore,
    cookie::time::OffsetDateTime,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// Sessions in the service's store.
#[derive(Clone)]
pub(crate) struct Sessions(pub Arc<Service>);

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

/// The name of a session's row.
pub(crate) fn row(id: &Id) -> String {
    service::secret::digest(id.to_string())
}

/// Why the table could not be read or written, in the words by which a page knows it again; the log has the whole of it.
fn fault(why: &anyhow::Error) -> Error {
    tracing::warn!("keeping a session: {}", why.for_log());
    Error::Backend(Trouble::beneath(why).map_or_else(|| why.to_string(), |trouble| trouble.to_string()))
}

#[async_trait::async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // Identifiers are 128 random bits: a new one is nobody else's.
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))?;
        let expires = record.expiry_date.unix_timestamp();
        self.0.store.save_session(&row(&record.id), &data, expires).await.map_err(|e| fault(&e))
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let session = self.0.store.session(&row(id), now).await.map_err(|e| fault(&e))?;
        let Some((data, expires)) = session else { return Ok(None) };
        let data = serde_json::from_str(&data).map_err(|e| Error::Decode(e.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires).map_err(|e| Error::Decode(e.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.store.delete_session(&row(id)).await.map_err(|e| fault(&e))
    }
}
