//! `gms client`

use crate::arguments::service::Client;
use anyhow::Context;
use service::{Service, engine::reference, staff};
use std::process::ExitCode;

/// Lets a system ask and prints its secret, once; or ends its asking.
pub fn run(arguments: &Client) -> anyhow::Result<ExitCode> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let service = Service::over(super::admin::store(&arguments.place).await?, &arguments.place.dir, &reference::open("demo")?).await?;
        if let Some(id) = &arguments.close {
            service.close_client(&staff::system(), id.parse()?, arguments.reason.clone()).await?;
            println!("{id} can no longer ask.");
            return Ok(ExitCode::SUCCESS);
        }
        let name = arguments.name.as_deref().context("--name is needed")?;
        let organisation = arguments.organisation.as_deref().context("--organisation is needed")?.parse()?;
        let (id, secret) = service.open_client(&staff::system(), name, organisation, &arguments.organisation_name).await?;
        println!("{name} asks as {id}, with this bearer token, which is shown only now:\n{secret}");
        Ok(ExitCode::SUCCESS)
    })
}
