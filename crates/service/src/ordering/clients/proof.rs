//! Who a system is by a token that it signed: for a token of ours (RFC 7523; SMART App Launch, Backend Services), or with each request
//! (CDS Hooks). Each is good once, on whichever machine it arrives.

use super::keys::keys_of;
use crate::{Desk, Service, ServiceResult, secret::digest};
use care::{
    Staff, StaffId,
    ordering::client::{self, Client, KeySource},
};
use interop::jose::{Claims, Expected, Token, TokenFault};
use std::sync::Arc;

/// Why it is not believed who asks, worded for whoever runs the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotProven(pub String);

impl From<TokenFault> for NotProven {
    fn from(fault: TokenFault) -> NotProven {
        NotProven(fault.to_string())
    }
}

/// How far ahead an assertion may end. Source: SMART App Launch 2.2, `exp`: no more than five minutes.
const ASSERTION_SECONDS_MAX: i64 = 300;
/// How far ahead a token of CDS Hooks may end. The specification gives no bound; a use is kept that long.
const REQUEST_SECONDS_MAX: i64 = 3600;

/// Who a system is by its assertion, meant for one of these addresses. `named` is the identifier that it gave beside it.
#[crate::boxed]
pub async fn prove(
    service: &Service,
    assertion: &str,
    named: Option<&str>,
    audiences: &[String],
) -> ServiceResult<Result<Staff, NotProven>> {
    let token = match Token::read(assertion) {
        Ok(token) => token,
        Err(fault) => return Ok(Err(fault.into())),
    };
    let issuer = token.unverified("iss").unwrap_or_default().to_owned();
    if token.unverified("sub") != Some(issuer.as_str()) {
        return Ok(Err(NotProven("iss and sub are both the client's identifier".into())));
    }
    if named.is_some_and(|named| named != issuer) {
        return Ok(Err(NotProven("client_id names another client than the assertion".into())));
    }
    let staff = match issuer.parse::<StaffId>().ok() {
        Some(id) => service.store.client_by_id(id).await?.filter(|staff| staff.id.to_string() == issuer),
        None => None,
    };
    let Some(staff) = staff else { return Ok(Err(NotProven("There is no such client".into()))) };
    let proven = verified(service, &staff, token, (&issuer, audiences, ASSERTION_SECONDS_MAX)).await?;
    Ok(proven.map(|_| staff))
}

/// The desk of a system that signed its request, meant for one of these addresses. Source: CDS Hooks 2.0, trusting CDS clients.
#[crate::boxed]
pub async fn desk_by_signature(service: &Arc<Service>, token: &str, audiences: &[String]) -> ServiceResult<Result<Desk, NotProven>> {
    let token = match Token::read(token) {
        Ok(token) => token,
        Err(fault) => return Ok(Err(fault.into())),
    };
    let issuer = token.unverified("iss").unwrap_or_default().to_owned();
    let Some(staff) = service.store.client_by_issuer(&issuer).await? else {
        return Ok(Err(NotProven("No system is registered under this iss: gms client --system … --issuer".into())));
    };
    match verified(service, &staff, token, (&issuer, audiences, REQUEST_SECONDS_MAX)).await? {
        Ok(claims) if claims.moment("iat").is_none() => Ok(Err(TokenFault::claim("iat", "is missing").into())),
        Ok(_) => Ok(Ok(service.desk(staff))),
        Err(why) => Ok(Err(why)),
    }
}

/// What a token of a system says, if one of its keys signed it, it says what it must, and it was never used before.
async fn verified(
    service: &Service,
    staff: &Staff,
    token: Token<'_>,
    (issuer, audiences, seconds_most): (&str, &[String], i64),
) -> ServiceResult<Result<Claims, NotProven>> {
    let Some(key) = token.key.clone() else { return Ok(Err(TokenFault::KeyMissing.into())) };
    // Streams of systems are nobody's record: what is read here is kept of no person.
    let permit = Service::directory_permit("clients")?;
    let client = service.store.load::<Client>(&permit, client::stream(staff.id)).await?.state;
    if let Some(keys_at) = &token.keys_at
        && !matches!(&client.keys, Some(KeySource::Address { url }) if url == keys_at)
    {
        let message = "jku is not the address of keys that was registered for this system: register it with --jwks-url, or leave jku out";
        return Ok(Err(NotProven(message.into())));
    }
    let keys = match keys_of(service, staff.id, &client, &key).await {
        Ok(keys) => keys,
        Err(why) => return Ok(Err(NotProven(why))),
    };
    let now = service.now().as_second();
    let checked = token.verified(&keys).and_then(|claims| {
        claims.check(&Expected { issuer, audiences, now, seconds_most: Some(seconds_most) })?;
        let (id, until) = claims.used_once()?;
        Ok((format!("jti/{}/{}", staff.id, digest(id)), until, claims.clone()))
    });
    let (id, until, claims) = match checked {
        Ok(checked) => checked,
        Err(fault) => return Ok(Err(fault.into())),
    };
    if service.store.use_once(&id, now, until).await? {
        return Ok(Ok(claims));
    }
    Ok(Err(TokenFault::claim("jti", "was used before: give each token a name of its own").into()))
}
