//! What a system shows who it is with, registered: public keys, the name under which it signs, names of its certificates.

use crate::{Service, ServiceResult, people};
use care::{
    Refusals, Staff, StaffId,
    ordering::client::{self, Client, Event, KeySource},
};
use interop::jose::Keys;
use store::Change;

/// Says where the public keys of a system are.
#[crate::boxed]
pub async fn register_keys(service: &Service, by: &Staff, id: StaffId, keys: KeySource) -> ServiceResult<()> {
    if let KeySource::Set { jwks } = &keys {
        Keys::read(jwks).map_err(|fault| Refusals::one("keys", fault.to_string()))?;
    }
    change(service, by, id, |client| client::register_keys(client, keys, by)).await
}

/// Says under which name a system signs its requests; no other may have it.
#[crate::boxed]
pub async fn register_issuer(service: &Service, by: &Staff, id: StaffId, issuer: &str) -> ServiceResult<()> {
    if let Some(other) = service.store.client_by_issuer(issuer.trim()).await?.filter(|other| other.id != id) {
        let message = format!("{} ({}) signs under this name already; close it, or give another", other.name, other.id);
        return Err(Refusals::one("issuer", message).into());
    }
    change(service, by, id, |client| client::register_issuer(client, issuer, by)).await
}

/// Says which names the certificates of a system bear.
#[crate::boxed]
pub async fn name_certificates(service: &Service, by: &Staff, id: StaffId, names: &[String]) -> ServiceResult<()> {
    change(service, by, id, |client| client::name_certificates(client, names, by)).await
}

/// Names that certificates of a system bear.
#[crate::boxed]
pub async fn certificates_of(service: &Service, id: StaffId) -> ServiceResult<Vec<String>> {
    let permit = Service::directory_permit("clients")?;
    Ok(service.store.load::<Client>(&permit, client::stream(id)).await?.state.certificates)
}

async fn change(
    service: &Service,
    by: &Staff,
    id: StaffId,
    decide: impl FnOnce(&Client) -> Result<Vec<Event>, Refusals>,
) -> ServiceResult<()> {
    let permit = people::accounts::permit(service, by).await?;
    let loaded = service.store.load::<Client>(&permit, client::stream(id)).await?;
    let mut change = Change::default();
    change.add(&loaded, &decide(&loaded.state)?);
    Ok(service.store.commit(&permit, change, service.now()).await?)
}
