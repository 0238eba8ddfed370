//! Looking after the library: who withdrew is taken out of every place, and what a run left half-way is removed.

use crate::{Service, fault::ForLog, ordering, people::staff, research};
use access::Permit;
use care::{
    PatientId,
    ordering::choice::policy::Use,
    research::participant::{self, Event, Participant},
};
use jiff::SignedDuration;
use library::PersonNo;
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use store::{Change, ParticipantLine};

/// How often the library of a running service is looked after. Who withdraws just after a round began is taken out by the next, which
/// begins soon enough for the five minutes that were promised; how long it takes follows from the size of runs.
pub const EVERY: Duration = Duration::from_mins(2);
/// After how many rounds files that a run left half-way are looked for: twice a day.
const SWEPT_EVERY: u64 = 360;

/// One round; what fails is logged and tried again in the next. Filling, which may take long, has rounds of its own.
#[crate::boxed]
pub async fn look_after_library(service: &Arc<Service>, round: u64) {
    if let Err(fault) = clear_library(service).await {
        tracing::error!("taking people out of the research library: {}", fault.for_log());
    }
    if round.is_multiple_of(SWEPT_EVERY) {
        if let Err(fault) = clear_outdated(service).await {
            tracing::error!("taking outdated data out of the research library: {}", fault.for_log());
        }
        if let Err(fault) = sweep_library(service).await {
            tracing::error!("removing what was left half-way of the research library: {}", fault.for_log());
        }
    }
}

/// Takes everybody out whose choice ended: of the files of calls, of releases, of what is remembered of answers. Returns of how
/// many. No question has counted them since the choice was written.
#[crate::boxed]
pub async fn clear_library(service: &Arc<Service>) -> anyhow::Result<usize> {
    let permit = research::library_permit(service).await?;
    let gone = not_allowed(service, &permit).await?;
    if gone.is_empty() {
        return Ok(0);
    }
    let numbers: Vec<PersonNo> = gone.iter().flat_map(|l| [l.no, l.first]).map(PersonNo).collect();
    let library = research::library(service).await?;
    let files = library.purge(&numbers).await?.len() + library.forget(&numbers).await?.len();
    research::memory::forget(service, library, &numbers).await?;
    let desk = service.desk(staff::system());
    let patients: BTreeSet<PatientId> = gone.iter().map(|line| line.patient).collect();
    for patient in &patients {
        let why = ordering::choices::receipt(&desk, &permit, *patient, Use::Library).await?.why;
        let loaded = service.store.load::<Participant>(&permit, participant::stream(*patient)).await?;
        let mut change = Change { reason: why.clone(), ..Change::default() };
        change.add(&loaded, &[Event::Left { why, files, at: desk.now() }]);
        service.store.commit(&permit, change, desk.now()).await?;
    }
    Ok(patients.len())
}

/// Data that the library holds of people whose choice does not allow it today, by their own record or by another of the same person.
/// It is asked every few minutes: those who may stay, who are many, are not read.
async fn not_allowed(service: &Arc<Service>, permit: &Permit) -> anyhow::Result<Vec<ParticipantLine>> {
    let (store, today) = (&service.store, service.today());
    let mut lines = store.participants_without_choice(permit, today).await?;
    let merged: Vec<ParticipantLine> = store.participants_among(permit, today, &store.merged(permit).await?).await?;
    let agreed: Vec<ParticipantLine> = merged.into_iter().filter(|line| line.agreed).collect();
    let people = agreed.iter().map(|line| line.patient).collect::<BTreeSet<_>>();
    let may_stay = research::allowed(service, permit, people.into_iter().collect()).await?;
    lines.extend(agreed.into_iter().filter(|line| !may_stay.contains(&line.patient)));
    Ok(lines)
}

/// Takes out earlier data of people whose later ones stand for them, once no release holds the earlier; and forgets what became of
/// runs that no release names. Returns how many data were taken out.
#[crate::boxed]
pub async fn clear_outdated(service: &Arc<Service>) -> anyhow::Result<usize> {
    let permit = research::library_permit(service).await?;
    let library = research::library(service).await?;
    let _one_at_a_time = service.asking.lock().await;
    let mut released = BTreeSet::new();
    for name in library.releases().await? {
        released.extend(library.released(&name).await?.iter().flat_map(|release| &release.people).map(|person| person.no.0));
    }
    let lines = service.store.participants(&permit, service.today()).await?;
    let outdated: Vec<ParticipantLine> = lines.into_iter().filter(|l| l.present && !l.latest && !released.contains(&l.no)).collect();
    library.purge(&outdated.iter().map(|line| PersonNo(line.no)).collect::<Vec<_>>()).await?;
    for line in &outdated {
        let loaded = service.store.load::<Participant>(&permit, participant::stream(line.patient)).await?;
        let mut change = Change::default();
        change.add(&loaded, &[Event::Outdated { no: line.no }]);
        service.store.commit(&permit, change, service.now()).await?;
    }
    library.prune().await?;
    Ok(outdated.len())
}

/// Removes files that a run left half-way, a day after it: putting whole genomes together may take hours, and names its files
/// only when all of them are written. Returns how many.
#[crate::boxed]
pub async fn sweep_library(service: &Service) -> anyhow::Result<usize> {
    research::library(service).await?.sweep(service.now() - SignedDuration::from_hours(24)).await
}

#[cfg(test)]
mod tests {
    use super::EVERY;
    use std::time::Duration;

    #[test]
    fn the_round_after_next_begins_within_the_five_minutes_that_were_promised() {
        assert!(EVERY * 2 < Duration::from_mins(5));
    }
}
