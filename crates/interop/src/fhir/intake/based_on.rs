//! Requests that another request of the bundle is based on: a reflex order beside the order from which it was made. Source: FHIR R4,
//! ServiceRequest.basedOn, MessageHeader.focus; request-intent (reflex-order, filler-order).

use super::{
    bundle_index::BundleIndex,
    json::{list, text},
    people,
    reference::Target,
    requests::{ActiveRequest, Intention, ORDERING_INTENTS},
    shape::has_modifier,
    stated::tests,
};
use care::ordering::message::Fault;
use std::collections::{BTreeMap, BTreeSet};

/// Requests of a bundle that are references and no second orders, each with the one that is made of it for the same person and that the
/// message is about.
pub(super) struct References(BTreeMap<usize, usize>);

impl References {
    /// Those of a bundle: from what the message is about, step by step to what that is based on, each once.
    pub fn new(index: &BundleIndex) -> References {
        let focus = focus(index);
        let mut known: BTreeMap<usize, usize> = BTreeMap::new();
        // What does not order anything itself takes nothing else's place.
        let mut next: Vec<(usize, usize)> = focus.iter().filter(|request| orders(index, **request)).map(|nth| (*nth, *nth)).collect();
        while let Some((request, further)) = next.pop() {
            let subject = people::subject(index, request).ok();
            for base in bases(index, request) {
                let is_new = !focus.contains(&base) && !known.contains_key(&base);
                if is_new && subject.is_some() && people::subject(index, base).ok() == subject {
                    known.insert(base, further);
                    next.push((base, further));
                }
            }
        }
        References(known)
    }

    /// Why a request is no order of its own.
    pub fn why(&self, index: &BundleIndex, request: usize) -> Option<Fault> {
        let further = index.path(*self.0.get(&request)?, "");
        let message = format!(
            "{further} is based on this request and is the one that the message is about (MessageHeader.focus), so this one was not \
             ordered again"
        );
        Some(Fault::new(index.path(request, ""), message))
    }
}

/// Orders of one test for one person, of which one is based on the other and the message does not say which is meant.
pub(super) fn repeats(index: &BundleIndex, active: &[ActiveRequest]) -> Vec<String> {
    let is_placed = |request: &&ActiveRequest| request.intention == Intention::Place && request.subject.is_ok();
    let mut repeats = Vec::new();
    for further in active.iter().filter(is_placed) {
        let bases = bases(index, further.place);
        let is_repeated = |base: &&ActiveRequest| {
            bases.contains(&base.place) && base.subject == further.subject && is_same_test(index, base.place, further.place)
        };
        for base in active.iter().filter(is_placed).filter(is_repeated) {
            repeats.push(format!(
                "{}: it is based on {}, which asks for the same test of the same person: both were ordered; cancel one of them, or name \
                 the one that is meant in MessageHeader.focus",
                index.path(further.place, ".basedOn"),
                index.path(base.place, "")
            ));
        }
    }
    repeats
}

/// The requests that a message is about.
fn focus(index: &BundleIndex) -> BTreeSet<usize> {
    let headers = index.resources_of_kind("MessageHeader").filter(|(place, _)| !index.is_contained(*place));
    let references = headers.flat_map(|(place, header)| list(header, "/focus").iter().map(move |reference| (place, reference)));
    references
        .filter_map(|(place, reference)| match index.resolve(place, reference, "ServiceRequest") {
            Ok(Target::Resource(request)) => Some(request),
            _ => None,
        })
        .filter(|request| text(index.resource(*request), "/resourceType") == "ServiceRequest")
        .collect()
}

/// It is an order that is active.
fn orders(index: &BundleIndex, request: usize) -> bool {
    let resource = index.resource(request);
    let is_ordering = resource.get("intent").is_none() || ORDERING_INTENTS.contains(&text(resource, "/intent"));
    is_ordering && text(resource, "/status") == "active" && !has_modifier(resource)
}

/// The requests of the bundle on which a request is based.
fn bases(index: &BundleIndex, request: usize) -> BTreeSet<usize> {
    let references = list(index.resource(request), "/basedOn").iter();
    references
        .filter_map(|reference| match index.resolve(request, reference, "ServiceRequest") {
            Ok(Target::Resource(base)) if base != request => Some(base),
            _ => None,
        })
        .collect()
}

fn is_same_test(index: &BundleIndex, one: usize, other: usize) -> bool {
    let others = tests(index.resource(other));
    tests(index.resource(one)).iter().any(|code| {
        let code = &code.code;
        !code.is_empty() && others.iter().any(|other| other.code.eq_ignore_ascii_case(code))
    })
}
