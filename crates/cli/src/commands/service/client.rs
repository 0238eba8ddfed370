//! `gms client`

use crate::arguments::service::Client;
use anyhow::{Context, bail};
use care::{Role, ordering::client::Address};
use engine::reference;
use service::{Service, ordering, people::staff};
use std::process::ExitCode;

/// Lets a system ask and prints its secret, once; or ends its asking.
pub fn run(arguments: &Client) -> anyhow::Result<ExitCode> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let service =
            Service::with_store(super::admin::store(&arguments.place).await?, &arguments.place.dir, &reference::open("demo")?).await?;
        if let Some(id) = &arguments.close {
            ordering::clients::close(&service, &staff::system(), id.parse()?, arguments.reason.clone()).await?;
            println!("{id} can no longer ask.");
            return Ok(ExitCode::SUCCESS);
        }
        if let (Some(system), Some(results)) = (&arguments.system, &arguments.results) {
            ordering::clients::set_address(&service, &staff::system(), system.parse()?, address(results)?).await?;
            println!("Results of {system} go to {results}.");
            return Ok(ExitCode::SUCCESS);
        }
        let name = arguments.name.as_deref().context("--name is needed")?;
        let organisation = arguments.organisation.as_deref().context("--organisation is needed")?.parse()?;
        let role = match arguments {
            Client { orders: true, .. } => Role::OrderingSystem,
            Client { matches: true, .. } => Role::MatchingService,
            _ => Role::PrescribingSystem,
        };
        let organisation_named = (organisation, arguments.organisation_name.as_str());
        let (id, secret) = ordering::clients::open(&service, &staff::system(), role, name, organisation_named).await?;
        if let Some(results) = &arguments.results {
            ordering::clients::set_address(&service, &staff::system(), id, address(results)?).await?;
        }
        println!("{name} asks as {id}, with this bearer token, which is shown only now:\n{secret}");
        Ok(ExitCode::SUCCESS)
    })
}

/// Where results go, as it is typed.
fn address(text: &str) -> anyhow::Result<Address> {
    Ok(match text.split_once(':') {
        Some(("fhir", base)) => Address::Fhir { base: base.to_owned() },
        Some(("mllp", host)) => Address::Mllp { host: host.to_owned(), as_document: false },
        Some(("mdm", host)) => Address::Mllp { host: host.to_owned(), as_document: true },
        _ if text == "none" => Address::None,
        _ => bail!("--results takes fhir:https://…, mllp:host:port, mdm:host:port or none, not '{text}'"),
    })
}
