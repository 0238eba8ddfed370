//! How often one session may ask, or one address without a session: enough for any person at work, too little for a machine
//! that tries numbers or wears the service out.

use crate::{
    error,
    serving::{Bounds, network},
    session::{LINK, STAFF},
};
use axum::{
    Json,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::keyed::DefaultKeyedStateStore,
};
use interop::ga4gh::{
    beacon::{self, Entry},
    matchmaker,
};
use serde_json::json;
use std::{
    hash::{BuildHasher, Hash, RandomState},
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
};
use tower_sessions::{Session, session::Id};

type Limiter<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock>;

/// Requests a second in the long run, and at once, of a session: a page with its parts is one request, typing ahead is seven a second.
const OF_SESSION: (u32, u32) = (20, 200);
/// Of an address without a session: a hospital behind one address signs in at the start of a shift.
const OF_ADDRESS: (u32, u32) = (50, 400);
/// How many seconds' worth a system may send at once, such as what waited while a line was down.
const SYSTEMS_AT_ONCE: u32 = 10;
/// Keys after which those that have rested are forgotten.
const KEYS_MAX: usize = 10_000;

/// What has been asked lately, by whom.
pub(crate) struct Limits {
    sessions: Limiter<Id>,
    addresses: Limiter<Option<IpAddr>>,
    /// By the hash of the secret or token that is shown: it is not looked at yet, so that an address has a limit beside it.
    systems: Limiter<u64>,
    addresses_of_systems: Limiter<Option<IpAddr>>,
    /// Others do not know where a secret falls.
    hash: RandomState,
}

impl Limits {
    pub(crate) fn new(bounds: &Bounds) -> Arc<Limits> {
        let of_systems = |a_second: u32| quota((a_second, a_second.saturating_mul(SYSTEMS_AT_ONCE)));
        Arc::new(Limits {
            sessions: RateLimiter::keyed(quota(OF_SESSION)),
            addresses: RateLimiter::keyed(quota(OF_ADDRESS)),
            systems: RateLimiter::keyed(of_systems(bounds.system_requests)),
            addresses_of_systems: RateLimiter::keyed(of_systems(bounds.address_requests)),
            hash: RandomState::new(),
        })
    }
}

/// A limit of none would be no service: it is one.
fn quota((a_second, at_once): (u32, u32)) -> Quota {
    let some = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
    Quota::per_second(some(a_second)).allow_burst(some(at_once))
}

/// Asks on, or says when to ask again.
pub(crate) async fn limit(State(limits): State<Arc<Limits>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    // Taken out first: a request cannot be lent to what waits.
    let session = request.extensions().get::<Session>().cloned();
    let wait = match known(session).await {
        Some(session) => wait(&limits.sessions, &session),
        None => wait(&limits.addresses, &address(&request)),
    };
    match wait {
        None => next.run(request).await,
        Some(seconds) => too_many(&path, seconds),
    }
}

/// The same for other systems: by what they show, and by the address from which they ask.
pub(crate) async fn interface(State(limits): State<Arc<Limits>>, request: Request, next: Next) -> Response {
    let of_address = wait(&limits.addresses_of_systems, &address(&request));
    let of_system = || shown(request.headers()).and_then(|secret| wait(&limits.systems, &limits.hash.hash_one(secret.as_bytes())));
    match of_address.or_else(of_system) {
        None => next.run(request).await,
        Some(seconds) => too_many(request.uri().path(), seconds),
    }
}

fn address(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|from| network(from.0.ip()))
}

/// The secret or token of whoever asks.
fn shown(headers: &HeaderMap) -> Option<&HeaderValue> {
    headers.get(header::AUTHORIZATION).or_else(|| headers.get("x-auth-token"))
}

/// Says when to ask again: to programs as each interface says what is wrong; to people as a page.
fn too_many(path: &str, seconds: u64) -> Response {
    let wait = [(header::RETRY_AFTER, seconds.to_string())];
    let message = format!("Too many requests at once; nothing was done. Repeat it in {seconds} seconds");
    let (kind, body) = match () {
        () if path.starts_with("/fhir") || path.starts_with("/FHIR") => {
            let issue = json!({ "severity": "error", "code": "throttled", "diagnostics": message });
            ("application/fhir+json; charset=utf-8", json!({ "resourceType": "OperationOutcome", "issue": [issue] }))
        }
        () if path.starts_with("/hl7") => return (StatusCode::TOO_MANY_REQUESTS, wait, message).into_response(),
        () if path.starts_with("/match") => (matchmaker::MEDIA_TYPES[1], json!({ "message": message })),
        () if path.starts_with("/api/") => {
            (JSON, json!({ "detail": format!("Request was throttled. Expected available in {seconds} seconds.") }))
        }
        () if path.starts_with("/beacon") => {
            let error = beacon::error(Entry::Individual, StatusCode::TOO_MANY_REQUESTS.as_u16(), &message);
            (JSON, serde_json::to_value(error).unwrap_or_default())
        }
        () if path.starts_with("/oauth2") => (JSON, json!({ "error": "temporarily_unavailable", "error_description": message })),
        () if path.starts_with("/cds-services") || path.starts_with("/research/ask") => (JSON, json!({ "error": message })),
        () => {
            let message = format!("Nothing was done. Wait {seconds} seconds, then go back and repeat it.");
            return (wait, error::refused(StatusCode::TOO_MANY_REQUESTS, "Too many requests at once", message)).into_response();
        }
    };
    (StatusCode::TOO_MANY_REQUESTS, wait, [(header::CONTENT_TYPE, kind)], Json(body)).into_response()
}

const JSON: &str = "application/json";

/// The session of a request, if somebody is signed in with it or has opened a link: any other value in a cookie is no session.
async fn known(session: Option<Session>) -> Option<Id> {
    let session = session?;
    for key in [STAFF, LINK] {
        if session.get_value(key).await.ok().flatten().is_some() {
            return session.id();
        }
    }
    None
}

/// Seconds to wait, if this is one request too many.
fn wait<K: Hash + Eq + Clone>(limiter: &Limiter<K>, key: &K) -> Option<u64> {
    if limiter.len() > KEYS_MAX {
        limiter.retain_recent();
    }
    let refused = limiter.check_key(key).err()?;
    Some(refused.wait_time_from(limiter.clock().now()).as_secs() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_asks_too_often_waits_and_others_do_not() {
        let limits = Limits::new(&Bounds::default());
        let (one, other): (Option<IpAddr>, Option<IpAddr>) = ("10.0.0.1".parse().ok(), "10.0.0.2".parse().ok());
        let refused = (0..OF_ADDRESS.1 * 2).filter(|_| wait(&limits.addresses, &one).is_some()).count();
        assert!(refused > 0, "twice as many as allowed at once, and none was refused");
        assert_eq!(wait(&limits.addresses, &other), None);
    }

    #[test]
    fn programs_are_answered_in_their_own_format() {
        for (path, kind) in [
            ("/api/v1/panels/", "application/json"),
            ("/beacon/g_variants", "application/json"),
            ("/oauth2/token", "application/json"),
            ("/cds-services/medicines-order-sign", "application/json"),
            ("/fhir/ServiceRequest", "application/fhir+json; charset=utf-8"),
            ("/FHIR/R4/Task", "application/fhir+json; charset=utf-8"),
            ("/match", "application/vnd.ga4gh.matchmaker.v1.1+json"),
            ("/hl7", "text/plain; charset=utf-8"),
            ("/orders", "text/html; charset=utf-8"),
        ] {
            let response = too_many(path, 3);
            let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
            assert_eq!((header(header::CONTENT_TYPE), header(header::RETRY_AFTER)), (Some(kind), Some("3")), "{path}");
        }
    }
}
