//! By which ways people come in: passwords are always there, others are set up.

use crate::{
    cookies::Cookies,
    door::{Desktops, Hosts, Proxies},
    origins::Origins,
    provider::Provider,
    serving::Bounds,
};
use anyhow::ensure;
use interop::jose::Signer;
use serde_json::{Value, json};
use service::{
    Service,
    people::{accounts, relying::Credential},
};
use std::{net::SocketAddr, sync::Arc};
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
    /// Desks at which rows of people are shown to researchers.
    pub desktops: Desktops,
    /// How TLS is spoken here; nothing where a proxy speaks it, or nobody does.
    pub tls: Option<Arc<ServerConfig>>,
    /// Pages go without TLS, to whoever sits at this machine and to nobody else: as the demonstration does, and tests.
    pub plain_loopback: bool,
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

impl Entrance {
    /// For whoever sits at this machine, by passwords alone.
    pub fn on_loopback() -> Entrance {
        Entrance { plain_loopback: true, ..Entrance::default() }
    }

    /// Refuses to serve where anybody could come in who must not: from another machine without TLS, or by choosing a name from a list.
    pub async fn check(&self, service: &Service, listener: SocketAddr) -> anyhow::Result<()> {
        ensure!(
            !self.plain_loopback || listener.ip().is_loopback(),
            "{listener} is reached from other machines, and pages would go there without TLS: listen on 127.0.0.1, or leave out --plain-loopback and put TLS before the service"
        );
        let is_demonstration = self.plain_loopback && self.provider.is_none();
        ensure!(
            is_demonstration || accounts::demonstration_staff(service).await?.is_empty(),
            "this service has accounts of a demonstration, which anybody opens without a password: serve it with --plain-loopback and without a provider, or close those accounts there first"
        );
        Ok(())
    }

    pub(crate) fn cookies(&self) -> Cookies {
        let is_over_tls = self.tls.is_some() || self.address.as_ref().is_some_and(|address| address.starts_with("https://"));
        Cookies { is_secure: !self.plain_loopback || is_over_tls }
    }

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
