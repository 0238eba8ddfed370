//! Specimens that are made of others: whose they are then. A pool of two people is nobody's alone, and a result of it would be told of
//! one of them. Source: FHIR R4, Specimen.parent (several: a pool), Group.member.

use crate::{
    fhir::intake::{
        bundle_index::BundleIndex,
        family::Relations,
        json::{first_of, kind, list, text},
        number::{Number, numbers},
        people::fetuses,
        reference::Target,
        status::not_counted,
    },
    incoming_order::Faults,
};
use care::ordering::message::Fault;
use serde_json::Value;

/// The specimens of a bundle that are of two people, each by its place and with who they are.
pub(in crate::fhir::intake) fn of_two_people(index: &BundleIndex, relations: &Relations) -> Faults {
    let fetuses = fetuses(index, relations);
    let counted = index.resources_of_kind("Specimen").filter(|(_, specimen)| not_counted(specimen).is_none());
    counted.filter_map(|(place, _)| of_two(index, &fetuses, place)).collect()
}

fn of_two(index: &BundleIndex, fetuses: &[usize], place: usize) -> Option<Fault> {
    let own = subjects(index, place);
    let sources = of_sources(index, place);
    let names = |people: &[Target]| people.iter().map(|person| name(index, person)).collect::<Vec<_>>().join(" and ");
    let fault = |path: &str, message: String| Some(Fault::new(index.path(place, path), message));
    if own.len() > 1 {
        let people = names(&own);
        return fault(".subject", format!("This specimen is of a group, {people}: {ALONE}"));
    }
    if sources.len() > 1 {
        let people = names(&sources);
        return fault(".parent", format!("This specimen is pooled from specimens of {people}: {ALONE}"));
    }
    let (Some(person), Some(source)) = (own.first(), sources.first()) else { return None };
    // What is taken of the mother may be the child's: amniotic fluid, chorion, DNA in her blood.
    let is_unborn = |target: &Target| matches!(target, Target::Resource(place) if fetuses.contains(place));
    if is_same(index, person, source) || is_unborn(person) || is_unborn(source) {
        return None;
    }
    let (one, other) = (name(index, person), name(index, source));
    fault(".parent", format!("This specimen is stated as that of {one} and is made of one of {other}: {ALONE}"))
}

const ALONE: &str = "no result of it would be of one person alone, so nothing was placed. Send the specimen of each person by itself";

/// What a specimen is made of and the bundle does not hold, as it is named: whose it is is not known.
pub(super) fn unknown_sources(index: &BundleIndex, place: usize) -> Vec<String> {
    let parents = list(index.resource(place), "/parent").iter().filter(|parent| source(index, place, parent).is_none());
    let named = |parent: &Value| first_of([text(parent, "/reference"), text(parent, "/identifier/value"), text(parent, "/display")]);
    parents.map(named).collect()
}

/// The specimen of the bundle that another is made of.
fn source(index: &BundleIndex, place: usize, parent: &Value) -> Option<usize> {
    match index.resolve(place, parent, "Specimen") {
        Ok(Target::Resource(found)) if kind(index.resource(found)) == "Specimen" => Some(found),
        _ => None,
    }
}

/// The people of all that a specimen is made of, as far as the bundle tells, each once.
fn of_sources(index: &BundleIndex, place: usize) -> Vec<Target> {
    let (mut people, mut seen, mut left) = (Vec::new(), vec![place], vec![place]);
    while let Some(next) = left.pop() {
        for found in list(index.resource(next), "/parent").iter().filter_map(|parent| source(index, next, parent)) {
            if seen.contains(&found) {
                continue;
            }
            seen.push(found);
            left.push(found);
            add(index, &mut people, subjects(index, found));
        }
    }
    people
}

/// Whom a specimen names, each once: of a group, its members.
fn subjects(index: &BundleIndex, place: usize) -> Vec<Target> {
    let Some(subject) = index.resource(place).get("subject") else { return vec![] };
    let found = match index.resolve(place, subject, "Patient") {
        Ok(Target::Resource(group)) if kind(index.resource(group)) == "Group" => {
            let members = list(index.resource(group), "/member").iter().filter(|member| member["inactive"] != Value::Bool(true));
            members.filter_map(|member| index.resolve(group, &member["entity"], "Patient").ok()).collect()
        }
        Ok(target) => vec![target],
        Err(_) => vec![],
    };
    let mut people = Vec::new();
    add(index, &mut people, found);
    people
}

fn add(index: &BundleIndex, people: &mut Vec<Target>, more: Vec<Target>) {
    for person in more {
        if !people.iter().any(|known| is_same(index, known, &person)) {
            people.push(person);
        }
    }
}

/// Two references that mean one person: the same one, or by a number that both have.
fn is_same(index: &BundleIndex, one: &Target, other: &Target) -> bool {
    let numbers_of = |target: &Target| -> Vec<Number> {
        match target {
            Target::Resource(place) => numbers(index.resource(*place), index.today).collect(),
            Target::Number(number) => vec![number.clone()],
            Target::Record(_) => vec![],
        }
    };
    let known = numbers_of(other);
    one == other || numbers_of(one).iter().any(|number| known.contains(number))
}

/// Somebody as the bundle names them.
fn name(index: &BundleIndex, person: &Target) -> String {
    match person {
        Target::Number(number) => number.value.clone(),
        Target::Record(id) => format!("Patient/{id}"),
        Target::Resource(place) => {
            let patient = index.resource(*place);
            let name = format!("{} {}", text(patient, "/name/0/given/0"), text(patient, "/name/0/family"));
            first_of([name.trim(), text(patient, "/name/0/text"), index.path(*place, "").as_str()])
        }
    }
}
