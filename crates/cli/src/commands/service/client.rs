//! `gms client`

use super::identifiers;
use crate::arguments::service::Client;
use anyhow::{Context, bail};
use care::{
    OdsCode, Role, StaffId,
    ordering::client::{Address, KeySource, Represented},
};
use engine::reference;
use service::{Service, ordering, people::staff};
use std::process::ExitCode;

/// Lets a system ask and prints its secret, once; or ends its asking.
pub fn run(arguments: &Client) -> anyhow::Result<ExitCode> {
    super::begun::check(&arguments.place)?;
    check(arguments)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let service =
            Service::with_store(super::admin::store(&arguments.place).await?, &arguments.place.dir, &reference::open("demo")?).await?;
        if let Some(id) = &arguments.close {
            let system = identifiers::system("--close", id)?;
            ordering::clients::close(&service, &staff::system(), system, arguments.reason.clone()).await?;
            println!("{id} can no longer ask.");
            return Ok(ExitCode::SUCCESS);
        }
        let represented = represented(&service, arguments).await?;
        if let Some(system) = &arguments.system {
            change(&service, identifiers::system("--system", system)?, arguments, represented).await?;
            return Ok(ExitCode::SUCCESS);
        }
        let name = arguments.name.as_deref().context("--name is needed")?;
        let organisation = arguments.organisation.as_deref().context("--organisation is needed")?;
        let organisation = identifiers::organisation("--organisation", organisation)?;
        let organisation_name = named(&service, arguments, &organisation, &arguments.organisation_name).await?;
        let role = match arguments {
            Client { orders: true, .. } => Role::OrderingSystem,
            Client { laboratory: true, .. } => Role::LaboratorySystem,
            Client { matches: true, .. } => Role::MatchingService,
            _ => Role::PrescribingSystem,
        };
        let organisation_named = (organisation, organisation_name.as_str());
        let (id, secret) = ordering::clients::open(&service, &staff::system(), role, name, organisation_named).await?;
        if let Some(results) = &arguments.results {
            ordering::clients::set_address(&service, &staff::system(), id, address(results)?).await?;
        }
        if !represented.is_empty() {
            ordering::clients::represent(&service, &staff::system(), id, represented).await?;
        }
        if role == Role::LaboratorySystem {
            take_results(&service, id, arguments).await?;
        }
        register(&service, id, arguments).await?;
        println!("{name} asks as {id}, with this bearer token, which is shown only now:\n{secret}");
        Ok(ExitCode::SUCCESS)
    })
}

/// Refuses what is wrong with the arguments themselves before any of it is done, and what would be left out in silence.
fn check(arguments: &Client) -> anyhow::Result<()> {
    let takes_results = arguments.laboratory || arguments.system.is_some() || arguments.results_in.is_empty();
    anyhow::ensure!(
        takes_results,
        "--results-in names who takes the results of another laboratory's system: say --laboratory of a new one, or --system of one that \
         is there"
    );
    arguments.results.as_deref().map(address).transpose()?;
    laboratories(arguments)?;
    keys(arguments).map(drop)
}

/// Says anew where the results of a system go, or for whom it asks.
async fn change(service: &Service, system: StaffId, arguments: &Client, represented: Vec<Represented>) -> anyhow::Result<()> {
    let is_registered = register(service, system, arguments).await?;
    let is_something = is_registered || arguments.results.is_some() || !represented.is_empty() || !arguments.results_in.is_empty();
    anyhow::ensure!(
        is_something,
        "--system needs --results, --for, --results-in, --jwks, --jwks-url, --issuer or --certificate: what is to change?"
    );
    if let Some(results) = &arguments.results {
        ordering::clients::set_address(service, &staff::system(), system, address(results)?).await?;
        println!("Results of {system} go to {results}.");
    }
    if !arguments.results_in.is_empty() {
        take_results(service, system, arguments).await?;
        println!("{} take the results of {system}.", arguments.results_in.join(" and "));
    }
    if !represented.is_empty() {
        let codes: Vec<String> = represented.iter().map(|organisation| organisation.code.to_string()).collect();
        ordering::clients::represent(service, &staff::system(), system, represented).await?;
        println!("{system} sends orders for its own organisation and for {}.", codes.join(", "));
    }
    Ok(())
}

/// Says which laboratories take the results of a laboratory's system.
async fn take_results(service: &Service, system: StaffId, arguments: &Client) -> anyhow::Result<()> {
    ordering::clients::take_results(service, &staff::system(), system, laboratories(arguments)?).await?;
    Ok(())
}

fn laboratories(arguments: &Client) -> anyhow::Result<Vec<OdsCode>> {
    arguments.results_in.iter().map(|code| identifiers::organisation("--results-in", code)).collect()
}

/// With which keys a system shows who it is, if that is said.
fn keys(arguments: &Client) -> anyhow::Result<Option<KeySource>> {
    Ok(match (&arguments.jwks, &arguments.jwks_url) {
        (Some(file), _) => {
            let jwks = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
            Some(KeySource::Set { jwks })
        }
        (None, Some(url)) => Some(KeySource::Address { url: url.clone() }),
        (None, None) => None,
    })
}

/// Registers what a system shows who it is with; whether anything was said of that.
async fn register(service: &Service, system: StaffId, arguments: &Client) -> anyhow::Result<bool> {
    let keys = keys(arguments)?;
    let is_something = keys.is_some() || arguments.issuer.is_some() || !arguments.certificates.is_empty();
    if let Some(keys) = keys {
        ordering::clients::register_keys(service, &staff::system(), system, keys).await?;
        println!("{system} shows who it is by its keys at /oauth2/token (private_key_jwt).");
    }
    if let Some(issuer) = &arguments.issuer {
        ordering::clients::register_issuer(service, &staff::system(), system, issuer).await?;
        println!("{system} signs requests of CDS Hooks as {issuer}.");
    }
    if !arguments.certificates.is_empty() {
        ordering::clients::name_certificates(service, &staff::system(), system, &arguments.certificates).await?;
        println!("Certificates of {system} name {}.", arguments.certificates.join(", "));
    }
    Ok(is_something)
}

/// The organisations for which a system asks beside its own, as they are typed.
async fn represented(service: &Service, arguments: &Client) -> anyhow::Result<Vec<Represented>> {
    let mut represented = Vec::new();
    for text in &arguments.organisations {
        let (code, name) = text.split_once('=').with_context(|| format!("--for takes CODE=NAME, not '{text}'"))?;
        let code = identifiers::organisation("--for", code)?;
        let name = named(service, arguments, &code, name).await?;
        represented.push(Represented { code, name });
    }
    Ok(represented)
}

/// The name of an organisation that is known here, or is said to be new.
async fn named(service: &Service, arguments: &Client, code: &OdsCode, name: &str) -> anyhow::Result<String> {
    let named = ordering::clients::named(service, &staff::system(), code, name, arguments.new_organisation).await;
    named.context("--organisation and --for take organisations that are known here; --new-organisation says that one is new")
}

/// Where results go, as it is typed.
fn address(text: &str) -> anyhow::Result<Address> {
    Ok(match text.split_once(':') {
        Some(("fhir", base)) => Address::Fhir { base: base.to_owned() },
        Some(("mllp", host)) => Address::Mllp { host: host.to_owned(), as_document: false },
        Some(("mdm", host)) => Address::Mllp { host: host.to_owned(), as_document: true },
        Some(("mllps", host)) => Address::Mllps { host: host.to_owned(), as_document: false },
        Some(("mdms", host)) => Address::Mllps { host: host.to_owned(), as_document: true },
        _ if text == "none" => Address::None,
        _ => bail!("--results takes fhir:https://…, mllp:host:port, mdm:host:port, mllps:host:port, mdms:host:port or none, not '{text}'"),
    })
}
