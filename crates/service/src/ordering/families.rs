//! Families that wait: who is missing what, since when, and who was chased.

use super::generations;
use crate::{Desk, ServiceError, ServiceResult, Status, people::restriction};
use access::Action;
use anyhow::Context as _;
use care::{
    OrderId, PatientId, Refusals, SampleId,
    event::{Event, StreamKind, StreamName},
    laboratory::sample,
    ordering::{
        choice,
        missing::{self, Missing, Since},
        order,
        work::{self, Command, Contact, Ending, How, Work},
    },
};
use jiff::{Timestamp, civil::Date};
use std::collections::BTreeSet;
use store::{Change, Happened, OrderView};

/// Somebody of an order of whom something is missing.
pub struct Waiting {
    /// The order as lists show it.
    pub view: OrderView,
    /// Who.
    pub person: PatientId,
    /// Their name, as far as whoever looks may see it.
    pub name: String,
    /// How they are related to the patient, in words.
    pub relationship: &'static str,
    /// What is missing.
    pub missing: Vec<Missing>,
    /// Attempts to get it from them, oldest first.
    pub contacts: Vec<Contact>,
}

/// Families of an organisation that wait.
pub struct Families {
    /// People of whom something is missing, longest first.
    pub people: Vec<Waiting>,
    /// Orders of whose people something is missing; where there are more orders than were looked at, those that were.
    pub orders: usize,
    /// There are more orders, submitted later, that were not looked at.
    pub is_more: bool,
}

/// The family of one order.
pub struct Family {
    /// The order as lists show it.
    pub view: OrderView,
    /// People of whom something is missing, longest first.
    pub people: Vec<Waiting>,
    /// Attempts of people of whom nothing is missing any more, with their names, oldest first.
    pub settled: Vec<(String, Contact)>,
}

/// An attempt as somebody writes it down.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Who was chased.
    pub person: PatientId,
    /// How.
    pub how: How,
    /// How it ended.
    pub ending: Ending,
    /// What else there is to say.
    pub note: String,
    /// When to try again.
    pub next: Option<Date>,
}

/// Stands for what is to be checked of a family in which somebody's name is not shown.
const HIDDEN: &str = "somebody who is named on a restricted record can see it";

/// What of an order tells what its family is waited for.
const KINDS: [StreamKind; 4] = [StreamKind::Order, StreamKind::Work, StreamKind::Choice, StreamKind::Sample];

/// Orders that are looked at, at most.
const ORDERS_MAX: usize = 100;

impl Waiting {
    /// Since when the first of it is missing.
    pub fn since(&self) -> Timestamp {
        self.missing.iter().map(|missing| missing.since).min().unwrap_or_default()
    }

    /// The day of the next attempt, by the latest.
    pub fn next(&self) -> Option<Date> {
        self.contacts.last().and_then(|contact| contact.next)
    }
}

/// Families of the orders of this desk's organisation that wait for somebody of the family, or for a sample.
#[crate::boxed]
pub async fn families(desk: &Desk) -> ServiceResult<Families> {
    let permit = desk.permit_general(Action::ReadOrder).await?;
    let mut views = desk.service.store.waiting_for_family(&permit, ORDERS_MAX as u64 + 1).await?;
    let is_more = views.len() > ORDERS_MAX;
    views.truncate(ORDERS_MAX);
    let (looked_at, mut waiting, mut people) = (views.len(), 0, Vec::new());
    // All of them in one query each: how many families wait changes nothing of how often is asked.
    let ids: Vec<OrderId> = views.iter().map(|view| view.id).collect();
    let mut events = desk.service.store.events_of_orders(&permit, &ids, &KINDS).await?;
    let mut folded = Vec::new();
    for view in views {
        let happened = events.remove(&view.id).unwrap_or_default();
        folded.push(Folded::new(view, &happened)?);
    }
    let members: Vec<PatientId> = folded.iter().flat_map(Folded::members).collect();
    let restricted = desk.service.store.restricted_among(&members).await?;
    for folded in folded {
        let found = family(desk, folded, &restricted).await?.people;
        waiting += usize::from(!found.is_empty());
        people.extend(found);
    }
    people.sort_by_key(Waiting::since);
    let orders = if is_more { looked_at } else { waiting };
    Ok(Families { people, orders, is_more })
}

/// The family of one order.
#[crate::boxed]
pub async fn of_order(desk: &Desk, order: OrderId) -> ServiceResult<Family> {
    let permit = desk.permit(Action::ReadOrder, order).await?;
    let view = desk.service.store.order_view(order).await?.ok_or(ServiceError::NotFound("order"))?;
    let happened = desk.service.store.events_of_orders(&permit, &[order], &KINDS).await?.remove(&order).unwrap_or_default();
    let folded = Folded::new(view, &happened)?;
    let members: Vec<PatientId> = folded.members().collect();
    let restricted = desk.service.store.restricted_among(&members).await?;
    family(desk, folded, &restricted).await
}

/// Writes down that somebody of an order's family was chased.
#[crate::boxed]
pub async fn chase(desk: &Desk, order: OrderId, attempt: Attempt) -> ServiceResult<()> {
    let permit = desk.permit(Action::ChangeOrder, order).await?;
    let status = desk.status(&permit, order).await?;
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    if status.order.state.is_final() {
        return Err(Refusals::one("order", "This order is closed: nobody of the family is chased for it any more").into());
    }
    if request.people.iter().all(|member| member.patient != attempt.person) {
        return Err(Refusals::one("person", "Choose who of this family was chased").into());
    }
    let Attempt { person, how, ending, note, next } = attempt;
    let contact = Contact { person, how, ending, note, next, by: desk.staff.clone(), at: desk.now() };
    let loaded = desk.service.store.load::<Work>(&permit, work::stream(order)).await?;
    let mut change = Change::default();
    change.links.push((order, loaded.stream.clone()));
    change.add(&loaded, &work::decide(Command::Contact(Box::new(contact)), desk.today())?);
    desk.commit(&permit, change).await
}

/// An order with what follows from its events.
struct Folded {
    view: OrderView,
    status: Status,
    since: Since,
}

impl Folded {
    fn new(view: OrderView, happened: &[Happened]) -> ServiceResult<Folded> {
        let (mut status, mut events) = (Status::default(), Vec::new());
        for one in happened {
            let (name, event) = one.recorded().read().context("folding an order")?;
            status.apply(&name, &event).context("folding an order")?;
            events.push((one.at, name, event));
        }
        let since = since(&status, &events)?;
        Ok(Folded { view, status, since })
    }

    /// Who is tested.
    fn members(&self) -> impl Iterator<Item = PatientId> {
        self.status.order.request.iter().flat_map(|request| &request.people).map(|member| member.patient)
    }
}

async fn family(desk: &Desk, folded: Folded, restricted: &BTreeSet<PatientId>) -> ServiceResult<Family> {
    let Folded { view, status, since } = folded;
    let is_over = status.order.state.is_final();
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    let mut names = Vec::new();
    for member in &request.people {
        let is_restricted = restricted.contains(&member.patient);
        names.push(if is_restricted { restriction::name_for(desk, member.patient, &member.name).await? } else { member.name.clone() });
    }
    // A check names people of the family, and a note may.
    let is_hidden = request.people.iter().zip(&names).any(|(member, name)| member.name != *name);
    let checks = generations::checks(&request.history).into_iter();
    let checks: Vec<String> = checks.map(|check| if is_hidden { HIDDEN.to_owned() } else { check }).collect();
    let found = if is_over { vec![] } else { missing::missing(&status, &since, &checks) };
    let (mut people, mut settled) = (Vec::new(), Vec::new());
    for (member, name) in request.people.iter().zip(names) {
        let missing: Vec<Missing> = found.iter().filter(|missing| missing.person == member.patient).cloned().collect();
        let contacts = status.work.contacts.iter().filter(|contact| contact.person == member.patient).cloned();
        let contacts: Vec<Contact> = contacts.map(|contact| if is_hidden { without_note(contact) } else { contact }).collect();
        if missing.is_empty() {
            settled.extend(contacts.into_iter().map(|contact| (name.clone(), contact)));
            continue;
        }
        let (person, relationship) = (member.patient, member.relationship.label());
        people.push(Waiting { view: view.clone(), person, name, relationship, missing, contacts });
    }
    people.sort_by_key(Waiting::since);
    Ok(Family { view, people, settled })
}

/// An attempt without what somebody wrote down of it.
fn without_note(contact: Contact) -> Contact {
    Contact { note: String::new(), ..contact }
}

/// When what is missing began to be, from the events of an order.
fn since(status: &Status, events: &[(Timestamp, StreamName<'_>, Event)]) -> ServiceResult<Since> {
    let mut since = Since::default();
    for (at, name, event) in events {
        match event {
            Event::Order(order::Event::Submitted { .. }) if since.submitted == Timestamp::default() => since.submitted = *at,
            Event::Choice(choice::Event::Withdrawn { what: choice::Purpose::Test, .. }) => {
                since.withdrawn.insert(name.parse().context("reading whose choice it is")?, *at);
            }
            Event::Sample(sample::Event::Rejected { .. }) => {
                let rejected: SampleId = name.parse().context("reading which sample it is")?;
                let of_stream = status.samples.iter().find(|(id, _)| *id == rejected);
                let patient = of_stream.and_then(|(_, sample)| sample.label.as_ref()).map(|label| label.patient);
                since.rejected.extend(patient.map(|patient| (patient, *at)));
            }
            _ => {}
        }
    }
    Ok(since)
}
