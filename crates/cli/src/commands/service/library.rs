//! `gms library`

use crate::arguments::service::{Library, LibraryAction};
use anyhow::Context;
use engine::reference;
use library::program::{QueryProgram, machines::MachineCarriers};
use service::{Service, research, work};
use std::{net::SocketAddr, path::Path, process::ExitCode, sync::Arc};

/// Looks after the research library of a service.
pub fn run(arguments: &Library) -> anyhow::Result<ExitCode> {
    super::begun::check(&arguments.place)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let pack = reference::open(&arguments.reference)?;
        let service = Service::with_store(super::admin::store(&arguments.place).await?, &arguments.place.dir, &pack).await?;
        place(&service, arguments.address.as_deref(), arguments.machines, arguments.query_program.as_deref())?;
        match &arguments.action {
            LibraryAction::Fill => match work::alone(&service, "library/filled", async || research::fill_library(&service).await).await? {
                Some(people) => println!("Data of {people} people taken in."),
                None => println!("Another program of this service fills the library at this moment."),
            },
            LibraryAction::Clear => {
                let (people, outdated) =
                    (research::keeping::clear_library(&service).await?, research::keeping::clear_outdated(&service).await?);
                println!("{people} people taken out; earlier data of {outdated} taken out, for which later ones stand.");
            }
            LibraryAction::Release => {
                let release = research::make_release(&service).await?;
                println!("Release {} of {} people.", release.name, release.people.len());
            }
            LibraryAction::Verify => return verify(&service).await,
            LibraryAction::Ask { question } => {
                let token =
                    std::env::var("GMS_PROJECT_TOKEN").context("set GMS_PROJECT_TOKEN to a token of the project, made on its page")?;
                println!("{}", serde_json::to_string_pretty(&research::token::ask_with(&service, &token, question).await?)?);
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn verify(service: &Arc<Service>) -> anyhow::Result<ExitCode> {
    let library = research::library(service).await?;
    let (wrong, swept) = (library.verify().await?, research::keeping::sweep_library(service).await?);
    for message in &wrong {
        println!("{message}");
    }
    println!("{swept} files removed that nothing names; {} files are wrong.", wrong.len());
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Sets where a service's library lies, which machines answer its questions, and which program its queries, where the arguments say so.
pub(super) fn place(
    service: &Service,
    address: Option<&str>,
    machines: Option<SocketAddr>,
    query_program: Option<&Path>,
) -> anyhow::Result<()> {
    let program = program(machines, query_program)?;
    research::set_query_program(service, program.clone())?;
    if address.is_none() && machines.is_none() {
        return Ok(());
    }
    let own = service.folder.join("library");
    let library = library::Library::open(address.map_or(own.to_str().context("the folder's name is no text")?, |address| address))?;
    let library = match machines {
        Some(scheduler) => library.with_source(Arc::new(MachineCarriers::new(program, scheduler))),
        None => library,
    };
    research::set_library(service, library)
}

/// Refuses what would be refused of the arguments; nothing is made.
pub(super) fn check(address: Option<&str>, machines: Option<SocketAddr>, query_program: Option<&Path>) -> anyhow::Result<()> {
    program(machines, query_program)?;
    // A folder is made where there is none; of an object store its address alone is read.
    match address.filter(|address| address.contains("://")) {
        Some(address) => library::Library::open(address).map(drop).with_context(|| format!("--library {address}")),
        None => Ok(()),
    }
}

fn program(machines: Option<SocketAddr>, query_program: Option<&Path>) -> anyhow::Result<QueryProgram> {
    let program = QueryProgram::find(query_program)?;
    if query_program.is_some() || machines.is_some() {
        program.check()?;
    }
    Ok(program)
}
