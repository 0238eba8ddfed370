use super::{Algorithm, encoded};
use base64::{Engine, prelude::BASE64_STANDARD};
use ring::{
    rand::SystemRandom,
    signature::{self, EcdsaKeyPair, KeyPair, RsaKeyPair, RsaPublicKeyComponents},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A private key that signs tokens.
pub struct Signer {
    pair: Pair,
    /// Its public half, with its thumbprint as name.
    public: Value,
    id: String,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
}

/// Why a key cannot sign.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SignerFault {
    /// It is in another form.
    #[error(
        "This is no private key as PEM (BEGIN PRIVATE KEY) that is not encrypted; openssl pkcs8 -topk8 -nocrypt -in key.pem -out new.pem writes one"
    )]
    NotRead,
    /// It is of a kind that does not sign here.
    #[error("The key is neither RSA of 2048 to 8192 bits nor EC P-256 or P-384")]
    Kind,
    /// It does not sign that way.
    #[error("The key cannot sign as {0}")]
    Algorithm(&'static str),
}

impl Signer {
    /// Reads a private key in PEM.
    pub fn read(pem: &str) -> Result<Signer, SignerFault> {
        let (label, der) = block(pem).ok_or(SignerFault::NotRead)?;
        let pair = match label {
            "PRIVATE KEY" => Pair::of_pkcs8(&der).ok_or(SignerFault::Kind)?,
            "RSA PRIVATE KEY" => Pair::Rsa(Box::new(RsaKeyPair::from_der(&der).map_err(|_| SignerFault::Kind)?)),
            _ => return Err(SignerFault::NotRead),
        };
        let mut public = pair.public();
        let id = encoded(Sha256::digest(public.to_string()));
        public["kid"] = json!(id);
        public["use"] = json!("sig");
        Ok(Signer { pair, public, id })
    }

    /// The public half as a set of keys, for whoever checks what is signed.
    pub fn key_set(&self) -> Value {
        json!({ "keys": [self.public] })
    }

    /// The ways in which it signs, the most widely taken last.
    pub fn algorithms(&self) -> &'static [Algorithm] {
        match self.pair {
            Pair::Rsa(_) => &[Algorithm::Rs384, Algorithm::Rs512, Algorithm::Ps384, Algorithm::Ps512, Algorithm::Ps256, Algorithm::Rs256],
            Pair::P256(_) => &[Algorithm::Es256],
            Pair::P384(_) => &[Algorithm::Es384],
        }
    }

    /// A token that says something.
    pub fn sign(&self, algorithm: Algorithm, claims: &Value) -> Result<String, SignerFault> {
        let header = json!({ "alg": algorithm.name(), "typ": "JWT", "kid": self.id });
        let signed = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
        let fault = || SignerFault::Algorithm(algorithm.name());
        let random = SystemRandom::new();
        let signature = match (&self.pair, algorithm) {
            (Pair::Rsa(pair), _) => {
                let mut made = vec![0; pair.public().modulus_len()];
                pair.sign(algorithm.rsa_encoding().ok_or_else(fault)?, &random, signed.as_bytes(), &mut made).map_err(|_| fault())?;
                made
            }
            (Pair::P256(pair), Algorithm::Es256) | (Pair::P384(pair), Algorithm::Es384) => {
                pair.sign(&random, signed.as_bytes()).map_err(|_| fault())?.as_ref().to_vec()
            }
            _ => return Err(fault()),
        };
        Ok(format!("{signed}.{}", encoded(signature)))
    }
}

impl Pair {
    fn of_pkcs8(der: &[u8]) -> Option<Pair> {
        let random = SystemRandom::new();
        if let Ok(pair) = RsaKeyPair::from_pkcs8(der) {
            return Some(Pair::Rsa(Box::new(pair)));
        }
        if let Ok(pair) = EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, der, &random) {
            return Some(Pair::P256(pair));
        }
        EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P384_SHA384_FIXED_SIGNING, der, &random).ok().map(Pair::P384)
    }

    /// The public half: the members that make up the thumbprint, in its order (RFC 7638, section 3.2).
    fn public(&self) -> Value {
        let point = |pair: &EcdsaKeyPair, curve: &str| {
            let point = &pair.public_key().as_ref()[1..];
            let (x, y) = point.split_at(point.len() / 2);
            json!({ "crv": curve, "kty": "EC", "x": encoded(x), "y": encoded(y) })
        };
        match self {
            Pair::Rsa(pair) => {
                let parts = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({ "e": encoded(parts.e), "kty": "RSA", "n": encoded(parts.n) })
            }
            Pair::P256(pair) => point(pair, "P-256"),
            Pair::P384(pair) => point(pair, "P-384"),
        }
    }
}

/// The first private key of a PEM file: its label and its bytes.
fn block(pem: &str) -> Option<(&str, Vec<u8>)> {
    let labels = ["PRIVATE KEY", "RSA PRIVATE KEY"];
    let found = labels.iter().find_map(|label| Some((*label, pem.split_once(&format!("-----BEGIN {label}-----"))?.1)));
    let (label, rest) = found?;
    let body = rest.split_once("-----END")?.0;
    let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    Some((label, BASE64_STANDARD.decode(body).ok()?))
}
