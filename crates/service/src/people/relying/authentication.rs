use super::{Registration, Server};
use anyhow::{Context, bail};
use interop::jose::{Algorithm, Signer};
use jiff::Timestamp;
use serde_json::json;
use std::{fmt, sync::Arc};
use uuid::Uuid;

/// With what this service shows a server who it is. Which is used, the server decides.
#[derive(Clone, Default)]
pub struct Credential {
    /// A secret that both know.
    pub secret: Option<String>,
    /// A key of our own, whose public half the server knows.
    pub key: Option<Arc<Signer>>,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential {{ secret: {}, key: {} }}", self.secret.is_some(), self.key.is_some())
    }
}

/// A way of showing who one is. Source: OpenID Connect Core 1.0, section 9.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Method {
    PrivateKey,
    Basic,
    Post,
    /// A public client, which PKCE protects.
    Nothing,
}

/// How long an assertion counts. Source: SMART App Launch 2.2: five minutes at the most.
const ASSERTION_SECONDS: i64 = 240;
/// `client_assertion_type`. Source: RFC 7523, section 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl Credential {
    /// The way that the server takes, the strongest first.
    pub(super) fn method(&self, server: &Server) -> anyhow::Result<Method> {
        let takes = |name: &str| server.methods.as_ref().is_none_or(|methods| methods.iter().any(|method| method == name));
        let ways = [
            (self.key.is_some(), "private_key_jwt", Method::PrivateKey),
            (self.secret.is_some(), "client_secret_basic", Method::Basic),
            (self.secret.is_some(), "client_secret_post", Method::Post),
        ];
        if !ways.iter().any(|(has, ..)| *has) {
            return Ok(Method::Nothing);
        }
        let way = ways.into_iter().find(|(has, name, _)| *has && takes(name));
        way.map(|(.., method)| method).with_context(|| {
            let methods = server.methods.as_deref().unwrap_or_default().join(", ");
            format!("the server takes {methods} and none of what is here: give a key for private_key_jwt, or a secret")
        })
    }
}

/// What is added to a request for a token: form fields, and name and secret of a header.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub fields: Vec<(&'static str, String)>,
    pub basic: Option<(String, String)>,
}

/// Shows who this service is.
pub(super) fn show(registration: &Registration, server: &Server, now: Timestamp, id: Uuid) -> anyhow::Result<Shown> {
    let client = || ("client_id", registration.client.clone());
    let secret = || registration.credential.secret.clone().unwrap_or_default();
    Ok(match registration.credential.method(server)? {
        Method::Nothing => Shown { fields: vec![client()], basic: None },
        Method::Post => Shown { fields: vec![client(), ("client_secret", secret())], basic: None },
        // Written as in a form, by RFC 6749, section 2.3.1.
        Method::Basic => Shown { fields: vec![], basic: Some((as_in_form(&registration.client), as_in_form(&secret()))) },
        Method::PrivateKey => {
            let signer = registration.credential.key.as_ref().context("there is no key")?;
            let assertion = assertion(signer, registration, server, now.as_second(), id)?;
            let kind = ("client_assertion_type", ASSERTION_TYPE.to_owned());
            Shown { fields: vec![client(), kind, ("client_assertion", assertion)], basic: None }
        }
    })
}

fn assertion(signer: &Signer, registration: &Registration, server: &Server, now: i64, id: Uuid) -> anyhow::Result<String> {
    let claims = json!({
        "iss": registration.client, "sub": registration.client, "aud": server.token, "iat": now, "nbf": now,
        "exp": now.saturating_add(ASSERTION_SECONDS), "jti": id.to_string(),
    });
    Ok(signer.sign(algorithm(signer, server)?, &claims)?)
}

/// How to sign for a server: as it says, else as every server of its kind must take.
fn algorithm(signer: &Signer, server: &Server) -> anyhow::Result<Algorithm> {
    let own = signer.algorithms();
    let chosen = match &server.algorithms {
        Some(listed) => own.iter().find(|algorithm| listed.iter().any(|name| name == algorithm.name())),
        None if server.is_record => own.first(),
        None => own.last(),
    };
    match chosen {
        Some(algorithm) => Ok(*algorithm),
        None => {
            bail!("the server takes signatures as {:?}, and the key signs as {own:?}", server.algorithms.as_deref().unwrap_or_default())
        }
    }
}

fn as_in_form(text: &str) -> String {
    reqwest::Url::parse_with_params("x:", [("x", text)])
        .ok()
        .and_then(|url| Some(url.query()?.strip_prefix("x=")?.to_owned()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use interop::jose::{Keys, Token};

    fn server(methods: Option<&[&str]>, algorithms: Option<&[&str]>) -> Server {
        let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Server {
            issuer: None,
            authorize: "https://p.example/authorize".parse().expect("an address"),
            token: "https://p.example/token".into(),
            keys: None,
            userinfo: None,
            methods: methods.map(owned),
            algorithms: algorithms.map(owned),
            capabilities: vec![],
            is_record: false,
        }
    }

    fn signer() -> Arc<Signer> {
        let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).expect("a key");
        Arc::new(Signer::read(&pair.serialize_pem()).expect("a key"))
    }

    #[test]
    fn the_server_decides_how_this_service_shows_who_it_is() {
        let (secret, key) = (Some("s".to_owned()), Some(signer()));
        for (has_secret, has_key, methods, expected) in [
            (false, false, None, Some(Method::Nothing)),
            (false, false, Some(&["client_secret_basic"][..]), Some(Method::Nothing)),
            (true, false, None, Some(Method::Basic)),
            (true, false, Some(&["client_secret_post", "client_secret_basic"]), Some(Method::Basic)),
            (true, false, Some(&["client_secret_post"]), Some(Method::Post)),
            (true, false, Some(&["private_key_jwt"]), None),
            (true, true, None, Some(Method::PrivateKey)),
            (true, true, Some(&["private_key_jwt", "client_secret_post"]), Some(Method::PrivateKey)),
            (true, true, Some(&["client_secret_post"]), Some(Method::Post)),
            (false, true, Some(&["tls_client_auth"]), None),
        ] {
            let credential = Credential { secret: secret.clone().filter(|_| has_secret), key: key.clone().filter(|_| has_key) };
            assert_eq!(credential.method(&server(methods, None)).ok(), expected, "{has_secret} {has_key} {methods:?}");
        }
    }

    #[test]
    fn an_assertion_is_signed_as_the_server_says() {
        let signer = signer();
        let credential = Credential { secret: None, key: Some(Arc::clone(&signer)) };
        let registration = Registration { client: "gms".into(), credential, redirect: String::new() };
        let keys = Keys::read(&signer.key_set().to_string()).expect("keys");
        let shown = show(&registration, &server(None, Some(&["RS256", "ES384"])), Timestamp::UNIX_EPOCH, Uuid::nil()).expect("shown");
        let (_, assertion) = shown.fields.last().expect("an assertion");
        let claims = Token::read(assertion).expect("a token").verified(&keys).expect("a signature");
        assert_eq!(
            (claims.text("iss"), claims.text("sub"), claims.audiences()),
            (Some("gms"), Some("gms"), vec!["https://p.example/token"])
        );
        assert_eq!(claims.moment("exp"), Some(ASSERTION_SECONDS));
        let by_secret = Registration { credential: Credential { secret: Some("a b".into()), key: None }, ..registration.clone() };
        let posted = show(&by_secret, &server(Some(&["client_secret_post"]), None), Timestamp::UNIX_EPOCH, Uuid::nil()).expect("shown");
        assert_eq!((posted.fields[1].1.as_str(), posted.basic), ("a b", None));
        let basic = show(&by_secret, &server(None, None), Timestamp::UNIX_EPOCH, Uuid::nil()).expect("shown");
        assert_eq!((basic.fields.len(), basic.basic), (0, Some(("gms".to_owned(), "a+b".to_owned()))));
        let said = show(&registration, &server(None, Some(&["RS256"])), Timestamp::UNIX_EPOCH, Uuid::nil()).expect_err("refused");
        assert!(said.to_string().contains("RS256"), "{said}");
        assert_eq!(as_in_form("a b:c%"), "a+b%3Ac%25");
    }
}
