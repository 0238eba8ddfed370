//! By which ways people come in: passwords are always there, others are set up.

use crate::{
    door::{Hosts, Proxies},
    origins::Origins,
    provider::Provider,
    serving::Bounds,
};
use interop::jose::Signer;
use serde_json::{Value, json};
use service::people::relying::Credential;
use std::sync::Arc;
use tokio_rustls::rustls::ServerConfig;

/// How people come in beside by their password, and where the service is reached.
#[derive(Default)]
pub struct Entrance {
    /// The organisation's own provider.
    pub provider: Option<Provider>,
    /// Electronic records of hospitals that may open this service (SMART App Launch).
    pub records: Vec<RecordServer>,
    /// Address at which others reach this service.
    pub address: Option<String>,
    /// Keys with which this service signs, for whoever checks that.
    pub signers: Vec<Arc<Signer>>,
    /// Sites whose pages may ask the interfaces from a browser.
    pub origins: Origins,
    /// How much one connection, address and system may have.
    pub bounds: Bounds,
    /// Proxies that are believed when they say for whom they ask.
    pub proxies: Proxies,
    /// Names that are answered beside that in the address.
    pub hosts: Hosts,
    /// How TLS is spoken here; nothing where a proxy speaks it, or nobody does.
    pub tls: Option<Arc<ServerConfig>>,
}

/// The FHIR server of a hospital's electronic record that is trusted to say who works there, and who is open.
#[derive(Clone, Debug)]
pub struct RecordServer {
    /// Its base address, as it stands in `iss`.
    pub base: String,
    /// Name under which it knows this service.
    pub client: String,
    /// With what this service shows who it is.
    pub credential: Credential,
}

/// The records, and the path to which they send browsers back.
pub(crate) struct Launches {
    records: Vec<RecordServer>,
    pub address: String,
}

impl From<Option<Provider>> for Entrance {
    fn from(provider: Option<Provider>) -> Entrance {
        let address = provider.as_ref().map(|provider| provider.address().to_owned());
        Entrance { provider, address, ..Entrance::default() }
    }
}

impl Entrance {
    pub(crate) fn said_address(&self) -> Option<String> {
        self.address.as_ref().map(|address| address.trim_end_matches('/').to_owned())
    }

    pub(crate) fn launches(&self) -> Launches {
        Launches { records: self.records.clone(), address: self.said_address().unwrap_or_default() }
    }

    /// The public halves of the keys with which this service signs.
    pub(crate) fn key_set(&self) -> Value {
        let sets = self.signers.iter().map(|signer| signer.key_set());
        let mut keys: Vec<Value> = sets.filter_map(|set| Some(set["keys"].as_array()?.clone())).flatten().collect();
        keys.dedup();
        json!({ "keys": keys })
    }
}

impl Launches {
    /// The record with a base address, if it is trusted.
    pub(crate) fn record(&self, base: &str) -> Option<&RecordServer> {
        let bare = |base: &str| base.trim().trim_end_matches('/').to_owned();
        self.records.iter().find(|record| bare(&record.base) == bare(base))
    }
}
