//! What a system shows who it is with, beside its secret: keys that sign, and certificates.

use super::{Client, Event};
use crate::{Refusals, Staff};
use serde::{Deserialize, Serialize};

/// Where the public keys of a system are.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum KeySource {
    /// Registered here.
    Set {
        /// As JSON Web Key Set.
        jwks: String,
    },
    /// At an address of the system's own, where it may change them.
    Address {
        /// Such as `https://hospital.example/jwks.json`.
        url: String,
    },
}

/// Longest name or address.
const CHARACTERS_MAX: usize = 2048;

/// Says where its public keys are, whatever was said before.
pub fn register_keys(client: &Client, keys: KeySource, by: &Staff) -> Result<Vec<Event>, Refusals> {
    client.is_open()?;
    if let KeySource::Address { url } = &keys
        && !is_safe(url)
    {
        let message = format!("'{url}' is no address of keys: give one with https, such as https://hospital.example/jwks.json");
        return Err(Refusals::one("keys", message));
    }
    Ok(if client.keys.as_ref() == Some(&keys) { vec![] } else { vec![Event::KeysRegistered { keys, by: by.clone() }] })
}

/// Says under which name it signs its requests.
pub fn register_issuer(client: &Client, issuer: &str, by: &Staff) -> Result<Vec<Event>, Refusals> {
    client.is_open()?;
    let issuer = issuer.trim();
    if issuer.is_empty() || issuer.len() > CHARACTERS_MAX || issuer.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(Refusals::one("issuer", "Give the name that stands in iss, such as https://hospital.example/fhir"));
    }
    Ok(if client.issuer.as_deref() == Some(issuer) {
        vec![]
    } else {
        vec![Event::IssuerRegistered { issuer: issuer.to_owned(), by: by.clone() }]
    })
}

/// Says which names its certificates bear: all of them, whatever was said before.
pub fn name_certificates(client: &Client, names: &[String], by: &Staff) -> Result<Vec<Event>, Refusals> {
    client.is_open()?;
    let mut names: Vec<String> = names.iter().map(|name| name.trim().to_lowercase()).collect();
    names.sort();
    names.dedup();
    if names.is_empty() || names.iter().any(|name| name.is_empty() || name.len() > CHARACTERS_MAX || name.contains('*')) {
        let message =
            "Give the name in the certificate, such as tie.hospital.example, or its fingerprint as sha256:…; no name stands for several";
        return Err(Refusals::one("certificate", message));
    }
    Ok(if client.certificates == names { vec![] } else { vec![Event::CertificatesNamed { names, by: by.clone() }] })
}

/// Whether what is fetched there cannot be changed on the way: over TLS, or from this machine.
fn is_safe(url: &str) -> bool {
    let is_short = url.len() <= CHARACTERS_MAX && !url.chars().any(|c| c.is_control() || c.is_whitespace());
    let host = |rest: &str| rest.split(['/', ':', '?', '#']).next().unwrap_or_default().to_owned();
    let is_here = url.strip_prefix("http://").is_some_and(|rest| ["localhost", "127.0.0.1"].contains(&host(rest).as_str()));
    is_short && (is_here || url.strip_prefix("https://").is_some_and(|rest| !host(rest).is_empty()))
}
