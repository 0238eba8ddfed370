//! Simulated people for the library of a demonstration. Each is registered, has an order that keeps DNA, made choices and lies in the
//! files like anybody else, so that scope, releases and withdrawal work as they do for patients. Nobody of them is real: their names,
//! their order and what the library holds of them say so.

use super::calls;
use crate::{Desk, Service, ordering, research};
use access::{Action, Permit};
use anyhow::Context;
use care::{
    AnalysisId, Fold, OrderId, PatientId, Refusals, Role, Staff, StaffId,
    ordering::{
        choice::{self, Answer, Category, Choice, ChoiceContext, Discussion, How, WORDING},
        family::{self, Affected, Relationship},
        order::{self, Command, Order, Request, Urgency, purpose::Purpose},
    },
    people::patient::{self, Demographics, Identity, Patient, Sex},
    research::participant::{self, Event, Participant, Simulation},
};
use genome::{Evidence, Variant};
use jiff::{Timestamp, civil::Date};
use library::{Call, PersonNo};
use ontology::TermId;
use std::{ops::Range, sync::Arc};
use store::{Change, Loaded};
use uuid::Uuid;

/// Somebody who was invented.
#[derive(Clone, Debug)]
pub struct Invented {
    /// Sex.
    pub sex: Sex,
    /// Date of birth, of an adult.
    pub birth_date: Date,
    /// Code of the ancestry group that they were drawn from; empty for none.
    pub ancestry: &'static str,
    /// Has the condition that the study is about.
    pub is_affected: bool,
    /// A cause was reported.
    pub is_solved: bool,
    /// Features that are present.
    pub observed: Vec<TermId>,
    /// Features that were looked for and are absent.
    pub excluded: Vec<TermId>,
    /// What they carry: which of the variants, and on how many copies.
    pub carried: Vec<(usize, u8)>,
}

/// People who are written in one transaction.
const AT_ONCE: usize = 200;
/// Where it is kept how many people of the library are simulated.
const KEPT: &str = "simulated";
/// What stands in every record of theirs.
const SIMULATED: &str = "Simulated for the demonstration; nobody real";
/// The organisation of the invented study: nobody works there, so that its orders stand in nobody's lists.
const ORGANISATION: &str = "SIM01";

/// The invented clinician who has seen them.
pub fn study() -> anyhow::Result<Staff> {
    Ok(Staff {
        id: StaffId(Uuid::from_u128(0x0590_0000_0000_7000_8000_0000_0000_5101)),
        name: "Simulated study".into(),
        role: Role::Clinician,
        organisation: ORGANISATION.parse()?,
        organisation_name: "Simulated study (demonstration)".into(),
    })
}

/// How many simulated people were taken into the library of a service; 0 where everybody is real.
pub async fn people(service: &Service) -> anyhow::Result<usize> {
    let kept = research::library(service).await?.kept(KEPT).await?.unwrap_or_default();
    Ok(String::from_utf8(kept)?.parse().unwrap_or(0))
}

/// Takes invented people into the library, who carry some of these variants. They count once a release is made.
#[crate::boxed]
pub async fn take_in(service: &Arc<Service>, variants: &[Variant], invented: &[Invented]) -> anyhow::Result<usize> {
    let desk = service.desk(study()?);
    let place = desk.permit_general(Action::PlaceOrder).await?;
    let own = research::library_permit(service).await?;
    let library = research::library(service).await?;
    let first = service.store.next_participant(&own).await?;
    let last = first + u32::try_from(invented.len())?;
    write_calls(service, variants, invented, first..last).await?;
    let permits = [place, own];
    for (chunk, no) in invented.chunks(AT_ONCE).zip((first..).step_by(AT_ONCE)) {
        let mut changes = Vec::new();
        for (person, no) in chunk.iter().zip(no..) {
            changes.extend(written(&desk, &permits, person, no)?);
        }
        service.store.commit_all(&changes).await?;
    }
    let total = people(service).await? + invented.len();
    library.keep(KEPT, total.to_string().into_bytes()).await?;
    Ok(invented.len())
}

/// Writes what they carry into the library's files, under numbers that nobody has yet.
async fn write_calls(service: &Arc<Service>, variants: &[Variant], invented: &[Invented], numbers: Range<u32>) -> anyhow::Result<()> {
    let library = research::library(service).await?;
    let all: Vec<PersonNo> = numbers.clone().map(PersonNo).collect();
    // What was cut off half-way may have left other data under these numbers.
    library.purge(&all).await?;
    let sites: Vec<Vec<Call>> = variants.iter().map(|variant| calls_of(service, variant)).collect();
    let mut adding = library.adding();
    for (chunk, no) in invented.chunks(AT_ONCE).zip(numbers.step_by(AT_ONCE)) {
        let mut calls = Vec::new();
        for (person, no) in chunk.iter().zip(no..) {
            for (index, copies) in &person.carried {
                let site = sites.get(*index).context("somebody carries a variant that is not there")?;
                calls.extend(site.iter().map(|call| Call { person: PersonNo(no), copies: *copies, ..call.clone() }));
            }
        }
        adding.take(calls).await?;
    }
    for no in all {
        adding.read(no);
    }
    adding.finish().await?;
    library.compact().await?;
    Ok(())
}

/// A variant as the library holds it, in each gene that it touches; of nobody yet.
fn calls_of(service: &Service, variant: &Variant) -> Vec<Call> {
    let evidence: &dyn Evidence = &*service.knowledge.evidence;
    let variant = variant.normalise(evidence as &dyn genome::Reference);
    let frequency = evidence.frequency(&variant).map(|f| f.overall);
    let call = |(gene, consequence, impact)| Call {
        person: PersonNo(0),
        contig: variant.contig,
        position: variant.position.get(),
        end: variant.end(),
        reference: variant.reference.clone(),
        alternate: variant.alternate.clone(),
        gene,
        consequence,
        impact,
        frequency,
        copies: 1,
    };
    calls::touched(&variant, &service.knowledge).into_iter().map(call).collect()
}

/// Everything that is written of somebody: who they are, the order, what they chose, and that they are in the library.
fn written(desk: &Desk, [place, own]: &[Permit; 2], person: &Invented, no: u32) -> anyhow::Result<[(Permit, Change, Timestamp); 2]> {
    let (patient, order) = (PatientId(desk.new_id()), OrderId(desk.new_id()));
    let demographics = Demographics {
        nhs_number: Identity::Unavailable(SIMULATED.into()),
        family_name: "Simulated".into(),
        given_name: format!("Person {no}"),
        birth_date: person.birth_date,
        sex: person.sex,
    };
    let mut change = Change::default();
    change.add(&new::<Patient>(patient.stream()), &patient::register(&Patient::default(), demographics.clone(), desk.today())?);
    change.add(&new::<Order>(order.stream()), &kept(&desk.staff, request(order, patient, person, &demographics)?)?);
    let context = ChoiceContext { person: &demographics, parents: &[], today: desk.today() };
    let chosen = choice::record(discussion(order), &context)?;
    change.add(&new::<Choice>(choice::stream(patient)), &chosen);
    for stream in [order.stream(), patient.stream(), choice::stream(patient)] {
        change.links.push((order, stream));
    }
    let simulated = Some(Simulation { is_solved: person.is_solved });
    let (analysis, reference) = (AnalysisId(desk.new_id()), desk.service.reference.clone());
    let entered = Event::Entered { no, analysis, ancestry: person.ancestry.into(), reference, simulated };
    let mut taken_in = Change::default();
    taken_in.add(&new::<Participant>(participant::stream(patient)), &[entered]);
    Ok([(place.clone(), change, desk.now()), (own.clone(), taken_in, desk.now())])
}

/// A stream of which nothing is written yet.
fn new<T: Fold>(stream: String) -> Loaded<T> {
    Loaded { stream, state: T::default(), sequence: 0 }
}

/// The events of an order that was placed and is done: the DNA is kept.
fn kept(by: &Staff, request: Request) -> Result<Vec<order::Event>, Refusals> {
    let (mut order, mut events) = (Order::default(), Vec::new());
    for command in [Command::Submit(Box::new(request)), Command::Accept, Command::Close] {
        let decided = order::decide(&order, command, by)?;
        order = decided.iter().fold(order, Fold::apply);
        events.extend(decided);
    }
    Ok(events)
}

fn request(id: OrderId, patient: PatientId, person: &Invented, demographics: &Demographics) -> anyhow::Result<Request> {
    Ok(Request {
        number: ordering::orders::number(id),
        test: "R346.1".parse()?,
        indication: "DNA to be stored".into(),
        directory_version: "simulated".into(),
        purpose: Purpose::Storage { reason: SIMULATED.into() },
        panel: None,
        people: vec![family::Participant {
            patient,
            name: demographics.full_name(),
            relationship: Relationship::Proband,
            sex: person.sex,
            affected: if person.is_affected { Affected::Yes } else { Affected::No },
        }],
        observed: person.observed.clone(),
        excluded: person.excluded.clone(),
        onsets: vec![],
        eligibility: SIMULATED.into(),
        history: SIMULATED.into(),
        urgency: Urgency::Routine,
        laboratory: ORGANISATION.parse()?,
        turnaround_days_max: 84,
        responsible: care::ordering::order::Responsible::default(),
        sender: None,
    })
}

fn discussion(order: OrderId) -> Discussion {
    Discussion {
        order,
        wording: WORDING.into(),
        category: Category::AdultOwn,
        test: Answer::Yes,
        research: Answer::Yes,
        recontact: Answer::No,
        secondary_findings: Answer::No,
        family_sharing: Answer::No,
        comment: SIMULATED.into(),
        how: How::Spoken,
        interpreter: String::new(),
    }
}
