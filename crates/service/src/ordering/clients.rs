//! Systems that ask: opened with a secret that is shown once, known again by its digest; or by a key of their own.

mod keys;
mod organisations;
mod proof;
mod register;
mod scope;

pub(crate) use keys::FetchedKeys;
pub use organisations::named;
pub use proof::{NotProven, desk_by_signature, prove};
pub use register::{certificates_of, name_certificates, register_issuer, register_keys};
pub use scope::{Interaction, Scopes, supported};

use crate::{
    Desk, Service, ServiceResult,
    people::{self, accounts::new_staff_id},
    secret::digest,
};
use anyhow::Context;
use argon2::password_hash::rand_core::{OsRng, RngCore};
use care::{
    OdsCode, Role, Staff, StaffId,
    ordering::client::{self, Address, Client, Represented},
};
use std::sync::Arc;
use store::Change;

/// How long a token lasts.
const TOKEN_SECONDS: i64 = 3600;

/// What is kept of a token.
#[derive(serde::Serialize, serde::Deserialize)]
struct Token {
    client: StaffId,
    scopes: String,
}

/// Who comes with a token, and what it lets do.
pub struct TokenBearer {
    /// The system's desk.
    pub desk: Desk,
    /// What the token may do there.
    pub scopes: Scopes,
}

/// A secret of 160 bits.
pub(crate) fn random(prefix: &str) -> String {
    let mut bytes = [0; 20];
    OsRng.fill_bytes(&mut bytes);
    format!("{prefix}{}", hex::encode(bytes))
}

/// Lets a hospital's system ask; its secret is given back once and kept nowhere.
#[crate::boxed]
pub async fn open(
    service: &Service,
    by: &Staff,
    role: Role,
    name: &str,
    (organisation, organisation_name): (OdsCode, &str),
) -> ServiceResult<(StaffId, String)> {
    let permit = people::accounts::permit(service, by).await?;
    let secret = random("gms_");
    let id = new_staff_id(service);
    let staff = Staff { id, name: name.trim().to_owned(), role, organisation, organisation_name: organisation_name.to_owned() };
    let loaded = service.store.load::<Client>(&permit, client::stream(id)).await?;
    let mut change = Change::default();
    change.add(&loaded, &client::open(&loaded.state, staff, digest(&secret))?);
    service.store.commit(&permit, change, service.now()).await?;
    Ok((id, secret))
}

/// Says how results reach a system.
#[crate::boxed]
pub async fn set_address(service: &Service, by: &Staff, id: StaffId, address: Address) -> ServiceResult<()> {
    let permit = people::accounts::permit(service, by).await?;
    let loaded = service.store.load::<Client>(&permit, client::stream(id)).await?;
    let mut change = Change::default();
    change.add(&loaded, &client::address(&loaded.state, address)?);
    Ok(service.store.commit(&permit, change, service.now()).await?)
}

/// Says for which organisations beside its own a system asks.
#[crate::boxed]
pub async fn represent(service: &Service, by: &Staff, id: StaffId, organisations: Vec<Represented>) -> ServiceResult<()> {
    let permit = people::accounts::permit(service, by).await?;
    let loaded = service.store.load::<Client>(&permit, client::stream(id)).await?;
    let mut change = Change::default();
    change.add(&loaded, &client::represent(&loaded.state, organisations, by)?);
    Ok(service.store.commit(&permit, change, service.now()).await?)
}

/// Says which laboratories take the results of another laboratory's system.
#[crate::boxed]
pub async fn take_results(service: &Service, by: &Staff, id: StaffId, laboratories: Vec<OdsCode>) -> ServiceResult<()> {
    let permit = people::accounts::permit(service, by).await?;
    organisations::are_open_here(service, &laboratories).await?;
    let loaded = service.store.load::<Client>(&permit, client::stream(id)).await?;
    let mut change = Change::default();
    change.add(&loaded, &client::take_results(&loaded.state, laboratories, by)?);
    Ok(service.store.commit(&permit, change, service.now()).await?)
}

/// Ends a system's asking, at once.
#[crate::boxed]
pub async fn close(service: &Service, by: &Staff, id: StaffId, reason: String) -> ServiceResult<()> {
    let permit = people::accounts::permit(service, by).await?;
    let loaded = service.store.load::<Client>(&permit, client::stream(id)).await?;
    let mut change = Change { reason: reason.clone(), ..Change::default() };
    change.add(&loaded, &client::close(&loaded.state, reason)?);
    Ok(service.store.commit(&permit, change, service.now()).await?)
}

/// The desk of a system by its secret.
#[crate::boxed]
pub async fn desk_of(service: &Arc<Service>, secret: &str) -> ServiceResult<Option<Desk>> {
    Ok(service.store.client(&digest(secret)).await?.map(|staff| service.desk(staff)))
}

/// The desk of a system on a line of its own, which nobody else can reach.
#[crate::boxed]
pub async fn desk_of_line(service: &Arc<Service>, client: StaffId) -> ServiceResult<Option<Desk>> {
    Ok(service.store.client_by_id(client).await?.map(|staff| service.desk(staff)))
}

/// Who a system is by its identifier and its secret.
#[crate::boxed]
pub async fn by_secret(service: &Service, client: StaffId, secret: &str) -> ServiceResult<Option<Staff>> {
    Ok(service.store.client(&digest(secret)).await?.filter(|staff| staff.id == client))
}

/// A token of a system.
pub struct Granted {
    /// It is shown once.
    pub token: String,
    /// What it may do.
    pub scope: String,
    /// How long it lasts.
    pub seconds: i64,
}

/// A token for a system that has shown who it is (OAuth 2.0 client credentials, RFC 6749, section 4.4), with those of the scopes
/// that it asks for that there are; none where there are none.
#[crate::boxed]
pub async fn grant(service: &Service, staff: &Staff, scopes: &str) -> ServiceResult<Option<Granted>> {
    let scope = scope::granted(scopes, service.now());
    if scope.is_empty() {
        return Ok(None);
    }
    let token = random("gmt_");
    let data = serde_json::to_string(&Token { client: staff.id, scopes: scope.clone() }).context("writing the token")?;
    service.store.save_session(&format!("token/{}", digest(&token)), &data, service.now().as_second() + TOKEN_SECONDS).await?;
    Ok(Some(Granted { token, scope, seconds: TOKEN_SECONDS }))
}

/// Who comes with a token that lasts; nobody with one that is unknown or has run out, or of a system that was closed.
#[crate::boxed]
pub async fn token_bearer(service: &Arc<Service>, token: &str) -> ServiceResult<Option<TokenBearer>> {
    let session = service.store.session(&format!("token/{}", digest(token)), service.now().as_second()).await?;
    let Some((data, _)) = session else { return Ok(None) };
    let token: Token = serde_json::from_str(&data).context("reading the token")?;
    let scopes = Scopes::read(&token.scopes, service.now());
    Ok(desk_of_line(service, token.client).await?.map(|desk| TokenBearer { desk, scopes }))
}

impl Desk {
    /// The same desk, for somebody who works at that system.
    #[must_use]
    pub fn on_behalf_of(mut self, user: &str) -> Desk {
        self.staff.name = format!("{} for {user}", self.staff.name);
        self
    }
}
