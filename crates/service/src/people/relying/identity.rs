use super::{Answer, Begun, Party, fetch};
use anyhow::{Context, bail, ensure};
use interop::jose::{Claims, Expected, Keys, Token, TokenFault};
use jiff::Timestamp;

/// Whom a server vouches for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// The server's own name for them.
    pub subject: String,
    /// An address that the server has verified.
    pub verified_email: Option<String>,
    /// How sure the server is (`acr`).
    pub assurance: String,
    /// Their resource at the server's FHIR interface (SMART).
    pub fhir_user: Option<String>,
}

impl Party {
    /// Whom the server vouches for: its identity token is read again with fresh keys, since it may change them at any time.
    #[crate::boxed]
    pub async fn identity(&self, answer: &Answer, begun: &Begun, now: Timestamp) -> anyhow::Result<Identity> {
        let missing =
            "the server sent no identity token (id_token), so that nobody knows who was signed in: it has to grant the scope openid";
        let text = answer.id_token.as_deref().context(missing)?;
        let issuer = self.server.issuer.as_deref().context("the server's configuration names no issuer")?;
        let address = self.server.keys.as_deref().context("the server's configuration names no keys (jwks_uri)")?;
        let keys =
            Keys::read(&fetch::document(&self.http, address).await?.to_string()).with_context(|| format!("the keys at {address}"))?;
        let claims = Token::read(text)
            .and_then(|token| token.verified(&keys))
            .and_then(|claims| self.check(&claims, issuer, now).map(|()| claims))
            .context("the identity token does not hold")?;
        let identity = identity(&claims, &begun.nonce)?;
        self.with_userinfo(answer, identity).await
    }

    fn check(&self, claims: &Claims, issuer: &str, now: Timestamp) -> Result<(), TokenFault> {
        let client = &self.registration.client;
        let audiences = [client.clone()];
        claims.check(&Expected { issuer, audiences: &audiences, now: now.as_second(), seconds_most: None })?;
        // OpenID Connect Core 1.0, section 3.1.3.7: one that is for several says for whom it was made.
        match claims.text("azp") {
            Some(party) if party != client => Err(TokenFault::claim("azp", "names another client")),
            None if claims.audiences().len() > 1 => Err(TokenFault::claim("azp", "is missing, and the token is for several")),
            _ => Ok(()),
        }
    }
}

/// What is needed of the claims. Everything else, such as a profile, may be malformed or missing.
fn identity(claims: &Claims, nonce: &str) -> anyhow::Result<Identity> {
    if claims.text("nonce") != Some(nonce) {
        bail!("the identity token belongs to another sign-in");
    }
    let subject = claims.text("sub").context("the identity token names nobody (sub)")?;
    ensure!(subject.len() <= 255, "sub is longer than 255 characters");
    let owned = |name: &str| claims.text(name).map(str::to_owned);
    Ok(Identity {
        subject: subject.to_owned(),
        verified_email: owned("email").filter(|_| claims.is_true("email_verified")),
        assurance: owned("acr").unwrap_or_default(),
        fhir_user: owned("fhirUser"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use interop::jose::{Signer, encoded};
    use serde_json::{Value, json};

    /// Claims as they are read of a token.
    fn claims(said: &Value) -> Claims {
        let pair = rcgen::KeyPair::generate().expect("a key");
        let signer = Signer::read(&pair.serialize_pem()).expect("a key");
        let text = signer.sign(signer.algorithms()[0], said).expect("signed");
        assert!(text.contains(&encoded(said.to_string())));
        Token::read(&text).expect("a token").verified(&Keys::read(&signer.key_set().to_string()).expect("keys")).expect("a signature")
    }

    /// Claims that providers send and that stricter readers fail on. Sources: openidconnect-rs, issue 230 (Auth0: `updated_at` as
    /// RFC 3339); AWS Cognito and Apple (`email_verified` as text); Keycloak (attributes as lists, `address` empty); Microsoft Entra ID
    /// (`locale` absent or with underscore, `groups` as objects); Google Workspace (`hd`); Duo and ADFS (`birthdate` in local form).
    #[test]
    fn a_profile_that_is_malformed_keeps_nobody_out() {
        for profile in [
            json!({ "updated_at": "2025-12-23T10:59:07.841Z", "nickname": "nia", "picture": "https://lh3.example/a" }),
            json!({ "updated_at": "1700000000", "email_verified": "true" }),
            json!({ "updated_at": null, "locale": null, "address": null, "birthdate": null, "phone_number_verified": null }),
            json!({ "locale": ["en-GB"], "zoneinfo": 7, "address": "1 High Street, Leeds" }),
            json!({ "locale": { "country": "GB" }, "address": [], "birthdate": "14/02/1990" }),
            json!({ "locale": "en_GB", "birthdate": 19_900_214, "gender": 1, "phone_number_verified": "yes" }),
            json!({ "name": ["Nia", "Rowe"], "given_name": null, "family_name": 5, "preferred_username": [] }),
            json!({ "website": "not an address", "picture": { "data": { "url": "x" } }, "profile": false }),
            json!({ "groups": [{ "id": 1 }], "roles": "admin", "realm_access": [], "auth_time": "now", "amr": "pwd", "at_hash": 1 }),
            json!({ "subject_issuer": "simulator", "urn:etoegang:1.9:attribute:DateOfBirth": "1956-08-01", "acr": 2 }),
        ] {
            let mut said = json!({ "sub": "555021935107", "nonce": "n", "email": "nia@example.nhs.uk", "email_verified": true });
            for (name, value) in profile.as_object().expect("claims") {
                said[name] = value.clone();
            }
            let found = identity(&claims(&said), "n").unwrap_or_else(|why| panic!("{profile}: {why}"));
            assert_eq!(
                (found.subject.as_str(), found.verified_email.as_deref()),
                ("555021935107", Some("nia@example.nhs.uk")),
                "{profile}"
            );
        }
    }

    #[test]
    fn an_address_counts_only_where_the_provider_says_that_it_is_verified() {
        for (verified, counts) in [
            (json!(true), true),
            (json!("true"), true),
            (json!("True"), true),
            (json!(1), true),
            (json!(false), false),
            (json!("false"), false),
            (json!("yes"), false),
            (json!(0), false),
            (json!(null), false),
            (json!(["true"]), false),
            (json!({}), false),
        ] {
            let said = json!({ "sub": "s", "nonce": "n", "email": "nia@example.nhs.uk", "email_verified": verified });
            assert_eq!(identity(&claims(&said), "n").expect("somebody").verified_email.is_some(), counts, "{verified}");
        }
        for said in
            [json!({ "nonce": "n" }), json!({ "sub": 7, "nonce": "n" }), json!({ "sub": "s", "nonce": "other" }), json!({ "sub": "s" })]
        {
            assert!(identity(&claims(&said), "n").is_err(), "{said}");
        }
    }
}
