use super::{Algorithm, Claims, Keys, decoded};
use serde_json::{Map, Value};

/// A signed token, read and not yet believed.
pub struct Token<'t> {
    algorithm: Algorithm,
    /// `kid`: the key that signed it.
    pub key: Option<String>,
    /// `jku`: where it says that its keys are.
    pub keys_at: Option<String>,
    claims: Claims,
    signed: &'t str,
    signature: Vec<u8>,
}

/// Why a token is not taken.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TokenFault {
    /// It is none.
    #[error("This is no signed token (three parts of base64url with dots between them): {0}")]
    NotRead(&'static str),
    /// It is signed in a way that is not taken, or not at all.
    #[error("alg '{0}' is not taken: sign with RS384 or ES384 (RS256, RS512, PS256, PS384, PS512, ES256 and EdDSA are taken too)")]
    Algorithm(String),
    /// It does not say with which key it is signed.
    #[error("The header has no kid: name the key that signed the token")]
    KeyMissing,
    /// It was signed by a key that is not known.
    #[error("No registered key has the kid '{0}'")]
    KeyUnknown(String),
    /// The signature is of somebody else, or of something else.
    #[error("The signature does not fit the registered key")]
    Signature,
    /// It says something else than it must.
    #[error("{name} {message}")]
    #[expect(missing_docs, reason = "the names say it")]
    Claim { name: &'static str, message: String },
}

impl TokenFault {
    /// A claim that is not as it must be.
    pub fn claim(name: &'static str, message: impl Into<String>) -> TokenFault {
        TokenFault::Claim { name, message: message.into() }
    }
}

/// What is longer is no token.
const BYTES_MAX: usize = 32 << 10;

impl<'t> Token<'t> {
    /// Reads a token; whoever sent it may say what they like until it is verified.
    pub fn read(text: &'t str) -> Result<Token<'t>, TokenFault> {
        let text = text.trim();
        if text.len() > BYTES_MAX {
            return Err(TokenFault::NotRead("it is too long"));
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(TokenFault::NotRead("it has no dots"))?;
        let (header, payload) = signed.split_once('.').ok_or(TokenFault::NotRead("it has one dot"))?;
        if payload.contains('.') {
            return Err(TokenFault::NotRead("it has more than two dots"));
        }
        let header = object(header).ok_or(TokenFault::NotRead("its header is no JSON object"))?;
        // An extension that is named here must be understood, and none is (RFC 7515, section 4.1.11).
        if header.contains_key("crit") {
            return Err(TokenFault::NotRead("its header has crit, and no extension is known here"));
        }
        let named = |name: &str| header.get(name).and_then(Value::as_str).map(str::to_owned);
        let alg = named("alg").unwrap_or_default();
        let algorithm = Algorithm::read(&alg).ok_or_else(|| TokenFault::Algorithm(alg.chars().take(20).collect()))?;
        Ok(Token {
            algorithm,
            key: named("kid"),
            keys_at: named("jku"),
            claims: Claims(object(payload).ok_or(TokenFault::NotRead("what it says is no JSON object"))?),
            signed,
            signature: decoded(signature).ok_or(TokenFault::NotRead("its signature is no base64url"))?,
        })
    }

    /// Who says to have sent it: only to look for that sender's keys.
    pub fn unverified(&self, name: &str) -> Option<&str> {
        self.claims.text(name)
    }

    /// What it says, once one of somebody's keys has signed it.
    pub fn verified(self, keys: &Keys) -> Result<Claims, TokenFault> {
        if let Some(id) = self.key.as_deref().filter(|id| !keys.has(id)) {
            return Err(TokenFault::KeyUnknown(id.chars().filter(|c| !c.is_control()).take(100).collect()));
        }
        let holds = keys.verify(self.key.as_deref(), self.algorithm, self.signed.as_bytes(), &self.signature);
        if holds { Ok(self.claims) } else { Err(TokenFault::Signature) }
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&decoded(part)?).ok()
}
