//! Signing in with the accounts of an organisation's own OpenID Connect provider, such as NHS CIS2.

use anyhow::bail;
use jiff::Timestamp;
use service::people::relying::{Begun, Credential, Party, Registration, Wish};
use std::path::PathBuf;
use uuid::Uuid;

/// How to reach a provider.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Address of the provider; its configuration lies below it.
    pub issuer: String,
    /// Name under which the provider knows this service.
    pub client: String,
    /// With what this service shows who it is: a secret, a key, or neither.
    pub credential: Credential,
    /// Address at which browsers reach this service.
    pub address: String,
    /// Assurance (`acr`) that is asked for and needed, such as `AAL3_ANY`.
    pub assurance: Option<String>,
    /// Folder of the service, in which `authorities` holds further authorities.
    pub folder: PathBuf,
}

/// A provider that can be asked.
pub struct Provider {
    settings: Settings,
    party: Party,
}

/// Whom the provider vouches for.
pub(crate) struct Vouched {
    pub subject: String,
    pub verified_email: Option<String>,
    pub assurance: String,
}

/// Path to which the provider sends the browser back.
pub(crate) const BACK: &str = "/sign-in/provider/back";

impl Provider {
    /// Reads the provider's configuration.
    pub async fn discover(settings: Settings) -> anyhow::Result<Provider> {
        let registration = Registration {
            client: settings.client.clone(),
            credential: settings.credential.clone(),
            redirect: format!("{}{BACK}", settings.address.trim_end_matches('/')),
        };
        let party = Party::of_provider(&settings.issuer, registration, &settings.folder).await?;
        Ok(Provider { settings, party })
    }

    /// Where the browser is sent, and what is kept until it comes back.
    pub(crate) fn begin(&self) -> (String, Begun) {
        let assurance: Vec<(&str, &str)> = self.settings.assurance.iter().map(|acr| ("acr_values", acr.as_str())).collect();
        self.party.begin(&Wish { scope: "openid profile email", further: &assurance })
    }

    /// Whom the provider vouches for, from what the browser brought back.
    pub(crate) async fn finish(&self, begun: &Begun, code: &str, state: &str, moment: (Timestamp, Uuid)) -> anyhow::Result<Vouched> {
        let answer = self.party.exchange(begun, code, state, moment).await?;
        let identity = self.party.identity(&answer, begun, moment.0).await?;
        if let Some(needed) = &self.settings.assurance
            && identity.assurance != *needed
        {
            bail!("the provider vouches with assurance '{}', and '{needed}' is needed", identity.assurance);
        }
        Ok(Vouched {
            subject: identity.subject,
            verified_email: identity.verified_email,
            assurance: format!("{} {}", self.settings.issuer, identity.assurance).trim().to_owned(),
        })
    }
}
