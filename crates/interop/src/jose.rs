//! JSON Web Tokens, signed with a key of whoever sends them, and the public keys that check them. No secret is ever shared:
//! algorithms with one (`HS256`) and without any (`none`) do not exist here.
//!
//! Sources: RFC 7515 (signatures), RFC 7517 (keys), RFC 7518 (algorithms), RFC 7519 (tokens), RFC 7638 (thumbprints), RFC 8037 (EdDSA).

mod algorithm;
mod claims;
mod keys;
mod signer;
mod token;

pub use algorithm::Algorithm;
pub use claims::{Claims, Expected};
pub use keys::{Keys, KeysFault};
pub use signer::{Signer, SignerFault};
pub use token::{Token, TokenFault};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

/// Bytes as they stand in tokens and keys.
pub fn encoded(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// The same read again; padding that some write is left.
fn decoded(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests;
