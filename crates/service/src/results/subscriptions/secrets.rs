//! Headers that a system wants to be sent along, such as its token: files of their own, since the journal keeps no secrets.

use anyhow::Context;
use care::SubscriptionId;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

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

fn file(folder: &Path, id: SubscriptionId) -> PathBuf {
    folder.join("tokens").join(format!("subscription-{id}"))
}

/// Keeps the headers of a subscription; nothing where it has none.
pub(super) fn keep(folder: &Path, id: SubscriptionId, headers: &[(String, String)]) -> anyhow::Result<()> {
    if headers.is_empty() {
        return Ok(());
    }
    let file = file(folder, id);
    fs::create_dir_all(folder.join("tokens")).context("making the folder of tokens")?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let writer = options.open(&file).with_context(|| format!("writing {}", file.display()))?;
    serde_json::to_writer(writer, headers).with_context(|| format!("writing {}", file.display()))
}

/// The headers of a subscription.
pub(super) fn headers(folder: &Path, id: SubscriptionId, names: &[String]) -> anyhow::Result<HeaderMap> {
    if names.is_empty() {
        return Ok(HeaderMap::new());
    }
    let file = file(folder, id);
    let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let kept: Vec<(String, String)> = serde_json::from_str(&text).with_context(|| format!("reading {}", file.display()))?;
    kept.iter().map(|(name, value)| read(name, value).map_err(anyhow::Error::msg)).collect()
}

/// Forgets the headers of a subscription.
pub(super) fn forget(folder: &Path, id: SubscriptionId) -> anyhow::Result<()> {
    match fs::remove_file(file(folder, id)) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault).context("forgetting the headers of a subscription"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn headers_are_kept_apart_and_forgotten() {
        let folder = tempfile::tempdir().expect("a folder");
        let id = SubscriptionId(Uuid::from_u128(7));
        let sent = vec![("Authorization".to_owned(), "Bearer s3cret".to_owned())];
        keep(folder.path(), id, &sent).expect("kept");
        let names = ["Authorization".to_owned()];
        assert_eq!(headers(folder.path(), id, &names).expect("read")["authorization"], "Bearer s3cret");
        forget(folder.path(), id).expect("forgotten");
        forget(folder.path(), id).expect("forgotten before");
        assert!(headers(folder.path(), id, &names).is_err(), "what was to be sent along is not left out in silence");
        assert!(headers(folder.path(), id, &[]).expect("none").is_empty());
    }

    #[test]
    fn a_header_that_cannot_be_sent_is_refused_without_its_value() {
        for (name, value) in [("Host", "x"), ("Content-Length", "1"), ("X Y", "1"), ("", "1"), ("X-Token", "s3cret\r\nX-Other: 1")] {
            let why = check(&[(name.to_owned(), value.to_owned())]).expect_err("refused");
            assert!(!why.contains("s3cret"), "{why}");
        }
        assert!(check(&vec![("X-A".to_owned(), "1".to_owned()); 11]).is_err());
    }
}
