//! Another system that speaks with this one: it asks, orders, and receives results, with a secret or a key of its own.

mod credential;

pub use credential::{KeySource, name_certificates, register_issuer, register_keys};

pub mod subscription;

use crate::{Fold, OdsCode, Refusal, Refusals, Role, Staff, StaffId, SubscriptionId, event::StreamKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use subscription::Subscription;

/// A system that may ask.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Client {
    /// As whom it asks.
    pub staff: Option<Staff>,
    /// SHA-256 of its secret.
    pub secret_sha256: String,
    /// How results reach it.
    pub address: Address,
    /// What its own codes mean: a code of the sender, a code of the Test Directory.
    pub codes: BTreeMap<String, String>,
    /// Organisations for which it asks beside its own: a regional integration engine sends for several trusts.
    pub represents: Vec<Represented>,
    /// Laboratories of this service that take its results, and look after those that belong on no order; a laboratory's system alone.
    pub results_in: Vec<OdsCode>,
    /// What it wants to be told of its orders.
    pub subscriptions: Vec<(Subscription, subscription::State)>,
    /// Where the public keys are with which its signatures are checked.
    pub keys: Option<KeySource>,
    /// Name under which it signs requests of CDS Hooks (`iss`), where that is another than its identifier.
    pub issuer: Option<String>,
    /// Names in its certificates, for lines within TLS.
    pub certificates: Vec<String>,
    /// Can no longer ask.
    pub closed: bool,
}

/// An organisation for which a system of another asks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Represented {
    /// ODS code.
    pub code: OdsCode,
    /// Name.
    pub name: String,
}

/// How results reach a system.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Address {
    /// Nothing is sent; the system fetches, or people read the pages.
    #[default]
    None,
    /// A FHIR transaction, posted to a base address.
    Fhir {
        /// Such as `https://hospital.example/fhir`.
        base: String,
    },
    /// HL7 version 2 over MLLP.
    Mllp {
        /// Host and port.
        host: String,
        /// The message that carries the report.
        as_document: bool,
    },
    /// The same within TLS.
    Mllps {
        /// Host and port; the host's name stands in its certificate.
        host: String,
        /// The message that carries the report.
        as_document: bool,
    },
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Opened { staff: Staff, secret_sha256: String },
    Addressed { address: Address },
    Mapped { code: String, means: String, by: Staff },
    Represents { organisations: Vec<Represented>, by: Staff },
    ResultsIn { laboratories: Vec<OdsCode>, by: Staff },
    Subscribed(Box<Subscription>),
    SubscriptionChanged { id: SubscriptionId, state: subscription::State },
    Unsubscribed { id: SubscriptionId },
    KeysRegistered { keys: KeySource, by: Staff },
    IssuerRegistered { issuer: String, by: Staff },
    CertificatesNamed { names: Vec<String>, by: Staff },
    Closed { reason: String },
}

/// The stream of a system.
pub fn stream(client: StaffId) -> String {
    StreamKind::Client.stream(client)
}

impl Fold for Client {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Client {
        match event {
            Event::Opened { staff, secret_sha256 } => {
                self.staff = Some(staff.clone());
                self.secret_sha256.clone_from(secret_sha256);
            }
            Event::Addressed { address } => self.address = address.clone(),
            Event::Mapped { code, means, .. } => drop(self.codes.insert(code.clone(), means.clone())),
            Event::Represents { organisations, .. } => self.represents.clone_from(organisations),
            Event::ResultsIn { laboratories, .. } => self.results_in.clone_from(laboratories),
            Event::Subscribed(added) => self.subscriptions.push((*added.clone(), subscription::State::Requested)),
            Event::SubscriptionChanged { id, state } => {
                for (_, known) in self.subscriptions.iter_mut().filter(|(one, _)| one.id == *id) {
                    known.clone_from(state);
                }
            }
            Event::Unsubscribed { id } => self.subscriptions.retain(|(one, _)| one.id != *id),
            Event::KeysRegistered { keys, .. } => self.keys = Some(keys.clone()),
            Event::IssuerRegistered { issuer, .. } => self.issuer = Some(issuer.clone()),
            Event::CertificatesNamed { names, .. } => self.certificates.clone_from(names),
            Event::Closed { .. } => self.closed = true,
        }
        self
    }
}

impl Client {
    /// What it wants to be told, by its identifier.
    pub fn subscription(&self, id: SubscriptionId) -> Option<&(Subscription, subscription::State)> {
        self.subscriptions.iter().find(|(one, _)| one.id == id)
    }

    fn is_open(&self) -> Result<(), Refusals> {
        if self.staff.is_some() && !self.closed {
            return Ok(());
        }
        Err(Refusals::one("client", "There is no such system that may ask"))
    }
}

/// Lets a system ask.
pub fn open(client: &Client, staff: Staff, secret_sha256: String) -> Result<Vec<Event>, Refusals> {
    let mut refusals = Vec::new();
    if client.staff.is_some() {
        refusals.push(Refusal::new("client", "This system may ask already"));
    }
    if staff.name.trim().is_empty() {
        refusals.push(Refusal::new("name", "Enter a name by which people know the system"));
    }
    Refusals::check(refusals)?;
    Ok(vec![Event::Opened { staff, secret_sha256 }])
}

/// Says how results reach it.
pub fn address(client: &Client, address: Address) -> Result<Vec<Event>, Refusals> {
    client.is_open()?;
    let unfit = match &address {
        Address::Fhir { base } => !(base.starts_with("https://") || base.starts_with("http://")),
        Address::Mllp { host, .. } | Address::Mllps { host, .. } => {
            host.rsplit_once(':').is_none_or(|(name, port)| name.is_empty() || port.parse::<u16>().is_err())
        }
        Address::None => false,
    };
    if unfit {
        let message =
            "Give a FHIR base address such as https://hospital.example/fhir, or a host with its port such as hospital.example:2575";
        return Err(Refusals::one("address", message));
    }
    Ok(if client.address == address { vec![] } else { vec![Event::Addressed { address }] })
}

/// Says what a code of the sender means.
pub fn map(client: &Client, code: &str, means: &str, by: &Staff) -> Result<Vec<Event>, Refusals> {
    client.is_open()?;
    let (code, means) = (code.trim().to_owned(), means.trim().to_uppercase());
    if code.is_empty() || means.is_empty() {
        return Err(Refusals::one("code", "Enter the sender's code and the code of the Test Directory that it means"));
    }
    Ok(if client.codes.get(&code) == Some(&means) { vec![] } else { vec![Event::Mapped { code, means, by: by.clone() }] })
}

/// Says for which organisations beside its own it asks: all of them, whatever was said before.
pub fn represent(client: &Client, mut organisations: Vec<Represented>, by: &Staff) -> Result<Vec<Event>, Refusals> {
    client.is_open()?;
    if organisations.iter().any(|organisation| organisation.name.trim().is_empty()) {
        return Err(Refusals::one("organisation", "Enter the name of each organisation beside its code"));
    }
    organisations.sort_by(|one, other| one.code.cmp(&other.code));
    organisations.dedup_by(|one, other| one.code == other.code);
    Ok(if client.represents == organisations { vec![] } else { vec![Event::Represents { organisations, by: by.clone() }] })
}

/// Says which laboratories take its results: all of them, whatever was said before.
pub fn take_results(client: &Client, mut laboratories: Vec<OdsCode>, by: &Staff) -> Result<Vec<Event>, Refusals> {
    client.is_open()?;
    if client.staff.as_ref().is_some_and(|staff| staff.role != Role::LaboratorySystem) {
        return Err(Refusals::one("client", "Results are taken of a laboratory's system alone"));
    }
    laboratories.sort();
    laboratories.dedup();
    Ok(if client.results_in == laboratories { vec![] } else { vec![Event::ResultsIn { laboratories, by: by.clone() }] })
}

/// Ends that for a reason.
pub fn close(client: &Client, reason: String) -> Result<Vec<Event>, Refusals> {
    client.is_open()?;
    if reason.trim().is_empty() { Err(Refusals::one("reason", "Give a reason")) } else { Ok(vec![Event::Closed { reason }]) }
}
