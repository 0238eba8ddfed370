//! The orders of a bundle.

use super::{
    bundle_index::BundleIndex,
    consent,
    details::{Member, details},
    family::Relations,
    json::{concept_text, list, text},
    named_record::named_records,
    number::Number,
    order_numbers::{changed_address, is_change, number, other_numbers, own_numbers},
    people,
    places::places,
    reference::Target,
    requests::{Family, Intention, requests},
    specimen, stated,
};
use crate::incoming_order::{Faults, IncomingOrder, OrderAction, OrderDetails, SentNumber, Subject};
use care::ordering::{family::Relationship, message::Fault};
use jiff::Timestamp;
use serde_json::Value;

/// The orders of a bundle, each with the number of the entry of the proband's request.
pub(super) fn orders(index: &BundleIndex) -> Result<Vec<(IncomingOrder, usize)>, Faults> {
    let relations = Relations::new(index);
    let requests = requests(index, &relations)?;
    let (mut orders, mut faults) = (Vec::new(), Vec::new());
    for family in &requests.families {
        match order(index, &relations, family, &requests.families) {
            Ok(order) => orders.push((order, index.entry_number(family.proband.place))),
            Err(wrong) => faults.extend(wrong),
        }
    }
    faults.extend(repeated_numbers(&orders));
    faults.extend(specimen::of_two_people(index, &relations));
    faults.extend(consent::unread(index, &orders.iter().flat_map(|(order, _)| order.consents_read()).collect::<Vec<_>>()));
    faults.extend(consent::from_later(index));
    if let Some((OrderAction::Place(details) | OrderAction::Amend(details, _), _)) =
        orders.first_mut().map(|(order, entry)| (&mut order.action, entry))
    {
        details.not_used.extend(requests.not_used);
    }
    if let Some((first, _)) = orders.first_mut() {
        first.records = named_records(index, &relations);
    }
    if faults.is_empty() { Ok(orders) } else { Err(faults) }
}

/// Two orders of one bundle under one number would be one order.
fn repeated_numbers(orders: &[(IncomingOrder, usize)]) -> Faults {
    let repeats = |(nth, (order, _)): &(usize, &(IncomingOrder, usize))| {
        orders[..*nth].iter().any(|(earlier, _)| (&earlier.number, &earlier.number_system) == (&order.number, &order.number_system))
    };
    let fault = |order: &IncomingOrder| {
        Fault::new(&order.place, format!("Two orders of the bundle have the number {}: give each its own", order.number))
    };
    orders.iter().enumerate().filter(repeats).map(|(_, (order, _))| fault(order)).collect()
}

fn order(index: &BundleIndex, relations: &Relations, family: &Family, all: &[Family]) -> Result<IncomingOrder, Faults> {
    let place = family.proband.place;
    let number_place = index.path(place, ".identifier");
    let Some(number) = number(index, place) else {
        let message = "Give the order an identifier, an id or a fullUrl, so that it can be told from others";
        return Err(vec![Fault::new(number_place, message)]);
    };
    let mut action = action(index, relations, family, all)?;
    if let OrderAction::Place(details) | OrderAction::Amend(details, _) = &mut action {
        details.not_used.extend(unread_numbers(index, place, &number));
    }
    let subject = subject(index, relations, family)?;
    let organisation = action.details().and_then(|details| details.organisation.clone());
    // Of an order that ends nothing else is read; who takes a consent back with it is heard.
    let ended = match (&action, &family.proband.subject) {
        (OrderAction::Cancel(_) | OrderAction::EnterInError(_), Ok(target)) => consent::of_proband(index, place, target),
        _ => vec![],
    };
    let tests = match action {
        OrderAction::Cancel(_) | OrderAction::EnterInError(_) => vec![stated::tests(index.resource(family.proband.place))],
        OrderAction::Place(_) | OrderAction::Amend(..) => vec![],
    };
    let other_numbers = other_numbers(index, place, &number);
    Ok(IncomingOrder {
        number: number.value,
        number_system: number.system,
        part: None,
        own_numbers: own_numbers(index, place),
        other_numbers,
        stated_at: stated_at(index, place),
        organisation,
        place: number_place,
        places: places(index, place),
        records: vec![],
        subject,
        action,
        ended,
        tests: tests.into_iter().filter(|codes| !codes.is_empty()).collect(),
    })
}

/// When the sender stated a request: when it changed last on the sender's own server, else when the bundle was made. The day on which it
/// was signed (`authoredOn`) stays the same, whatever is stated of it later. What is changed by the name that this service gave it has
/// the time of this service, and is guarded by its version.
fn stated_at(index: &BundleIndex, place: usize) -> Option<Timestamp> {
    let moment = |text: &str| text.parse::<Timestamp>().ok();
    let own = || moment(text(index.resource(place), "/meta/lastUpdated")).or_else(|| moment(index.timestamp));
    if is_change(index, place) { None } else { own() }
}

/// Whom the order is of: a person as the bundle describes or numbers them, or a record of this service.
fn subject(index: &BundleIndex, relations: &Relations, family: &Family) -> Result<Subject, Faults> {
    Ok(match &family.proband.subject {
        Err(_) => Subject::Unnamed,
        Ok(Target::Record(id)) => Subject::Record(*id),
        Ok(target) => {
            let described = people::person(index, relations, family.proband.place, target, Relationship::Proband)?;
            Subject::Person(Box::new(described.person))
        }
    })
}

/// Names the numbers of a request that are not read, where the order has another one.
fn unread_numbers(index: &BundleIndex, place: usize, chosen: &Number) -> Vec<String> {
    // What is changed under the name that this service gave it has all numbers that it had.
    if is_change(index, place) {
        return vec![];
    }
    let note = |other: SentNumber| {
        format!("{}: {} is another number than {}, which the order has; it is not read", other.place, other.value, chosen.value)
    };
    other_numbers(index, place, chosen).into_iter().map(note).collect()
}

fn action(index: &BundleIndex, relations: &Relations, family: &Family, all: &[Family]) -> Result<OrderAction, Faults> {
    let place = family.proband.place;
    let stated = || stated_details(index, relations, family, all).map(Box::new);
    Ok(match family.proband.intention {
        Intention::Cancel => {
            OrderAction::Cancel(reason(index, place).unwrap_or_else(|| "Revoked by the sender, who gave no reason".into()))
        }
        Intention::EnterInError => {
            OrderAction::EnterInError(reason(index, place).unwrap_or_else(|| "Entered in error, as the sender says".into()))
        }
        Intention::Place if is_change(index, place) => {
            let message = "A change of an order after it was placed needs a Provenance with its reason in the same bundle";
            let reason = reason(index, place).ok_or_else(|| vec![Fault::new("Provenance", message)])?;
            OrderAction::Amend(stated()?, reason)
        }
        Intention::Place => {
            let is_update = changed_address(index, place).is_some();
            let restated = is_update.then(|| reason(index, place).unwrap_or_default());
            let details = stated()?;
            OrderAction::Place(Box::new(OrderDetails { restated, ..*details }))
        }
    })
}

fn stated_details(index: &BundleIndex, relations: &Relations, family: &Family, all: &[Family]) -> Result<OrderDetails, Faults> {
    let mut faults = Vec::new();
    let mut members: Vec<Member> = Vec::new();
    let mut not_used = Vec::new();
    let requests = std::iter::once((&family.proband, Relationship::Proband)).chain(family.relatives.iter().map(|(r, how)| (r, *how)));
    for (request, relationship) in requests {
        match &request.subject {
            Err(fault) => faults.push(fault.clone()),
            Ok(_) if request.intention != Intention::Place => {
                not_used.push(format!(
                    "{}: the request of the relative is not active, so they are not tested",
                    index.path(request.place, ".status")
                ));
            }
            Ok(target) if members.iter().any(|known| known.target == *target) => {}
            Ok(target) => members.push(Member { request: request.place, target: target.clone(), relationship }),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let subjects = all.iter().flat_map(|f| std::iter::once(&f.proband).chain(f.relatives.iter().map(|(r, _)| r)));
    let everybody: Vec<Target> = subjects.filter_map(|request| request.subject.clone().ok()).collect();
    let is_alone = all.iter().all(|other| other.proband.subject == family.proband.subject);
    let mut details = details(index, relations, &members, &everybody, is_alone)?;
    details.not_used.extend(not_used);
    Ok(details)
}

/// Why a request is changed: from the Provenance that is about it, else from one that is about nothing else in the bundle.
fn reason(index: &BundleIndex, request: usize) -> Option<String> {
    let targets = |place: usize, provenance: &Value| -> Vec<Target> {
        list(provenance, "/target").iter().filter_map(|target| index.resolve(place, target, "ServiceRequest").ok()).collect()
    };
    let reasons = index.resources_of_kind("Provenance").map(|(place, provenance)| {
        let reasons = list(provenance, "/reason").iter().map(concept_text).filter(|reason| !reason.is_empty());
        (targets(place, provenance), reasons.collect::<Vec<_>>().join("; "))
    });
    let reasons: Vec<(Vec<Target>, String)> = reasons.filter(|(_, reason)| !reason.is_empty()).collect();
    let own = reasons.iter().find(|(targets, _)| targets.contains(&Target::Resource(request)));
    let of_none = || reasons.iter().find(|(targets, _)| !targets.iter().any(|target| matches!(target, Target::Resource(_))));
    own.or_else(of_none).map(|(_, reason)| reason.clone())
}
