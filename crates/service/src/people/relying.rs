//! This service as a client of an authorization server that signs people in: an organisation's own OpenID Connect provider, or the
//! server of a hospital's electronic record (SMART App Launch). Authorization code with PKCE, state and nonce.
//!
//! Of what a server says, that is read which is needed, and nothing else: a claim of a profile that is malformed keeps nobody out.
//! Sources: RFC 6749, RFC 7636, RFC 7523; OpenID Connect Core 1.0 and Discovery 1.0; SMART App Launch 2.2.

mod authentication;
mod exchange;
mod fetch;
mod identity;
mod opened;
mod server;
mod userinfo;

pub use authentication::Credential;
pub use exchange::Answer;
pub use identity::Identity;
pub use opened::Opened;
pub use server::Server;

use argon2::password_hash::rand_core::{OsRng, RngCore};
use interop::jose::encoded;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::Path;

/// This service, as a server knows it.
#[derive(Clone)]
pub struct Registration {
    /// The name that the server gave it.
    pub client: String,
    /// With what it shows who it is.
    pub credential: Credential,
    /// Where the server sends browsers back to.
    pub redirect: String,
}

/// What is kept while the browser is at the server, and counts once.
#[derive(Clone, Serialize, Deserialize)]
pub struct Begun {
    state: String,
    nonce: String,
    verifier: String,
}

/// What a browser is sent to the server with, beside what is always there: scopes, and parameters of the kind of sign-in.
pub struct Wish<'w> {
    /// Scopes, with blanks between them.
    pub scope: &'w str,
    /// Further parameters.
    pub further: &'w [(&'w str, &'w str)],
}

/// A server, and this service as it knows it.
pub struct Party {
    server: Server,
    registration: Registration,
    http: reqwest::Client,
}

impl Party {
    /// Reads what a provider of OpenID Connect says of itself. The folder of the service holds further authorities.
    #[crate::boxed]
    pub async fn of_provider(issuer: &str, registration: Registration, folder: &Path) -> anyhow::Result<Party> {
        let http = fetch::client(folder)?;
        Ok(Party { server: Server::of_provider(&http, issuer).await?, registration, http })
    }

    /// A provider of OpenID Connect says of itself what this service needs.
    #[crate::boxed]
    pub async fn look(issuer: &str, folder: &Path) -> anyhow::Result<()> {
        Server::of_provider(&fetch::client(folder)?, issuer).await.map(drop)
    }

    /// Reads what the FHIR server of an electronic record says of its sign-in.
    #[crate::boxed]
    pub async fn of_record(base: &str, registration: Registration, folder: &Path) -> anyhow::Result<Party> {
        let http = fetch::client(folder)?;
        Ok(Party { server: Server::of_record(&http, base).await?, registration, http })
    }

    /// What the server says of itself.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Where the browser is sent, and what is kept until it comes back.
    pub fn begin(&self, wish: &Wish<'_>) -> (String, Begun) {
        let [state, nonce, verifier] = [(); 3].map(|()| random());
        let challenge = encoded(Sha256::digest(&verifier));
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", self.registration.client.as_str()),
            ("redirect_uri", self.registration.redirect.as_str()),
            ("scope", wish.scope),
            ("state", state.as_str()),
            ("nonce", nonce.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        parameters.extend_from_slice(wish.further);
        let mut address = self.server.authorize.clone();
        address.query_pairs_mut().extend_pairs(parameters);
        (address.to_string(), Begun { state, nonce, verifier })
    }

    /// A resource of the server that an answer opens.
    #[crate::boxed]
    pub async fn resource(&self, answer: &Answer, address: &str) -> anyhow::Result<serde_json::Value> {
        fetch::resource(&self.http, address, &answer.access).await
    }
}

/// 256 bits that nobody guesses.
fn random() -> String {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    encoded(bytes)
}
