//! The people of orders that were found: who the patient is, and which relative a text names.

use super::birth::day_of_birth;
use crate::{Desk, ServiceResult};
use access::Permit;
use care::{
    OrderId, PatientId,
    event::StreamKind,
    ordering::family::{Participant, Relationship},
    people::patient::{Demographics, Patient},
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use store::{OrderView, order::search_terms, projection::RESTRICTED};

/// Orders of a list that show who they are of: where somebody's record is restricted the list says no name.
fn shown(orders: &[OrderView]) -> impl Iterator<Item = &OrderView> {
    orders.iter().filter(|view| view.patient != RESTRICTED)
}

/// Who the patients of some orders are, to tell two of one name apart. Restricted records are left out.
pub(super) async fn patients(desk: &Desk, permit: &Permit, orders: &[OrderView]) -> ServiceResult<BTreeMap<PatientId, Demographics>> {
    let patients: BTreeSet<PatientId> = shown(orders).map(|view| view.patient_id).collect();
    if patients.is_empty() {
        return Ok(BTreeMap::new());
    }
    let streams: Vec<String> = patients.iter().map(|patient| patient.stream()).collect();
    let mut records = desk.service.store.load_all::<Patient>(permit, &streams).await?;
    let who = |patient: PatientId| Some((patient, records.remove(&patient.stream())?.demographics?));
    Ok(patients.into_iter().filter_map(who).collect())
}

/// Of orders that a text found by the name or day of birth of a relative: who that is and how related, such as `Temi Oduya, mother`.
#[crate::boxed]
pub async fn relatives(desk: &Desk, permit: &Permit, text: &str, orders: &[OrderView]) -> ServiceResult<BTreeMap<OrderId, String>> {
    if let Some(day) = day_of_birth(text) {
        return born(desk, permit, day, orders).await;
    }
    let others: Vec<(OrderId, BTreeSet<String>)> =
        shown(orders).map(|view| (view.id, not_in_line(text, view))).filter(|(_, terms)| !terms.is_empty()).collect();
    let ids: Vec<OrderId> = others.iter().map(|(order, _)| *order).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let statuses = desk.parts_of(permit, &ids, &[StreamKind::Order]).await?;
    let mut found = BTreeMap::new();
    for ((order, terms), status) in others.into_iter().zip(statuses) {
        let people = status.order.request.map(|request| request.people).unwrap_or_default();
        let named: Vec<String> = people.iter().filter(|person| is_relative(person, &terms)).map(related).collect();
        if !named.is_empty() {
            found.insert(order, named.join("; "));
        }
    }
    Ok(found)
}

/// The relatives of orders who were born on a day.
async fn born(desk: &Desk, permit: &Permit, day: Date, orders: &[OrderView]) -> ServiceResult<BTreeMap<OrderId, String>> {
    let ids: Vec<OrderId> = shown(orders).map(|view| view.id).collect();
    let mut found = BTreeMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let statuses = desk.parts_of(permit, &ids, &[StreamKind::Order, StreamKind::Patient]).await?;
    for (order, status) in ids.into_iter().zip(statuses) {
        let is_born = |person: &&Participant| {
            let of_person = |(who, record): &(PatientId, Patient)| {
                *who == person.patient && record.demographics.as_ref().is_some_and(|known| known.birth_date == day)
            };
            person.relationship != Relationship::Proband && status.people.iter().any(of_person)
        };
        let people = status.order.request.iter().flat_map(|request| &request.people);
        let named: Vec<String> = people.filter(is_born).map(related).collect();
        if !named.is_empty() {
            found.insert(order, named.join("; "));
        }
    }
    Ok(found)
}

/// Words of a text that the line of an order does not have.
fn not_in_line(text: &str, view: &OrderView) -> BTreeSet<String> {
    let line = search_terms(&[&view.number, &view.patient, view.test.as_str(), &view.indication].join(" "));
    search_terms(text).into_iter().filter(|term| !begins(term, &line)).collect()
}

fn begins(term: &str, terms: &BTreeSet<String>) -> bool {
    terms.iter().any(|other| other.starts_with(term))
}

/// Whether somebody beside the patient has one of these words in the name.
fn is_relative(person: &Participant, terms: &BTreeSet<String>) -> bool {
    let name = search_terms(&person.name);
    person.relationship != Relationship::Proband && terms.iter().any(|term| begins(term, &name))
}

fn related(person: &Participant) -> String {
    format!("{}, {}", person.name, person.relationship.label().to_lowercase())
}
