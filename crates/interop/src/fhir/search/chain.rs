//! How the name of a parameter is written: plainly, with a modifier, chained to what is referred to (`patient.birthdate`), or turned
//! round to what refers to it (`_has:ServiceRequest:patient:status`). Source: FHIR R4, Search, chained parameters and `_has`.

use super::{
    criterion::{Criterion, Linked, Modifier, ValueCriterion},
    date::DateValue,
    kinds::{self, Kind, Parameter, ParameterType},
};
use jiff::Timestamp;

/// Links of a chain at the most: every one looks through the resources of an order once more.
const LINKS_MAX: usize = 4;

/// What is sought under a name.
struct Sought<'s> {
    value: &'s str,
    now: Timestamp,
}

/// The criterion of a parameter; nothing where the kind has none of that name, and why not where it cannot be searched by so.
pub(super) fn criterion(kind: &'static Kind, name: &str, value: &str, now: Timestamp) -> Result<Option<Criterion>, String> {
    linked(kind, name, &Sought { value, now }, LINKS_MAX)
}

/// The parameter that a name begins with, before a modifier or a chain.
pub(super) fn parameter(kind: &Kind, name: &str) -> Option<&'static Parameter> {
    let base = name.split([':', '.']).next().unwrap_or_default();
    kind.parameters.iter().find(|parameter| parameter.name == base)
}

/// Names of the parameters of a kind.
pub(super) fn names(kind: &Kind) -> String {
    kind.parameters.iter().map(|parameter| parameter.name).collect::<Vec<_>>().join(", ")
}

fn linked(kind: &'static Kind, name: &str, sought: &Sought, links: usize) -> Result<Option<Criterion>, String> {
    if links == 0 {
        return Err(format!("a chain has {LINKS_MAX} links at the most"));
    }
    if let Some(rest) = name.strip_prefix("_has:") {
        return referred_to(kind, rest, sought, links).map(Some);
    }
    let Some(parameter) = parameter(kind, name) else { return Ok(None) };
    match name.split_once('.') {
        Some((head, rest)) => chained(kind, parameter, (head, rest), sought, links).map(Some),
        None => plain(kind, parameter, name, sought).map(Some),
    }
}

/// What the resource that a parameter refers to must have.
fn chained(
    kind: &'static Kind,
    parameter: &'static Parameter,
    (head, rest): (&str, &str),
    sought: &Sought,
    links: usize,
) -> Result<Criterion, String> {
    let name = format!("{head}.{rest}");
    let target = head.split_once(':').map(|(_, target)| target);
    let link = kind.reference(parameter.name, target);
    let is_person = link.is_some_and(|link| link.target == "Patient");
    // An identifier may stand in the reference itself.
    if rest == "identifier" && parameter.kind == ParameterType::Reference && (is_person || (link.is_none() && target.is_none())) {
        return value(parameter, (true, Modifier::None), &name, sought);
    }
    let other = link.and_then(|link| Some((link, kinds::kind(link.target)?)));
    let Some((include, other)) = other else { return Err(not_so(parameter, &name)) };
    let inner = linked(other, rest, sought, links - 1).map_err(|why| format!("{head}.{why}"))?;
    let criterion = inner.ok_or_else(|| no_parameter(&name, rest, other))?;
    Ok(Criterion::Chained(Linked { include, kind: other, criterion: Box::new(criterion) }))
}

/// What a resource that refers to this one must have: `Kind:parameter:name`.
fn referred_to(kind: &'static Kind, rest: &str, sought: &Sought, links: usize) -> Result<Criterion, String> {
    let mut parts = rest.splitn(3, ':');
    let (from, by, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let found = kind.referring().find(|(other, include)| other.name == from && include.parameter == by);
    let Some((other, include)) = found else {
        let ways: Vec<String> = kind.referring().map(|(other, include)| format!("_has:{}:{}", other.name, include.parameter)).collect();
        let ways = if ways.is_empty() { "nothing refers to it".to_owned() } else { format!("write {} and a parameter", ways.join(", ")) };
        return Err(format!("_has:{rest}: a {} is not searched for so; {ways}", kind.name));
    };
    let inner = linked(other, name, sought, links - 1).map_err(|why| format!("_has:{from}:{by}:{why}"))?;
    let criterion = inner.ok_or_else(|| no_parameter(&format!("_has:{rest}"), name, other))?;
    Ok(Criterion::ReferredTo(Linked { include, kind: other, criterion: Box::new(criterion) }))
}

/// A parameter by its name, with `:identifier`, with the kind of what is referred to, or with a modifier.
fn plain(kind: &Kind, parameter: &'static Parameter, name: &str, sought: &Sought) -> Result<Criterion, String> {
    let is_reference = parameter.kind == ParameterType::Reference;
    let way = match name.split_once(':').map(|(_, suffix)| suffix) {
        None => Some((false, Modifier::None)),
        Some("identifier") if is_reference => Some((true, Modifier::None)),
        Some(target) if is_reference && kind.reference(parameter.name, Some(target)).is_some() => Some((false, Modifier::None)),
        Some(other) => Modifier::named(other, parameter.kind).map(|modifier| (false, modifier)),
    };
    match way {
        Some(way) => value(parameter, way, name, sought),
        // Source: FHIR R4, Search: a modifier that is not supported is refused, whatever the client prefers.
        None => Err(not_so(parameter, name)),
    }
}

fn value(
    parameter: &'static Parameter,
    (by_identifier, modifier): (bool, Modifier),
    name: &str,
    sought: &Sought,
) -> Result<Criterion, String> {
    let values = values(sought.value);
    let is_date = parameter.kind == ParameterType::Date && modifier != Modifier::Missing;
    let dates = values.iter().filter(|_| is_date).filter_map(|value| DateValue::read(value, sought.now)).collect();
    let criterion = ValueCriterion { parameter, by_identifier, modifier, values, dates };
    match criterion.unreadable() {
        Some(why) => Err(format!("{name}: {why}")),
        None => Ok(Criterion::Value(criterion)),
    }
}

/// The values of a parameter, one of which must fit: with commas between them, and a stroke before a comma that is part of one. Source:
/// FHIR R4, Search, escaping search parameters.
fn values(text: &str) -> Vec<String> {
    let (mut values, mut value, mut characters) = (Vec::new(), String::new(), text.chars());
    while let Some(character) = characters.next() {
        match character {
            '\\' => value.extend(characters.next()),
            ',' => values.push(std::mem::take(&mut value)),
            other => value.push(other),
        }
    }
    values.push(value);
    values.into_iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

fn no_parameter(name: &str, rest: &str, kind: &Kind) -> String {
    format!("{name}: {rest} is no parameter of {}, which is searched for by {}", kind.name, names(kind))
}

fn not_so(parameter: &Parameter, name: &str) -> String {
    format!("{name}: {} is not searched by so; {}", parameter.name, ways(parameter))
}

/// The ways in which a parameter is searched by.
fn ways(parameter: &Parameter) -> &'static str {
    match parameter.kind {
        ParameterType::Token => "it is done plainly, with :not and with :missing",
        ParameterType::Text => "it is done plainly, with :exact, :contains and :missing",
        ParameterType::Reference => {
            "it is done plainly, with :identifier, with :missing, or chained to a parameter of what it refers to, such as patient.birthdate"
        }
        ParameterType::Date | ParameterType::Uri => "it is done plainly and with :missing",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn order() -> Vec<Value> {
        let request = |id: &str, person: &str, status: &str| {
            json!({
                "resourceType": "ServiceRequest", "id": id, "status": status, "subject": { "reference": format!("Patient/{person}") },
                "identifier": [{ "value": "F-1" }], "requester": { "identifier": { "value": "RP4" } },
            })
        };
        vec![
            json!({
                "resourceType": "Patient", "id": "ada", "birthDate": "2019-06-01", "gender": "female",
                "identifier": [{ "value": "9990000018" }], "name": [{ "family": "Bell", "given": ["Ada"] }],
            }),
            json!({ "resourceType": "Patient", "id": "tom", "birthDate": "1980-01-01", "name": [{ "family": "Núñez, the elder" }] }),
            request("r1", "ada", "active"),
            request("r1.1", "tom", "revoked"),
            json!({
                "resourceType": "Task", "id": "t1", "status": "requested", "focus": { "reference": "ServiceRequest/r1" },
                "for": { "reference": "Patient/ada" },
            }),
            json!({ "resourceType": "Specimen", "id": "s1", "request": [{ "reference": "ServiceRequest/r1" }] }),
            json!({ "resourceType": "Provenance", "id": "p1", "target": [{ "reference": "ServiceRequest/r1/_history/2" }] }),
        ]
    }

    /// The identifiers of what is found of a kind in one order.
    fn check(kind_name: &str, query: &str, expected: &str) {
        let kind = kinds::kind(kind_name).expect("a kind");
        let (name, value) = query.split_once('=').expect("a pair");
        let found = match criterion(kind, name, value, Timestamp::UNIX_EPOCH) {
            Err(why) => why,
            Ok(None) => "not known".to_owned(),
            Ok(Some(criterion)) => {
                let order = order();
                let fits = |resource: &&Value| resource["resourceType"] == kind_name && criterion.fits(resource, &order);
                order.iter().filter(fits).filter_map(|resource| resource["id"].as_str()).collect::<Vec<_>>().join(" ")
            }
        };
        let is_it = if expected.ends_with('…') { found.starts_with(expected.trim_end_matches('…')) } else { found == expected };
        assert!(is_it, "{kind_name}?{query}: {found}");
    }

    #[test]
    fn what_is_referred_to_is_searched_by_and_so_is_what_refers() {
        check("ServiceRequest", "patient.birthdate=2019-06-01", "r1");
        check("ServiceRequest", "patient.birthdate=lt2000", "r1.1");
        check("ServiceRequest", "subject:Patient.family=bell", "r1");
        check("ServiceRequest", "patient.name:contains=elder", "r1.1");
        check("ServiceRequest", "patient.family:exact=bell", "");
        check("ServiceRequest", "patient.family=Nunez\\, the", "r1.1");
        check("ServiceRequest", "patient.gender:missing=true", "r1.1");
        check("ServiceRequest", "patient.identifier=9990000018", "r1");
        check("ServiceRequest", "requester.identifier=RP4", "r1 r1.1");
        check("ServiceRequest", "requester:identifier=RVV", "");
        check("Task", "patient.family=bell", "t1");
        check("Task", "patient.family=nunez", "");
        check("Task", "focus.status=active", "t1");
        check("Task", "focus:ServiceRequest.status=revoked", "");
        check("Task", "based-on.patient.birthdate=2019", "t1");
        check("Specimen", "request.identifier=F-1,F-2", "s1");
        check("Specimen", "request.identifier=F-2", "");
        check("Provenance", "target.identifier=F-1", "p1");
        check("Provenance", "target.patient.family=bell", "p1");
        check("Patient", "_has:ServiceRequest:patient:status=active", "ada");
        check("Patient", "_has:ServiceRequest:subject:status=revoked", "tom");
        check("Patient", "_has:ServiceRequest:patient:_has:Specimen:request:_id=s1", "ada");
        check("Patient", "_has:ServiceRequest:patient:_has:Specimen:request:_id=s2", "");
        check("Patient", "_has:Task:patient:focus.status=active", "ada");
        check("ServiceRequest", "_has:Task:focus:status=requested", "r1");
        check("ServiceRequest", "_has:Provenance:target:recorded:missing=true", "r1");
    }

    #[test]
    fn what_cannot_be_searched_by_so_is_refused_with_the_ways_that_there_are() {
        check("ServiceRequest", "favourite=blue", "not known");
        check(
            "ServiceRequest",
            "patient.favourite=x",
            "patient.favourite: favourite is no parameter of Patient, which is searched for by …",
        );
        check("ServiceRequest", "subject:Group.name=x", "subject:Group.name: subject is not searched by so…");
        check("ServiceRequest", "subject:Group=1", "subject:Group: subject is not searched by so…");
        check("ServiceRequest", "requester.name=x", "requester.name: requester is not searched by so…");
        check("ServiceRequest", "code.text=x", "code.text: code is not searched by so; it is done plainly, with :not and with :missing");
        check("ServiceRequest", "patient.birthdate=soon", "patient.birthdate: 'soon' is no date…");
        check("ServiceRequest", "patient.family=-", "patient.family: '-' has no letter to search by");
        check("ServiceRequest", "status:not=,", "status:not: it has no value");
        check(
            "Patient",
            "_has:Task:focus:status=x",
            "_has:Task:focus:status: a Patient is not searched for so; write _has:ServiceRequest:patient…",
        );
        check("Patient", "_has:ServiceRequest:patient=x", "_has:ServiceRequest:patient:  is no parameter of ServiceRequest…");
        check("Patient", "_has:ServiceRequest:patient:mood=x", "_has:ServiceRequest:patient:mood: mood is no parameter of ServiceRequest…");
        check(
            "Subscription",
            "_has:Task:focus:status=x",
            "_has:Task:focus:status: a Subscription is not searched for so; nothing refers to it",
        );
        let long = format!("{}status=x", "_has:ServiceRequest:patient:patient.".repeat(40));
        check("Patient", &long, "_has:ServiceRequest:patient:patient._has:ServiceRequest:patient:patient.a chain has 4 links at the most");
    }
}
