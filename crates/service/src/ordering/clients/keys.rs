//! Public keys of systems: registered here, or read from the address that was registered, and from no other. What a token says of
//! where its keys are is never followed.

use crate::{Service, certificates, fault::ForLog};
use anyhow::{Context, ensure};
use care::{
    StaffId,
    ordering::client::{Client, KeySource},
};
use interop::jose::Keys;
use jiff::{SignedDuration, Timestamp};
use reqwest::{header::CACHE_CONTROL, redirect::Policy};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

/// Keys that were read from systems' addresses, by system.
#[derive(Default)]
pub(crate) struct FetchedKeys(Mutex<HashMap<StaffId, Arc<tokio::sync::Mutex<Option<Fetched>>>>>);

/// What an address answered.
#[derive(Clone)]
struct Fetched {
    url: String,
    /// The keys, and when they were read.
    keys: Option<(Keys, Timestamp)>,
    /// Until when they count without asking again.
    fresh_until: Timestamp,
    /// When the address was last tried.
    tried: Timestamp,
    fault: String,
}

/// Seconds that keys count where the address does not say, and at the most.
const FRESH_SECONDS: (i64, i64) = (300, 600);
/// How long an address is left in peace after it was tried, whoever sends tokens with keys that are not there.
const PEACE: SignedDuration = SignedDuration::from_secs(10);
/// How old keys may be that count while the address does not answer.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// How long the address may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// A longer answer is no set of keys.
const ANSWER_BYTES_MAX: usize = 256 << 10;

/// The public keys of a system, with the one of a name if it has one. What is wrong is worded for whoever runs the system.
pub(super) async fn keys_of(service: &Service, id: StaffId, client: &Client, key: &str) -> Result<Keys, String> {
    match &client.keys {
        None => Err("No public keys are registered for this client: gms client --system … --jwks FILE, or --jwks-url".into()),
        Some(KeySource::Set { jwks }) => Keys::read(jwks).map_err(|fault| fault.to_string()),
        Some(KeySource::Address { url }) => fetched(service, id, url, key).await,
    }
}

async fn fetched(service: &Service, id: StaffId, url: &str, key: &str) -> Result<Keys, String> {
    let slot = Arc::clone(service.fetched_keys.0.lock().expect("nobody panics with the lock held").entry(id).or_default());
    // Whoever comes meanwhile waits for the same answer.
    let mut slot = slot.lock().await;
    let now = service.now();
    let known = slot.clone().filter(|known| known.url == url);
    let is_enough = |known: &Fetched| {
        let has_key = known.keys.as_ref().is_some_and(|(keys, _)| keys.has(key));
        (has_key && now < known.fresh_until) || now.duration_since(known.tried) < PEACE
    };
    let current = match known {
        Some(known) if is_enough(&known) => known,
        earlier => {
            let current = fetch(service, url, earlier, now).await;
            *slot = Some(current.clone());
            current
        }
    };
    let usable = current.keys.filter(|(_, read)| current.fault.is_empty() || now.duration_since(*read) < KEPT);
    usable.map(|(keys, _)| keys).ok_or_else(|| format!("The keys at {url} could not be read: {}", current.fault))
}

async fn fetch(service: &Service, url: &str, earlier: Option<Fetched>, now: Timestamp) -> Fetched {
    match read(service, url).await {
        Ok((keys, seconds)) => Fetched {
            url: url.to_owned(),
            keys: Some((keys, now)),
            fresh_until: now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(now),
            tried: now,
            fault: String::new(),
        },
        Err(fault) => {
            tracing::warn!("reading the keys at {url}: {}", fault.for_log());
            let keys = earlier.and_then(|earlier| earlier.keys);
            Fetched { url: url.to_owned(), keys, fresh_until: now, tried: now, fault: format!("{fault:#}") }
        }
    }
}

/// The keys at an address, and for how many seconds they count.
async fn read(service: &Service, url: &str) -> anyhow::Result<(Keys, i64)> {
    // An address that sends us elsewhere is not followed: that is how servers are made to ask themselves.
    let client = certificates::http(&service.folder)?.redirect(Policy::none()).timeout(ANSWER_WITHIN).build()?;
    let mut answer = client.get(url).header("accept", "application/json").send().await.context("no answer")?;
    ensure!(answer.status().as_u16() == 200, "it answered {}", answer.status());
    let said = answer.headers().get(CACHE_CONTROL).and_then(|value| value.to_str().ok()).unwrap_or_default().to_lowercase();
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.context("the answer broke off")? {
        body.extend_from_slice(&part);
        ensure!(body.len() <= ANSWER_BYTES_MAX, "the answer is too long");
    }
    let keys = Keys::read(std::str::from_utf8(&body).context("the answer is no text")?)?;
    Ok((keys, fresh_seconds(&said)))
}

/// For how long keys count, by the address's `Cache-Control`; never longer than that says (SMART App Launch 2.2, registering keys).
fn fresh_seconds(cache_control: &str) -> i64 {
    let mut directives = cache_control.split(',').map(str::trim);
    if directives.clone().any(|directive| ["no-store", "no-cache"].contains(&directive)) {
        return 0;
    }
    let said = directives.find_map(|directive| directive.strip_prefix("max-age=")?.parse().ok());
    said.unwrap_or(FRESH_SECONDS.0).clamp(0, FRESH_SECONDS.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_count_as_long_as_their_address_says_and_no_longer_than_minutes() {
        for (said, seconds) in
            [("", 300), ("max-age=60", 60), ("public, max-age=86400", 600), ("no-store", 0), ("max-age=-5", 0), ("max-age=x", 300)]
        {
            assert_eq!(fresh_seconds(said), seconds, "{said}");
        }
    }
}
