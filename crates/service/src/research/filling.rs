//! Taking people into the library: what finished analyses found of those who agreed to research.

use super::{
    allowed,
    calls::{self, Part, Seen},
    library, library_permit,
};
use crate::{Service, ServiceResult, people::staff, work::is_left};
use access::Permit;
use anyhow::Context;
use care::{
    AnalysisId, OrderId, PatientId,
    interpretation::analysis::{Input, State},
    ordering::order::State as OrderState,
    research::participant::{self, Event, Participant},
};
use library::{Adding, Library, PersonNo};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use store::{Change, Loaded};

/// Under which the place in the journal is kept up to which orders were looked at.
const FILLED: &str = "filled";
/// Under which orders are kept whose data could not be read.
const UNREADABLE: &str = "unreadable";
/// Orders whose people are taken in together: the library knows them as one run.
const TOGETHER: usize = 64;

/// What became of some orders.
#[derive(Default)]
struct Entrants {
    /// People whose data the library holds now.
    people: usize,
    /// Whether of any analysis the data could be read.
    is_any_read: bool,
    /// Why the data of an order could not be read.
    faults: BTreeMap<OrderId, anyhow::Error>,
}

/// Takes the data of every finished analysis into the library, of those who agreed to research; returns of how many people.
/// What was cut off half-way is taken up again, and nothing is taken twice. A program that ends stops before the next analysis. Data
/// that cannot be read keep nobody else's out: they are tried again with each filling, and are a fault until they are in.
#[crate::boxed]
pub async fn fill_library(service: &Arc<Service>) -> anyhow::Result<usize> {
    let permit = library_permit(service).await?;
    let library = library(service).await?;
    // A service that was restored from a backup has everything but the library's files: they are made again.
    let lost = library.manifest().await?.number == 0;
    let kept = if lost { None } else { library.kept(FILLED).await? };
    let filled: u64 = String::from_utf8(kept.unwrap_or_default())?.parse().unwrap_or(0);
    let end = service.store.journal_end().await?.map_or(0, |(end, _)| end);
    let mut unreadable: BTreeSet<OrderId> = match library.kept(UNREADABLE).await? {
        Some(bytes) => serde_json::from_slice(&bytes).context("reading of which orders the data could not be read")?,
        None => BTreeSet::new(),
    };
    // By their last change: what changes again meanwhile comes again.
    let mut waiting = service.store.orders_changed(&permit, filled, end).await?;
    waiting.extend(unreadable.iter().map(|order| (*order, end)));
    let (mut added, mut fault) = (0, None);
    for some in waiting.chunks(TOGETHER) {
        let orders: Vec<OrderId> = some.iter().map(|(order, _)| *order).collect();
        let entrants = take_in(service, &permit, &orders).await?;
        added += entrants.people;
        if is_left(service) {
            return Ok(added);
        }
        let before = unreadable.clone();
        unreadable.retain(|order| !orders.contains(order));
        unreadable.extend(entrants.faults.keys());
        if unreadable != before {
            library.keep(UNREADABLE, serde_json::to_vec(&unreadable)?).await?;
        }
        library.keep(FILLED, some.last().map_or(filled, |(_, place)| *place).to_string().into_bytes()).await?;
        library.compact().await?;
        fault = fault.or(entrants.faults.into_values().next());
        // Where nothing at all can be read, the rest would not be either: it waits for the next filling.
        if !entrants.is_any_read {
            break;
        }
    }
    library.compact().await?;
    match fault {
        Some(fault) => Err(cannot_be_read(&unreadable, fault)),
        None if end > filled => {
            library.keep(FILLED, end.to_string().into_bytes()).await?;
            Ok(added)
        }
        None => Ok(added),
    }
}

fn cannot_be_read(orders: &BTreeSet<OrderId>, first: anyhow::Error) -> anyhow::Error {
    let orders: Vec<String> = orders.iter().map(OrderId::to_string).collect();
    first.context(format!("data that the research library cannot read yet, of the orders {}", orders.join(", ")))
}

/// Data of somebody that the library may take.
struct Entering {
    participant: Loaded<Participant>,
    no: PersonNo,
    sample: String,
    /// Once they were read.
    seen: Option<Seen>,
}

/// Takes in the people of some orders, as one run; stops before the next analysis where the program ends.
async fn take_in(service: &Arc<Service>, permit: &Permit, orders: &[OrderId]) -> anyhow::Result<Entrants> {
    let mut analyses = latest(service, permit, orders).await?;
    let mut entrants = Entrants::default();
    let library = library(service).await?;
    let mut entering = number(service, permit, library, &analyses).await?;
    if entering.is_empty() {
        return Ok(Entrants { is_any_read: true, ..entrants });
    }
    // What was cut off half-way may have left somebody else's data under a number that nobody was given.
    library.purge(&entering.values().flatten().map(|e| e.no).collect::<Vec<_>>()).await?;
    let mut all = library.adding();
    for (analysis, people) in &mut entering {
        if is_left(service) {
            break;
        }
        let Some((order, input)) = analyses.remove(analysis) else { continue };
        match read(service, library, &input, people).await {
            Ok(adding) => all.join(adding).await?,
            Err(fault) => drop(entrants.faults.insert(order, fault)),
        }
    }
    all.finish().await?;
    let mut change = Change::default();
    for (analysis, entering) in &entering {
        for Entering { participant, no, seen, .. } in entering {
            let Some(seen) = seen else { continue };
            let ancestry = seen.ancestry.unwrap_or_default().to_owned();
            let reference = service.reference.clone();
            change.add(participant, &[Event::Entered { no: no.0, analysis: *analysis, ancestry, reference, simulated: None }]);
            entrants.people += 1;
        }
    }
    entrants.is_any_read = entrants.people > 0 || entrants.faults.is_empty();
    if entrants.people > 0 {
        service.store.commit(permit, change, service.now()).await?;
    }
    Ok(entrants)
}

/// What some orders' latest finished analyses were given, by analysis.
async fn latest(service: &Arc<Service>, permit: &Permit, orders: &[OrderId]) -> ServiceResult<BTreeMap<AnalysisId, (OrderId, Input)>> {
    let statuses = service.desk(staff::system()).parts_of(permit, orders, &[]).await?;
    let is_void = |order: &OrderState| matches!(order, OrderState::EnteredInError { .. } | OrderState::Cancelled { .. });
    let done = statuses.into_iter().zip(orders).filter(|(status, _)| !is_void(&status.order.state)).filter_map(|(status, order)| {
        let (analysis, done) = status.analyses.into_iter().rev().find(|(_, analysis)| matches!(analysis.state, State::Done { .. }))?;
        Some((analysis, (*order, done.input?)))
    });
    Ok(done.collect())
}

/// Whose data of analyses the library may take and does not hold, under which numbers.
async fn number(
    service: &Arc<Service>,
    permit: &Permit,
    library: &Library,
    analyses: &BTreeMap<AnalysisId, (OrderId, Input)>,
) -> anyhow::Result<BTreeMap<AnalysisId, Vec<Entering>>> {
    // Of a person's analyses the latest: identifiers sort by time.
    let mut samples = BTreeMap::<PatientId, (AnalysisId, String)>::new();
    for (analysis, (_, input)) in analyses {
        samples.extend(input.samples.iter().map(|(patient, sample)| (*patient, (*analysis, sample.clone()))));
    }
    let people: Vec<PatientId> = samples.keys().copied().collect();
    let agreed = allowed(service, permit, service.store.agreed(permit, service.today(), &people).await?).await?;
    let streams: Vec<String> = agreed.iter().map(|patient| participant::stream(*patient)).collect();
    let mut participants = service.store.load_each::<Participant>(permit, &streams).await?;
    let manifest = library.manifest().await?;
    let mut next = service.store.next_participant(permit).await?;
    let mut entering = BTreeMap::<AnalysisId, Vec<Entering>>::new();
    for (patient, stream) in agreed.iter().zip(&streams) {
        let (Some((analysis, sample)), Some(participant)) = (samples.remove(patient), participants.remove(stream)) else { continue };
        let datasets = &participant.state.datasets;
        // What was lost is made again under its number; data of another analysis have one of their own.
        let no = match datasets.iter().find(|data| data.analysis == analysis).map(|data| PersonNo(data.no)) {
            Some(known) if manifest.holds(known) => continue,
            Some(known) => known,
            None if datasets.iter().any(|data| data.analysis > analysis) => continue,
            None => {
                next += 1;
                PersonNo(next - 1)
            }
        };
        entering.entry(analysis).or_default().push(Entering { participant, no, sample, seen: None });
    }
    Ok(entering)
}

/// Reads the files of an analysis, and notes what is known of people then. Nobody is in the library before all that is added is.
async fn read(service: &Arc<Service>, library: &Library, input: &Input, people: &mut [Entering]) -> anyhow::Result<Adding> {
    let blobs = service.store.blobs();
    let files =
        calls::Files { vcf: blobs.sound_file(&input.vcf_sha256).await?, structural: blobs.sound_files(&input.structural_sha256).await? };
    let knowledge = Arc::clone(&service.knowledge);
    let columns: Vec<(PersonNo, String)> = people.iter().map(|e| (e.no, e.sample.clone())).collect();
    let mut adding = library.adding();
    for (no, _) in &columns {
        adding.person(*no);
    }
    let (send, mut receive) = tokio::sync::mpsc::channel::<Part>(1);
    let reading = tokio::task::spawn_blocking(move || {
        calls::read(&files, &columns, &knowledge, |part| send.blocking_send(part).context("the library no longer takes rows"))
    });
    while let Some(part) = receive.recv().await {
        match part {
            Part::Calls(calls) => adding.take(calls).await?,
            Part::Gaps(gaps) => adding.gaps(gaps).await?,
        }
    }
    for seen in reading.await?? {
        if seen.is_read {
            adding.read(seen.person);
        }
        if let Some(person) = people.iter_mut().find(|person| person.no == seen.person) {
            person.seen = Some(seen);
        }
    }
    Ok(adding)
}
