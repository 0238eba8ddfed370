//! The signed ends of the journal and of chains of the audit.

use super::key::{self, Signing};
use anyhow::ensure;
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// What is signed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Body {
    /// When.
    pub at: Timestamp,
    /// Digest of the line that the same program signed before; empty for its first.
    pub previous: String,
    /// By what the journal has grown.
    pub journal: Option<Stretch>,
    /// Chains that have grown: number and hash of their last lines.
    pub chains: Vec<(Uuid, u64, String)>,
}

/// Events that follow each other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Stretch {
    /// Position of the event before the first.
    pub after: u64,
    /// Position of the last.
    pub position: u64,
    /// Its hash.
    pub hash: String,
    /// Digest over the hashes of all of them.
    pub digest: String,
}

/// That what was signed up to a time is out of force.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Acceptance {
    /// Up to when, with that moment.
    pub accepted: Timestamp,
}

/// A body with its signature (Ed25519, RFC 8032) over its very text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Head {
    body: String,
    pub key: String,
    signature: String,
}

impl Head {
    pub(super) fn sign(key: &Signing, body: &impl Serialize) -> anyhow::Result<Head> {
        let body = serde_json::to_string(body)?;
        let signature = key.sign(body.as_bytes());
        Ok(Head { body, key: key.public(), signature })
    }

    pub(super) fn line(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string(self)?)
    }

    /// What a line says, if one of the keys signed it.
    pub(super) fn read<T: DeserializeOwned>(line: &str, keys: &[String]) -> anyhow::Result<T> {
        let head: Head = serde_json::from_str(line)?;
        ensure!(keys.contains(&head.key), "it is signed with a key that is not in the list of keys");
        ensure!(key::is_signed(&head.key, head.body.as_bytes(), &head.signature), "its signature does not fit it");
        Ok(serde_json::from_str(&head.body)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_after_it_was_signed_or_is_signed_by_others_does_not_count() {
        let [own, other] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        let [own, other] = [own, other].map(|folder| Signing::of_folder(folder.path()).expect("a key"));
        let journal = Some(Stretch { after: 0, position: 20, hash: "ab".into(), digest: "cd".into() });
        let body = Body { at: Timestamp::UNIX_EPOCH, previous: String::new(), journal, chains: vec![] };
        let line = Head::sign(&own, &body).expect("signed").line().expect("written");
        let keys = [own.public()];
        assert_eq!(Head::read::<Body>(&line, &keys).expect("read"), body);
        assert!(Head::read::<Body>(&line.replace(":20,", ":19,"), &keys).is_err(), "changed");
        assert!(Head::read::<Acceptance>(&line, &keys).is_err(), "an end is no acceptance of a loss");
        let forged = Head::sign(&other, &body).expect("signed").line().expect("written");
        assert!(Head::read::<Body>(&forged, &keys).is_err(), "another key");
    }
}
