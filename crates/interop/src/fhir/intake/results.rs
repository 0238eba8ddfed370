//! Results of another laboratory: each DiagnosticReport with its observations and documents. Source: FHIR R4, DiagnosticReport.

use super::{
    bundle_index::BundleIndex,
    document::document,
    family::Relations,
    json::{concept_text, first_of, kind, list, remarks, scalar, text},
    number::Number,
    observation::{self, value_text},
    people,
    reference::Target,
    requester::requester,
    status::not_counted,
};
use crate::{
    codes::system,
    fhir::order::parse_request_id,
    incoming_message::{Document, IncomingResult, ResultValue},
    incoming_order::Faults,
};
use care::{
    ordering::{family::Relationship, message::Fault},
    results::outside::{Span, Version},
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;

/// The results of a bundle.
pub(super) fn results(index: &BundleIndex) -> Result<Vec<IncomingResult>, Faults> {
    let relations = Relations::new(index);
    let (mut results, mut faults, mut used): (Vec<IncomingResult>, Faults, Vec<usize>) = (Vec::new(), Vec::new(), Vec::new());
    for (place, _) in index.resources_of_kind("DiagnosticReport").filter(|(place, _)| !index.is_contained(*place)) {
        match result(index, &relations, place, &mut used) {
            Ok(result) => results.push(result),
            Err(wrong) => faults.extend(wrong),
        }
    }
    if results.is_empty() && faults.is_empty() {
        faults.push(Fault::new("Bundle", "The message brings results and holds no DiagnosticReport"));
    }
    if let Some(first) = results.first_mut() {
        first.not_used.extend(unread(index, &used));
    }
    if faults.is_empty() { Ok(results) } else { Err(faults) }
}

/// Observations and documents of the bundle that belong to no report.
fn unread(index: &BundleIndex, used: &[usize]) -> Vec<String> {
    let is_unread = |(place, resource): &(usize, &Value)| {
        ["Observation", "DocumentReference"].contains(&kind(resource)) && !index.is_contained(*place) && !used.contains(place)
    };
    let unread = index.resources().filter(is_unread);
    unread.map(|(place, _)| format!("{} belongs to no report of the bundle, so it was not read", index.path(place, ""))).collect()
}

fn result(index: &BundleIndex, relations: &Relations, place: usize, used: &mut Vec<usize>) -> Result<IncomingResult, Faults> {
    let report = index.resource(place);
    let target = people::subject(index, place).map_err(|fault| vec![fault])?;
    let described = people::person(index, relations, place, &target, Relationship::Proband)?;
    let bases = list(report, "/basedOn");
    let mut orders = bases.iter().map(|basis| order_number(index, place, basis)).filter(|number| !number.is_empty());
    let number = orders.next().unwrap_or_default();
    let further: Vec<String> = orders.filter(|other| *other != number && parse_request_id(other).is_none()).collect();
    let beside = bases.iter().flat_map(named).filter(|other| *other != number && !further.contains(other)).collect();
    let mut result = IncomingResult {
        place: index.path(place, ""),
        number,
        beside,
        filler: list(report, "/identifier").iter().filter_map(Number::read).map(|n| n.value).next().unwrap_or_default(),
        replaces: String::new(),
        person: described.person,
        test: concept_text(&report["code"]),
        status: text(report, "/status").to_owned(),
        values: vec![],
        documents: vec![],
        issued: first_of([text(report, "/issued"), text(report, "/effectiveDateTime"), text(report, "/effectivePeriod/start")]),
        version: Version {
            issued: span(text(report, "/issued")),
            written: span(text(report, "/meta/lastUpdated")).or_else(|| span(index.timestamp)),
        },
        laboratory: laboratory(index, place, report),
        not_used: described.not_used,
    };
    if !further.is_empty() {
        let path = index.path(place, ".basedOn");
        result
            .not_used
            .push(format!("{path}: it names further orders ({}), which it answers nothing of: send a report for each", further.join(", ")));
    }
    if let Some(reason) = not_counted(report) {
        result.not_used.push(format!("{}: what it says is not read, since {reason}", result.place));
        return Ok(result);
    }
    // Two reports may name one observation: each has it.
    let mut own = Vec::new();
    let mut reading = Reading { person: &target, used: &mut own, result: &mut result };
    read_content(index, place, &mut reading);
    read_documents(index, place, &mut reading);
    used.extend(own);
    Ok(result)
}

/// A result that is being read.
struct Reading<'r> {
    /// Whom the report is of.
    person: &'r Target,
    /// Places of what was read for it.
    used: &'r mut Vec<usize>,
    result: &'r mut IncomingResult,
}

/// What a report says: its conclusion, its observations, and what is printed.
fn read_content(index: &BundleIndex, place: usize, reading: &mut Reading) {
    let report = index.resource(place);
    let conclusions =
        std::iter::once(text(report, "/conclusion").to_owned()).chain(list(report, "/conclusionCode").iter().map(concept_text));
    let named = |value: String| ResultValue { name: "Conclusion".into(), code: String::new(), value };
    reading.result.values.extend(conclusions.filter(|value| !value.is_empty()).map(named));
    read_observations(index, place, "result", reading);
    for form in list(report, "/presentedForm") {
        match document(index, place, form, &first_of([text(form, "/title"), &reading.result.test])) {
            Ok(document) => add(reading.result, document),
            Err(why) => reading.result.not_used.push(format!("{} {why}", index.path(place, ".presentedForm"))),
        }
    }
}

/// The observations that a report or a panel names.
fn read_observations(index: &BundleIndex, from: usize, element: &str, reading: &mut Reading) {
    for (nth, reference) in list(index.resource(from), &format!("/{element}")).iter().enumerate() {
        match index.find(from, reference) {
            Some(found) if reading.used.contains(&found) => {}
            Some(found) if kind(index.resource(found)) == "Observation" => {
                reading.used.push(found);
                read_observation(index, found, reading);
            }
            _ => {
                let address = first_of([text(reference, "/reference"), text(reference, "/display")]);
                reading
                    .result
                    .not_used
                    .push(format!("{}: '{address}' is not in the bundle", index.path(from, &format!(".{element}[{nth}]"))));
            }
        }
    }
}

fn read_observation(index: &BundleIndex, place: usize, reading: &mut Reading) {
    let resource = index.resource(place);
    if let Some(reason) = not_counted(resource) {
        reading.result.not_used.push(format!("{} does not count: {reason}", index.path(place, "")));
        return;
    }
    let of_another = resource.get("subject").is_some_and(|subject| index.resolve(place, subject, "Patient").as_ref() != Ok(reading.person));
    if of_another {
        reading.result.not_used.push(format!("{} is of somebody else than the report", index.path(place, "")));
        return;
    }
    lower(index, place, reading.result);
    let whose = observation::other_focus(index, place).map_or_else(String::new, |whom| format!(" (of {whom})"));
    for holder in std::iter::once(resource).chain(list(resource, "/component")) {
        let value = with_interpretation(holder);
        if !value.is_empty() {
            let code = scalar(holder, "/code/coding/0/code");
            reading.result.values.push(ResultValue { name: concept_text(&holder["code"]) + &whose, code, value });
        }
    }
    let remark = remarks(resource).collect::<Vec<_>>().join("; ");
    if !remark.is_empty() {
        let name = format!("{}{whose}, remark", concept_text(&resource["code"]));
        reading.result.values.push(ResultValue { name, code: String::new(), value: remark });
    }
    read_observations(index, place, "hasMember", reading);
}

/// Statuses of a report that says that nothing more is to come.
const FINAL: [&str; 4] = ["final", "amended", "corrected", "appended"];

/// A result is as sure as its least sure part.
fn lower(index: &BundleIndex, place: usize, result: &mut IncomingResult) {
    if text(index.resource(place), "/status") == "preliminary" && FINAL.contains(&result.status.as_str()) {
        let place = index.path(place, ".status");
        result
            .not_used
            .push(format!("{place}: it is preliminary beside a report that is {}, so that the result is preliminary", result.status));
        result.status = "preliminary".into();
    }
}

/// A value with what the laboratory says that it means.
fn with_interpretation(holder: &Value) -> String {
    let value = value_text(holder);
    let meanings = list(holder, "/interpretation").iter().map(concept_text).filter(|meaning| !meaning.is_empty() && *meaning != value);
    let parts: Vec<String> = std::iter::once(value.clone()).filter(|value| !value.is_empty()).chain(meanings).collect();
    parts.join("; ")
}

/// Documents beside a report: those that say that they are of it, and of the only report all that are of its person.
fn read_documents(index: &BundleIndex, report: usize, reading: &mut Reading) {
    let is_only = index.resources_of_kind("DiagnosticReport").filter(|(place, _)| !index.is_contained(*place)).count() == 1;
    for (place, resource) in index.resources_of_kind("DocumentReference") {
        let related = list(resource, "/context/related");
        let is_its = related.iter().any(|r| index.resolve(place, r, "DiagnosticReport") == Ok(Target::Resource(report)));
        let is_alone = is_only && related.is_empty();
        if !(is_its || is_alone) {
            continue;
        }
        let subject = resource.get("subject").map(|subject| index.resolve(place, subject, "Patient"));
        if subject.is_some_and(|subject| subject.as_ref() != Ok(reading.person)) {
            continue;
        }
        reading.used.push(place);
        if let Some(reason) = not_counted(resource) {
            reading.result.not_used.push(format!("{} does not count: {reason}", index.path(place, "")));
            continue;
        }
        for content in list(resource, "/content") {
            let title = first_of([text(content, "/attachment/title"), text(resource, "/description"), &reading.result.test]);
            match document(index, place, &content["attachment"], &title) {
                Ok(document) => add(reading.result, document),
                Err(why) => reading.result.not_used.push(format!("{} {why}", index.path(place, ""))),
            }
        }
    }
}

/// Adds a document, once.
fn add(result: &mut IncomingResult, document: Document) {
    if result.documents.iter().all(|known| known.content != document.content) {
        result.documents.push(document);
    }
}

/// The number of the order that a report answers: this service's own, else the placer's, else the name of the request here.
fn order_number(index: &BundleIndex, from: usize, basis: &Value) -> String {
    let own = |numbers: &[Number]| numbers.iter().find(|n| n.system == system::ORDER).or(numbers.first()).map(|n| n.value.clone());
    match index.resolve(from, basis, "ServiceRequest") {
        Ok(Target::Resource(place)) => {
            let request = index.resource(place);
            let identifiers = list(request, "/identifier").iter().chain(request.get("requisition"));
            own(&identifiers.filter_map(Number::read).collect::<Vec<_>>()).unwrap_or_default()
        }
        Ok(Target::Number(number)) => number.value,
        _ => text(basis, "/reference").split("/_history/").next().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned(),
    }
}

/// The names by which a reference means an order: its identifier, and the name under which this service gave it out.
fn named(basis: &Value) -> Vec<String> {
    let address = text(basis, "/reference").split("/_history/").next().unwrap_or_default();
    let name = address.rsplit_once("ServiceRequest/").map(|(_, name)| name.to_owned()).filter(|name| parse_request_id(name).is_some());
    let number = basis.get("identifier").and_then(Number::read).map(|number| number.value);
    number.into_iter().chain(name).collect()
}

/// A moment, or a day that stands for one (UTC), as exactly as it is stated.
fn span(stated: &str) -> Option<Span> {
    if let Ok(moment) = stated.parse::<Timestamp>() {
        return Some(Span::moment(moment));
    }
    let day = stated.parse::<Date>().ok().filter(|_| stated.len() == 10)?;
    Span::lasting(day.to_zoned(TimeZone::UTC).ok()?.timestamp(), SignedDuration::from_hours(24))
}

/// Name of the laboratory: of who performed it, else of the system that sent it.
fn laboratory(index: &BundleIndex, place: usize, report: &Value) -> String {
    let performers = list(report, "/performer").iter();
    let named = performers.map(|performer| {
        let organisation = index.find(place, performer).map(|found| text(index.resource(found), "/name").to_owned()).unwrap_or_default();
        let performed_by = requester(index, place, performer);
        first_of([&organisation, text(performer, "/display"), &performed_by.name, performed_by.organisation.as_deref().unwrap_or_default()])
    });
    let sender = || {
        let header = index.resources_of_kind("MessageHeader").next().map(|(_, header)| header)?;
        let names = [text(header, "/sender/display"), text(header, "/source/name"), text(header, "/source/endpoint")];
        Some(first_of(names))
    };
    named.into_iter().find(|name| !name.is_empty()).or_else(sender).unwrap_or_default()
}
