//! `gms account`

use crate::arguments::service::Account;
use anyhow::Context;
use care::{Role, Staff};
use engine::reference;
use service::{
    Service,
    people::{
        self,
        accounts::{self, SignsInBy},
        staff,
    },
};
use std::{io::Read, process::ExitCode};

/// Opens an account: the first administrator of a service, or anybody.
pub fn run(arguments: &Account) -> anyhow::Result<ExitCode> {
    if !arguments.begins_new {
        super::begun::check_database(&arguments.place)?;
    }
    let role = Role::ALL.into_iter().filter(|r| !r.is_program() && *r != Role::Patient).find(|r| format!("{r:?}") == arguments.role);
    let known = || Role::ALL.map(|r| format!("{r:?}")).join(", ");
    let person = |service: &Service| {
        anyhow::Ok(Staff {
            id: accounts::new_staff_id(service),
            name: arguments.name.clone(),
            role: role.with_context(|| format!("--role {}: give one of {}", arguments.role, known()))?,
            organisation: arguments.organisation.parse()?,
            organisation_name: arguments.organisation_name.clone(),
        })
    };
    let by_what = if arguments.provider_only {
        SignsInBy::Provider
    } else {
        let mut password = String::new();
        std::io::stdin().read_to_string(&mut password).context("reading the password from standard input")?;
        SignsInBy::Password(password.trim_end_matches(['\r', '\n']).to_owned())
    };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let service =
            Service::with_store(super::admin::store(&arguments.place).await?, &arguments.place.dir, &reference::open("demo")?).await?;
        people::accounts::open(&service, &staff::system(), person(&service)?, &arguments.login, by_what).await?;
        anyhow::Ok(())
    })?;
    println!("{} can sign in as {}.", arguments.name, arguments.login);
    Ok(ExitCode::SUCCESS)
}
