//! Headers that a system wants to be sent along, such as its token: kept sealed beside the journal, which holds no secrets.

use crate::{Service, secret};
use anyhow::Context;
use care::SubscriptionId;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use store::secret::SecretChange;

/// Headers of a subscription at the most, and their characters.
const HEADERS_MAX: (usize, usize) = (10, 4096);
/// Headers that are the connection's, not the system's to set.
const OF_THE_CONNECTION: [&str; 9] =
    ["host", "content-length", "content-type", "transfer-encoding", "connection", "te", "trailer", "upgrade", "x-request-id"];

/// Why headers cannot be sent; nothing where they can.
pub(super) fn check(headers: &[(String, String)]) -> Result<(), String> {
    let length: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    if headers.len() > HEADERS_MAX.0 || length > HEADERS_MAX.1 {
        return Err(format!("Send {} headers at the most, of {} characters together", HEADERS_MAX.0, HEADERS_MAX.1));
    }
    headers.iter().try_for_each(|(name, value)| read(name, value).map(drop))
}

fn read(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let read_name: HeaderName =
        name.parse().map_err(|_| format!("'{name}' is no name of a header; send such as Authorization: Bearer …"))?;
    if OF_THE_CONNECTION.contains(&read_name.as_str()) {
        return Err(format!("{name} is set by the service: leave it out"));
    }
    // The value may be a secret, and is not repeated.
    let mut read_value = HeaderValue::from_str(value).map_err(|_| format!("The value of {name} cannot stand in a header"))?;
    read_value.set_sensitive(true);
    Ok((read_name, read_value))
}

fn name(id: SubscriptionId) -> String {
    format!("subscription/{id}")
}

/// The headers of a subscription as they are kept with it; nothing where it has none.
pub(super) async fn sealed(service: &Service, id: SubscriptionId, headers: &[(String, String)]) -> anyhow::Result<Option<SecretChange>> {
    if headers.is_empty() {
        return Ok(None);
    }
    let text = serde_json::to_string(headers).context("writing the headers of a subscription")?;
    Ok(Some(SecretChange::Keep(secret::seal(service, &name(id), &text).await?)))
}

/// Forgets the headers of a subscription.
pub(super) fn forgotten(id: SubscriptionId) -> SecretChange {
    SecretChange::Forget(name(id))
}

/// The headers of a subscription.
pub(super) async fn headers(service: &Service, id: SubscriptionId, names: &[String]) -> anyhow::Result<HeaderMap> {
    if names.is_empty() {
        return Ok(HeaderMap::new());
    }
    // What was to be sent along is never left out in silence.
    let text = secret::kept(service, &name(id)).await?.context("the headers of the subscription are not kept any more")?;
    let kept: Vec<(String, String)> = serde_json::from_str(&text).context("reading the headers of a subscription")?;
    kept.iter().map(|(name, value)| read(name, value).map_err(anyhow::Error::msg)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_cannot_be_sent_is_refused_without_its_value() {
        for (name, value) in [("Host", "x"), ("Content-Length", "1"), ("X Y", "1"), ("", "1"), ("X-Token", "s3cret\r\nX-Other: 1")] {
            let why = check(&[(name.to_owned(), value.to_owned())]).expect_err("refused");
            assert!(!why.contains("s3cret"), "{why}");
        }
        assert!(check(&vec![("X-A".to_owned(), "1".to_owned()); 11]).is_err());
    }
}
