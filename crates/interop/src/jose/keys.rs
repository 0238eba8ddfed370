use super::{Algorithm, decoded};
use ring::signature::{RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::Value;

/// Public keys of somebody, as RFC 7517 writes them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Keys(Vec<Key>);

#[derive(Clone, PartialEq, Eq, Debug)]
struct Key {
    /// `kid`.
    id: Option<String>,
    /// `alg`: the only one that it may be used with.
    algorithm: Option<Algorithm>,
    material: Material,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Material {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// An uncompressed point.
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// Why there are no keys.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeysFault {
    /// Something else.
    #[error("This is no set of keys (JWKS, RFC 7517): {0}")]
    NotRead(String),
    /// A private key, which is nobody else's business.
    #[error("keys[{0}] holds a private or shared key: give the public half alone, and make a new pair, since this one was shown")]
    Private(usize),
    /// None that checks a signature.
    #[error("No key checks a signature: give RSA of 2048 bits or more, or EC P-256 or P-384, without \"use\": \"enc\"")]
    NoneUsable,
    /// So many are nobody's.
    #[error("The set has more than {KEYS_MAX} keys")]
    TooMany,
}

/// Keys of a set at the most.
const KEYS_MAX: usize = 100;
/// Bytes of a modulus at the least: 2048 bits, RFC 7518, section 3.3.
const MODULUS_BYTES_MIN: usize = 256;

impl Keys {
    /// Reads a set, or a single key. Keys of other kinds or for other purposes are left.
    pub fn read(text: &str) -> Result<Keys, KeysFault> {
        let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|why| KeysFault::NotRead(why.to_string()))?;
        let single = [value.clone()];
        let keys = match value["keys"].as_array() {
            Some(keys) => keys.as_slice(),
            None if value["kty"].is_string() => single.as_slice(),
            None => return Err(KeysFault::NotRead("keys is missing".into())),
        };
        if keys.len() > KEYS_MAX {
            return Err(KeysFault::TooMany);
        }
        if let Some(nth) = keys.iter().position(|key| ["d", "k", "p", "q"].iter().any(|part| !key[*part].is_null())) {
            return Err(KeysFault::Private(nth));
        }
        let keys: Vec<Key> = keys.iter().filter_map(key).collect();
        if keys.is_empty() { Err(KeysFault::NoneUsable) } else { Ok(Keys(keys)) }
    }

    /// Whether a key has a name.
    pub fn has(&self, id: &str) -> bool {
        self.0.iter().any(|key| key.id.as_deref() == Some(id))
    }

    /// Whether one of the keys, or the one of a name, made a signature.
    pub(super) fn verify(&self, id: Option<&str>, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let named = self.0.iter().filter(|key| id.is_none() || key.id.as_deref() == id);
        let mut fitting = named.filter(|key| key.algorithm.is_none_or(|only| only == algorithm));
        fitting.any(|key| key.material.verify(algorithm, message, signature))
    }
}

impl Material {
    fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let point = match (self, algorithm) {
            (Material::Rsa { n, e }, _) => {
                let Some(parameters) = algorithm.of_rsa() else { return false };
                return RsaPublicKeyComponents { n, e }.verify(parameters, message, signature).is_ok();
            }
            (Material::P256(point), Algorithm::Es256)
            | (Material::P384(point), Algorithm::Es384)
            | (Material::Ed25519(point), Algorithm::EdDsa) => point,
            _ => return false,
        };
        algorithm.of_curve().is_some_and(|curve| UnparsedPublicKey::new(curve, point).verify(message, signature).is_ok())
    }
}

/// A key that checks signatures; none where it is of another kind.
fn key(value: &Value) -> Option<Key> {
    if value["use"].as_str().is_some_and(|purpose| purpose != "sig") {
        return None;
    }
    let part = |name: &str| decoded(value[name].as_str()?);
    let point = |bytes: usize| {
        let (x, y) = (part("x")?, part("y")?);
        (x.len() == bytes && y.len() == bytes).then(|| [vec![4], x, y].concat())
    };
    let material = match (value["kty"].as_str()?, value["crv"].as_str()) {
        ("RSA", _) => {
            // Without leading zeros, which some write: that is how the checker wants them.
            let bare = |bytes: Vec<u8>| bytes.into_iter().skip_while(|byte| *byte == 0).collect::<Vec<_>>();
            Material::Rsa { n: Some(bare(part("n")?)).filter(|n| n.len() >= MODULUS_BYTES_MIN)?, e: bare(part("e")?) }
        }
        ("EC", Some("P-256")) => Material::P256(point(32)?),
        ("EC", Some("P-384")) => Material::P384(point(48)?),
        ("OKP", Some("Ed25519")) => Material::Ed25519(part("x").filter(|x| x.len() == 32)?),
        _ => return None,
    };
    let algorithm = match value["alg"].as_str() {
        Some(name) => Some(Algorithm::read(name)?),
        None => None,
    };
    Some(Key { id: value["kid"].as_str().map(str::to_owned), algorithm, material })
}
