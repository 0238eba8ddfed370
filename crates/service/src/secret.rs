//! Secrets are kept as their digests alone.

use sha2::{Digest, Sha256};

/// The SHA-256 of a secret or a document, in hexadecimal.
pub(crate) fn digest(content: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(content.as_ref()))
}
