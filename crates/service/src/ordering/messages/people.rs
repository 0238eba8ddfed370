//! What hospitals say anew of people: changed details (`ADT^A08`, `ADT^A31`), and two records that are one person (`ADT^A40`).
//! Only people for whom the organisation has asked are changed; what is not certain is refused, for a person to look at.

use super::{person, sender};
use crate::{Desk, ServiceResult, intent::Intent, ordering::generations, people};
use access::Action;
use care::{
    PatientId, Refusal, Refusals,
    ordering::{client::Client, message::Fault},
    people::{
        death::{self, Death},
        identifier::HospitalNumber,
        matching::{Fit, Named},
        name::is_unknown,
        patient::{self, Demographics, Patient},
        stated as said,
    },
};
use interop::{
    incoming_message::IncomingMerge,
    incoming_order::{Person, SentNumber},
};
use jiff::Timestamp;
use store::{Change, Seen};

/// What was done, as notes of the message.
pub(super) type Notes = Vec<String>;

const UNKNOWN: &str = "Nobody is known here by these numbers; there was nothing to change";

/// States anew who somebody is, as a step of an intent.
pub(super) async fn update(
    desk: &Desk,
    client: &Client,
    intent: &mut Intent,
    (sent, stated_at): (&Person, Option<Timestamp>),
) -> ServiceResult<Notes> {
    let (mut found, mut seen): (Vec<(Desk, PatientId)>, Vec<Seen>) = (Vec::new(), Vec::new());
    for sender in sender::all(desk, client) {
        seen.extend(people::identify::seen(&sender, &named(client, &sender, sent).numbers).await?);
        let known = record(&sender, &named(client, &sender, sent)).await?;
        found.extend(known.filter(|id| found.iter().all(|(_, other)| other != id)).map(|id| (sender, id)));
    }
    let (desk, id) = match (found.pop(), found.is_empty()) {
        (None, _) => return Ok(vec![UNKNOWN.into()]),
        (Some(one), true) => one,
        (Some(_), false) => return Err(Refusals::one("PID-3", SEVERAL).into()),
    };
    let permit = desk.permit_patient(Action::ChangePatient, id).await?;
    let loaded = intent.load::<Patient>(&desk, &permit, id.stream()).await?;
    let Some(known) = &loaded.state.demographics else { return Ok(vec![UNKNOWN.into()]) };
    let stated = stated(sent)?;
    let updated = said::update(known, &stated)?;
    if let Some(Fit::Differs(what)) = people::trace::fit_of_extract(&desk, &permit, &stated).await? {
        return Err(Refusals(vec![people::trace::belongs_to_another(&what)]).into());
    }
    let mut events = patient::number(&loaded.state, &named(client, &desk, sent).numbers);
    let reason = format!("Changed by the hospital's system ({})", desk.staff.name);
    let changes = said::changed(known, &updated);
    let is_changed = *known != updated;
    if known.birth_date != updated.birth_date {
        generations::of_orders(&desk, id, updated.birth_date).await?;
    }
    if is_changed {
        events.extend(patient::restate(&loaded.state, updated, (reason.clone(), stated_at), desk.today())?);
    }
    let (died, of_death) = death_said(&desk, &loaded.state, (sent, stated_at));
    events.extend(died);
    if !events.is_empty() {
        let mut change = Change { reason, seen, ..Change::default() };
        change.add(&loaded, &events);
        intent.add(&desk, permit, change);
    }
    let done = if changes.is_empty() {
        "The details of the person are as they were".to_owned()
    } else {
        format!("The details of the person were changed: {}", changes.join("; "))
    };
    Ok(std::iter::once(done).chain(of_death.map(str::to_owned)).collect())
}

/// A death that a message says, as an event of the record, and what becomes of it.
fn death_said(
    desk: &Desk,
    record: &Patient,
    (sent, stated_at): (&Person, Option<Timestamp>),
) -> (Vec<patient::Event>, Option<&'static str>) {
    let Some(day) = &sent.death_date else { return (vec![], None) };
    let events = death::say(record, day.parse().ok(), (desk.staff.name.as_str(), stated_at), desk.today());
    let note = match (&record.death, events.is_empty()) {
        (_, false) => "That the person has died is shown as said by your system; nothing reaches them until somebody has checked it",
        (_, true) if death::is_older(record, stated_at) => {
            "A later message has changed this record: this one is older, and that the person has died was not taken over"
        }
        (Some(Death::Confirmed { .. }), true) => "That the person has died is confirmed here already",
        (Some(Death::Mistaken { .. }), true) => {
            "That the person has died was checked here, and they have not: ring the laboratory if that is wrong"
        }
        (Some(Death::Said { .. }) | None, true) => "That the person has died was said before, and waits for somebody to check it",
    };
    (events, Some(note))
}

/// Two records of a message, as far as one of the sender's organisations knows them.
struct Records {
    desk: Desk,
    replaced: Option<PatientId>,
    survivor: Option<PatientId>,
    /// Who has the numbers of both now, as any of the sender's organisations gave them.
    seen: Vec<Seen>,
}

/// Merges two records of one person, as a step of an intent. Where the service knows one of them alone, it learns the numbers of
/// the other.
pub(super) async fn merge(desk: &Desk, client: &Client, intent: &mut Intent, incoming: &IncomingMerge) -> ServiceResult<Notes> {
    if incoming.replaced_nhs_number.is_none() && incoming.replaced.is_empty() {
        return Err(Refusals::one("MRG-1", "The message does not say which record is merged").into());
    }
    let Some(Records { desk, replaced, survivor, seen }) = records(desk, client, incoming).await? else {
        return Ok(vec![UNKNOWN.into()]);
    };
    let learned: Vec<HospitalNumber> =
        numbers(client, &desk, &incoming.survivor.hospital_numbers).into_iter().chain(numbers(client, &desk, &incoming.replaced)).collect();
    match (replaced, survivor) {
        (None, None) => Ok(vec![UNKNOWN.into()]),
        (Some(one), Some(other)) if one != other => {
            check_fit(&desk, other, &incoming.survivor).await?;
            check_names(&desk, one, other).await?;
            let reason = format!("Merged by the hospital's system ({})", desk.staff.name);
            people::patients::merge_in(&desk, intent, (one, other), false, &reason).await?;
            learn(&desk, intent, other, (&learned, seen)).await?;
            Ok(vec!["The two records were merged".into()])
        }
        (Some(one), _) | (None, Some(one)) => {
            check_fit(&desk, one, &incoming.survivor).await?;
            learn(&desk, intent, one, (&learned, seen)).await?;
            Ok(vec!["One of the two records is known here; it is found by the numbers of both".into()])
        }
    }
}

/// The records that a message merges, of the one organisation of the sender that knows them.
async fn records(desk: &Desk, client: &Client, incoming: &IncomingMerge) -> ServiceResult<Option<Records>> {
    let (mut found, mut seen): (Vec<Records>, Vec<Seen>) = (Vec::new(), Vec::new());
    for sender in sender::all(desk, client) {
        for sent in [&incoming.survivor.hospital_numbers, &incoming.replaced] {
            seen.extend(people::identify::seen(&sender, &numbers(client, &sender, sent)).await?);
        }
        let of_replaced = Named {
            nhs_number: incoming.replaced_nhs_number.as_ref().and_then(|number| number.value.parse().ok()),
            numbers: numbers(client, &sender, &incoming.replaced),
            ..Named::default()
        };
        let replaced = record(&sender, &of_replaced).await?;
        let survivor = record(&sender, &named(client, &sender, &incoming.survivor)).await?;
        let is_new = found.iter().all(|other| (other.replaced, other.survivor) != (replaced, survivor));
        if (replaced.is_some() || survivor.is_some()) && is_new {
            found.push(Records { desk: sender, replaced, survivor, seen: vec![] });
        }
    }
    // Both of them say more than one alone.
    if found.iter().any(|records| records.replaced.is_some() && records.survivor.is_some()) {
        found.retain(|records| records.replaced.is_some() && records.survivor.is_some());
    }
    match (found.pop(), found.is_empty()) {
        (Some(_), false) => Err(Refusals::one("PID-3", SEVERAL).into()),
        (records, _) => Ok(records.map(|records| Records { seen, ..records })),
    }
}

const SEVERAL: &str = "These numbers are of several people in the organisations for which the system sends: send the NHS number";

/// Whom a message names, as one of the sender's organisations knows them.
fn named(client: &Client, desk: &Desk, sent: &Person) -> Named {
    Named { numbers: numbers(client, desk, &sent.hospital_numbers), ..person::named(&desk.staff, sent) }
}

/// Numbers as one of the sender's organisations gave them. Where it sends for several, a number counts by its authority alone.
fn numbers(client: &Client, desk: &Desk, sent: &[SentNumber]) -> Vec<HospitalNumber> {
    let counts = |number: &&SentNumber| client.represents.is_empty() || !number.authority.is_empty();
    person::numbers(&desk.staff, &sent.iter().filter(counts).cloned().collect::<Vec<_>>())
}

/// Who somebody is, as the message says.
fn stated(sent: &Person) -> Result<Demographics, Refusals> {
    if is_unknown(&sent.family_name) || is_unknown(&sent.given_name) {
        return Err(Refusals::one("PID-5", "A name that nobody knows takes the place of none that is known: send the name"));
    }
    let refusals = |faults: Vec<Fault>| Refusals(faults.into_iter().map(|fault| Refusal::new("PID", fault.to_string())).collect());
    person::demographics(sent, None).map_err(refusals)
}

/// The record with one of these numbers, if the organisation has anything to do with it: nothing where nobody has them.
async fn record(desk: &Desk, named: &Named) -> ServiceResult<Option<PatientId>> {
    let permit = desk.permit_general(Action::RegisterPatient).await?;
    let store = &desk.service.store;
    let mut found = Vec::new();
    if let Some(number) = named.nhs_number {
        found.extend(store.patient_by_nhs_number(&permit, number).await?);
    }
    for number in &named.numbers {
        found.extend(store.patients_by_hospital_number(&permit, number).await?);
    }
    let mut survivors = Vec::new();
    for id in found {
        let record = store.load::<Patient>(&permit, id.stream()).await?.state;
        survivors.push(record.merged_into.unwrap_or(id));
    }
    survivors.sort();
    survivors.dedup();
    match survivors[..] {
        [] => Ok(None),
        [one] => Ok(desk.permit_patient(Action::ChangePatient, one).await.is_ok().then_some(one)),
        _ => Err(Refusals::one("PID-3", "These numbers are of several records here: merge them, or correct the numbers, first").into()),
    }
}

/// Refuses to merge into somebody who is called otherwise than the message says.
async fn check_fit(desk: &Desk, id: PatientId, sent: &Person) -> ServiceResult<()> {
    let permit = desk.permit_patient(Action::ChangePatient, id).await?;
    let known = people::patients::demographics(desk, &permit, id).await?;
    said::update(&known, &stated(sent)?)?;
    Ok(())
}

/// Refuses to merge two records of whom nobody here can know that they are one: twins are born on one day.
async fn check_names(desk: &Desk, one: PatientId, other: PatientId) -> ServiceResult<()> {
    let mut records = Vec::new();
    for id in [one, other] {
        let permit = desk.permit_patient(Action::ChangePatient, id).await?;
        records.push(people::patients::demographics(desk, &permit, id).await?);
    }
    let Some(why) = said::two_people(&records[0], &records[1]) else { return Ok(()) };
    let message = format!(
        "{why}. If they are one person, somebody merges them on the page of the patient, or corrects the wrong name first. \
         Nothing was merged"
    );
    Err(Refusals::one("merge", message).into())
}

async fn learn(desk: &Desk, intent: &mut Intent, id: PatientId, (numbers, seen): (&[HospitalNumber], Vec<Seen>)) -> ServiceResult<()> {
    let permit = desk.permit_patient(Action::ChangePatient, id).await?;
    let loaded = intent.load::<Patient>(desk, &permit, id.stream()).await?;
    let events = patient::number(&loaded.state, numbers);
    if !events.is_empty() {
        let mut change = Change { seen, ..Change::default() };
        change.add(&loaded, &events);
        intent.add(desk, permit, change);
    }
    Ok(())
}
