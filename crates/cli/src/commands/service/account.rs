//! `gms account`

use super::identifiers;
use crate::arguments::service::Account;
use anyhow::{Context, anyhow};
use care::{Role, Staff, StaffId};
use engine::reference;
use service::{
    Service,
    clock::{Clock, MachineClock},
    people::{
        accounts::{self, SignsInBy},
        staff,
    },
};
use std::{io::Read, process::ExitCode};

/// Opens an account: the first administrator of a service, or anybody. One that is refused for what it says begins no service.
pub fn run(arguments: &Account) -> anyhow::Result<ExitCode> {
    if !arguments.begins_new {
        super::begun::check_database(&arguments.place)?;
    }
    let (person, by_what) = (person(arguments)?, by_what(arguments)?);
    accounts::check_new(&person, &arguments.login, &by_what)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let service =
            Service::with_store(super::admin::store(&arguments.place).await?, &arguments.place.dir, &reference::open("demo")?).await?;
        accounts::open(&service, &staff::system(), person, &arguments.login, by_what).await?;
        anyhow::Ok(())
    })?;
    println!("{} can sign in as {}.", arguments.name, arguments.login);
    Ok(ExitCode::SUCCESS)
}

/// Whose account it is.
fn person(arguments: &Account) -> anyhow::Result<Staff> {
    Ok(Staff {
        id: StaffId(MachineClock.new_id()),
        name: arguments.name.clone(),
        role: role(&arguments.role)?,
        organisation: identifiers::organisation("--organisation", &arguments.organisation)?,
        organisation_name: arguments.organisation_name.clone(),
    })
}

/// A role that somebody who works here can have.
fn role(text: &str) -> anyhow::Result<Role> {
    let of_people = || Role::ALL.into_iter().filter(|role| !role.is_program() && *role != Role::Patient);
    of_people().find(|role| format!("{role:?}") == text).ok_or_else(|| {
        let roles = of_people().map(|role| format!("{role:?}")).collect::<Vec<_>>().join(", ");
        anyhow!("--role: '{text}' is no role that the account of a person can have; give one of {roles}")
    })
}

fn by_what(arguments: &Account) -> anyhow::Result<SignsInBy> {
    if arguments.provider_only {
        return Ok(SignsInBy::Provider);
    }
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).context("reading the password from standard input")?;
    Ok(SignsInBy::Password(password.trim_end_matches(['\r', '\n']).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_one_that_a_person_can_have() {
        assert_eq!(role("ClinicalScientist").expect("a role"), Role::ClinicalScientist);
        for text in ["System", "Patient", "OrderingSystem", "clinician", ""] {
            let refused = role(text).expect_err(text).to_string();
            let listed = refused.split_once("give one of ").expect("a list").1;
            assert!(listed.contains("Administrator, ") && listed.contains("Clinician, "), "{refused}");
            assert!(!listed.contains("System") && !listed.contains("Patient"), "{refused}");
        }
    }
}
