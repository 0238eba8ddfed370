//! The key with which ends are signed: a file of the server's folder, like that with which secrets are sealed. Its public half lies where
//! the signed ends lie.

use crate::secret;
use anyhow::{Context, anyhow};
use ring::{
    rand::SystemRandom,
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::Path,
};

/// Name of the file.
const FILE: &str = "evidence.key";
/// Name of the list of public keys.
pub(super) const KEYS: &str = "keys.txt";

/// A key that signs.
pub(super) struct Signing(Ed25519KeyPair);

impl Signing {
    /// The key of a folder, which is made where there is none.
    pub(super) fn of_folder(folder: &Path) -> anyhow::Result<Signing> {
        let file = folder.join(FILE);
        if !file.exists() {
            let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| anyhow!("the machine gives no random bytes"))?;
            secret::write_once(folder, FILE, &hex::encode(made.as_ref()))?;
        }
        let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        let bytes = hex::decode(text.trim()).with_context(|| format!("{} is no key", file.display()))?;
        let pair = Ed25519KeyPair::from_pkcs8(&bytes).map_err(|_| anyhow!("{} is no key", file.display()))?;
        Ok(Signing(pair))
    }

    pub(super) fn public(&self) -> String {
        hex::encode(self.0.public_key().as_ref())
    }

    pub(super) fn sign(&self, text: &[u8]) -> String {
        hex::encode(self.0.sign(text).as_ref())
    }

    /// Writes the public half into the list of a place, unless it is there.
    pub(super) fn publish(&self, place: &Path) -> anyhow::Result<()> {
        let public = self.public();
        if published(place)?.contains(&public) {
            return Ok(());
        }
        let file = place.join(KEYS);
        let mut list = OpenOptions::new().create(true).append(true).open(&file).with_context(|| format!("writing {}", file.display()))?;
        writeln!(list, "{public}").with_context(|| format!("writing {}", file.display()))
    }
}

/// The public keys of a place.
pub(super) fn published(place: &Path) -> anyhow::Result<Vec<String>> {
    let file = place.join(KEYS);
    match fs::read_to_string(&file) {
        Ok(text) => Ok(text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()),
        Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(vec![]),
        Err(fault) => Err(fault).with_context(|| format!("reading {}", file.display())),
    }
}

/// Whether a text was signed by the holder of a key.
pub(super) fn is_signed(public: &str, text: &[u8], signature: &str) -> bool {
    let (Ok(public), Ok(signature)) = (hex::decode(public), hex::decode(signature)) else { return false };
    UnparsedPublicKey::new(&ED25519, public).verify(text, &signature).is_ok()
}
