//! Signing in with the accounts of an organisation's own OpenID Connect provider, such as NHS CIS2.
//!
//! Authorisation code flow with PKCE, state and nonce; the identity token's signature, issuer, audience, age and nonce are checked by
//! the library. Source: OpenID Connect Core 1.0.

use anyhow::{Context, bail};
use openidconnect::{
    AuthenticationContextClass, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    core::{CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreProviderMetadata, CoreTokenResponse},
    reqwest,
};
use serde::{Deserialize, Serialize};
use std::{
    sync::{Arc, RwLock},
    time::Duration,
};

/// How to reach a provider.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Address of the provider; its configuration lies below it.
    pub issuer: String,
    /// Name under which the provider knows this service.
    pub client: String,
    /// Secret that goes with it, if there is one.
    pub secret: Option<String>,
    /// Address at which browsers reach this service.
    pub address: String,
    /// Assurance (`acr`) that is asked for and needed, such as `AAL3_ANY`.
    pub assurance: Option<String>,
}

/// A provider that can be asked.
pub struct Provider {
    settings: Settings,
    http: reqwest::Client,
    client: RwLock<Arc<Client>>,
}

type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What is kept while the browser is at the provider.
#[derive(Serialize, Deserialize)]
pub(crate) struct Begun {
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// Whom the provider vouches for.
pub(crate) struct Vouched {
    pub subject: String,
    pub verified_email: Option<String>,
    pub assurance: String,
}

/// Seconds that the provider has to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Path to which the provider sends the browser back.
pub(crate) const BACK: &str = "/sign-in/provider/back";

impl Provider {
    /// Reads the provider's configuration and keys.
    pub async fn discover(settings: Settings) -> anyhow::Result<Provider> {
        // A provider that sends us elsewhere is not followed: that is how servers are made to ask themselves.
        let http = reqwest::ClientBuilder::new().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build()?;
        let client = client(&settings, &http).await?;
        Ok(Provider { settings, http, client: RwLock::new(Arc::new(client)) })
    }

    /// Whether browsers reach this service over HTTPS, so that its cookies need never go over anything else.
    pub(crate) fn is_over_https(&self) -> bool {
        self.settings.address.starts_with("https://")
    }

    fn now(&self) -> Arc<Client> {
        Arc::clone(&self.client.read().expect("nobody panics with the lock held"))
    }

    /// Where the browser is sent, and what is kept until it comes back.
    pub(crate) fn begin(&self) -> (String, Begun) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.now();
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("profile".into()))
            .add_scope(Scope::new("email".into()))
            .set_pkce_challenge(challenge);
        if let Some(assurance) = &self.settings.assurance {
            request = request.add_auth_context_value(AuthenticationContextClass::new(assurance.clone()));
        }
        let (url, state, nonce) = request.url();
        (url.to_string(), Begun { state, nonce, verifier })
    }

    /// Whom the provider vouches for, from what the browser brought back.
    pub(crate) async fn finish(&self, begun: Begun, code: String, state: &str) -> anyhow::Result<Vouched> {
        if begun.state.secret() != state {
            bail!("the answer belongs to another sign-in");
        }
        let client_now = self.now();
        let request = client_now.exchange_code(AuthorizationCode::new(code)).context("the provider names no token endpoint")?;
        let answer: CoreTokenResponse =
            request.set_pkce_verifier(begun.verifier).request_async(&self.http).await.context("asking the provider for a token")?;
        let mut claims = self.claims(&answer, &begun.nonce);
        if claims.is_err() {
            // The provider may have changed its keys since they were read.
            let fresh = Arc::new(client(&self.settings, &self.http).await?);
            *self.client.write().expect("nobody panics with the lock held") = fresh;
            claims = self.claims(&answer, &begun.nonce);
        }
        let claims = claims?;
        let assurance = claims.auth_context_ref().map_or_else(String::new, |acr| acr.to_string());
        if let Some(needed) = &self.settings.assurance
            && assurance != *needed
        {
            bail!("the provider vouches with assurance '{assurance}', and '{needed}' is needed");
        }
        Ok(Vouched {
            subject: claims.subject().to_string(),
            verified_email: claims.email().filter(|_| claims.email_verified() == Some(true)).map(|email| email.to_string()),
            assurance: format!("{} {assurance}", self.settings.issuer).trim().to_owned(),
        })
    }

    fn claims(&self, answer: &CoreTokenResponse, nonce: &Nonce) -> anyhow::Result<CoreIdTokenClaims> {
        let token = answer.extra_fields().id_token().context("the provider sent no identity token")?;
        let client = self.now();
        Ok(token.claims(&client.id_token_verifier(), nonce).context("the identity token does not hold")?.clone())
    }
}

async fn client(settings: &Settings, http: &reqwest::Client) -> anyhow::Result<Client> {
    let issuer = IssuerUrl::new(settings.issuer.clone()).with_context(|| format!("'{}' is no address", settings.issuer))?;
    let metadata = CoreProviderMetadata::discover_async(issuer, http)
        .await
        .with_context(|| format!("reading the configuration of the provider {}", settings.issuer))?;
    let back = RedirectUrl::new(format!("{}{BACK}", settings.address.trim_end_matches('/')))
        .with_context(|| format!("'{}' is no address", settings.address))?;
    let secret = settings.secret.clone().map(ClientSecret::new);
    Ok(CoreClient::from_provider_metadata(metadata, ClientId::new(settings.client.clone()), secret).set_redirect_uri(back))
}
