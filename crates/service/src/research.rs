//! The research library: who is in it, who is taken out, and releases of it.

pub mod answers;
pub mod asking;
pub mod beacon;
pub mod builder;
pub mod calls;
pub mod checking;
pub mod declined;
mod filling;
pub mod keeping;
mod memory;
pub mod newsletter;
pub mod projects;
pub mod reanalysis;
pub mod returned;
pub mod simulated;
pub mod tables;
pub mod token;
pub mod used;

pub(crate) use memory::Ledgers;

pub use filling::fill_library;
pub use keeping::EVERY;

use crate::{
    Service, ServiceResult, ordering,
    people::{self, staff},
    results,
};
use access::{Action, Permit};
use anyhow::Context;
use argon2::password_hash::rand_core::{OsRng, RngCore};
use care::{
    PatientId,
    ordering::{choice::policy::Use, family::Affected},
    people::patient::Sex,
    research::participant::{self, Participant},
};
use jiff::civil::Date;
use library::{Library, Person, PersonNo, Release, Scope, program::QueryProgram, release::band};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use store::ParticipantLine;

/// The ancestry group of people whose variants fit none clearly.
const UNKNOWN: &str = "UNKNOWN";

/// The library of this service: in its folder, where no other was set.
pub async fn library(service: &Service) -> anyhow::Result<&Library> {
    let open = async || Library::open(service.folder.join("library").to_str().context("the folder's name is no text")?);
    service.library.get_or_try_init(open).await
}

/// Sets where the library lies, before it is first used.
pub fn set_library(service: &Service, library: Library) -> anyhow::Result<()> {
    service.library.set(library).ok().context("the library was in use already")
}

/// The program that runs queries in SQL: beside this one, where no other was set.
pub fn query_program(service: &Service) -> anyhow::Result<&QueryProgram> {
    if let Some(program) = service.query_program.get() {
        return Ok(program);
    }
    let beside = QueryProgram::find(None)?;
    Ok(service.query_program.get_or_init(|| beside))
}

/// Sets the program that runs queries in SQL, before it is first needed.
pub fn set_query_program(service: &Service, program: QueryProgram) -> anyhow::Result<()> {
    service.query_program.set(program).ok().context("a program for queries was in use already")
}

pub(crate) async fn library_permit(service: &Service) -> ServiceResult<Permit> {
    service.own_permit(Action::RunLibrary, "library").await
}

/// Of people who agreed by their own record, those whom no other record of the same person speaks against.
async fn allowed(service: &Arc<Service>, permit: &Permit, mut people: Vec<PatientId>) -> anyhow::Result<Vec<PatientId>> {
    let merged = service.store.merged(permit).await?;
    let desk = service.desk(staff::system());
    for patient in merged {
        if people.contains(&patient) && !ordering::choices::receipt(&desk, permit, patient, Use::Library).await?.allowed {
            people.retain(|p| *p != patient);
        }
    }
    Ok(people)
}

/// Data of participants whose choice allows it on a day; of somebody with several analyses several.
pub(crate) async fn participants_allowed(service: &Arc<Service>, permit: &Permit, on: Date) -> anyhow::Result<Vec<ParticipantLine>> {
    let lines = service.store.participants(permit, on).await?;
    let agreed = lines.iter().filter(|l| l.present && l.agreed).map(|l| l.patient).collect();
    let allowed: BTreeSet<PatientId> = allowed(service, permit, agreed).await?.into_iter().collect();
    Ok(lines.into_iter().filter(|l| allowed.contains(&l.patient)).collect())
}

/// Whom a question may count today: read anew for every question.
pub(crate) async fn scope(service: &Arc<Service>) -> anyhow::Result<Scope> {
    let permit = library_permit(service).await?;
    // What projects were told is remembered by people's first numbers.
    Ok(Scope::new(participants_allowed(service, &permit, service.today()).await?.into_iter().flat_map(|l| [l.no, l.first])))
}

/// Makes a release of everybody whose choice allows it today; returns it.
#[crate::boxed]
pub async fn make_release(service: &Arc<Service>) -> anyhow::Result<Release> {
    let permit = library_permit(service).await?;
    let library = library(service).await?;
    // Nobody takes out meanwhile, as outdated, what the release is made of.
    let _one_at_a_time = service.asking.lock().await;
    let mut lines = participants_allowed(service, &permit, service.today()).await?;
    lines.retain(|line| line.latest);
    let people = people(service, &permit, &lines).await?;
    let mut key = [0; 32];
    OsRng.fill_bytes(&mut key);
    let today = service.today();
    let made_today = library.releases().await?.iter().filter(|name| name.starts_with(&today.to_string())).count();
    library.release(&format!("{today}.{}", made_today + 1), service.now(), people, key).await
}

async fn people(service: &Arc<Service>, permit: &Permit, lines: &[ParticipantLine]) -> anyhow::Result<Vec<Person>> {
    let desk = service.desk(staff::system());
    let numbers: BTreeMap<PatientId, u32> = lines.iter().map(|l| (l.patient, l.no)).collect();
    let mut people = Vec::new();
    for line in lines {
        let who = people::patients::demographics(&desk, permit, line.patient).await?;
        let participant = service.store.load::<Participant>(permit, participant::stream(line.patient)).await?.state;
        let ancestry = participant.datasets.last().map(|data| data.ancestry.clone()).filter(|code| !code.is_empty());
        let mut person = Person {
            no: PersonNo(line.no),
            first: PersonNo(line.first),
            family: line.no,
            sex: match who.sex {
                Sex::Female => "female",
                Sex::Male => "male",
                Sex::Unknown => "unknown",
            }
            .into(),
            born_from: band(who.birth_date.year()),
            ancestry: ancestry.unwrap_or_else(|| UNKNOWN.into()),
            affected: false,
            solved: participant.datasets.last().and_then(|data| data.simulated).is_some_and(|simulated| simulated.is_solved),
            present: vec![],
            absent: vec![],
        };
        for view in service.store.orders_with(permit, line.patient).await? {
            let status = desk.status(permit, view.id).await?;
            let Some(request) = &status.order.request else { continue };
            let family = request.people.iter().filter_map(|p| numbers.get(&p.patient)).min();
            person.family = person.family.min(family.copied().unwrap_or(line.no));
            let own = request.people.iter().find(|p| p.patient == line.patient);
            person.affected |= own.is_some_and(|p| p.affected == Affected::Yes);
            if request.proband().is_some_and(|p| p.patient == line.patient) {
                person.present.extend(request.observed.iter().map(|t| t.0));
                person.absent.extend(request.excluded.iter().map(|t| t.0));
                if let Some((_, report)) = status.report() {
                    person.solved |= results::reports::content(service, report).await?.outcome.is_finding();
                }
            }
        }
        for list in [&mut person.present, &mut person.absent] {
            list.sort_unstable();
            list.dedup();
        }
        let present = person.present.clone();
        person.absent.retain(|t| !present.contains(t));
        people.push(person);
    }
    Ok(people)
}
