//! What a request itself states: the test, why, how soon, who asks. Source: FHIR R4, ServiceRequest; NHS England Genomics FHIR guide.

use super::{
    bundle_index::BundleIndex,
    json::{codes, concept_text, first_of, list, remarks, text},
    occurrence,
    requester::{performers, requester},
};
use crate::{
    codes::testing,
    incoming_order::{Code, OrderDetails, ReasonForTesting},
    wording,
};
use serde_json::Value;

/// Elements of a request that are read: each of them changes what is ordered, or is named where it does not.
const READ: [&str; 20] = [
    "identifier",
    "requisition",
    "basedOn",
    "replaces",
    "status",
    "intent",
    "doNotPerform",
    "category",
    "priority",
    "code",
    "orderDetail",
    "subject",
    "requester",
    "performer",
    "reasonCode",
    "reasonReference",
    "supportingInfo",
    "note",
    "patientInstruction",
    "relevantHistory",
];

/// Elements that say nothing about the order, or are read where they stand: what is contained and the specimens are read as resources,
/// extensions with whose request it is; the day of signing stays whatever is stated later; a visit is its sender's.
const SILENT: [&str; 10] =
    ["resourceType", "id", "meta", "text", "language", "contained", "extension", "specimen", "authoredOn", "encounter"];

/// What a request states.
pub(super) fn stated(index: &BundleIndex, place: usize) -> OrderDetails {
    let request = index.resource(place);
    let requester = requester(index, place, &request["requester"]);
    let mut details = OrderDetails {
        reason: reason_for_testing(request),
        tests: tests(request),
        urgent: Some(["urgent", "asap", "stat"].contains(&text(request, "/priority"))),
        earlier: earlier(request),
        notes: notes(request),
        requester: requester.name,
        organisation: requester.organisation,
        performers: performers(index, place),
        not_used: not_used(index, place),
        checks: occurrence::later(index, place),
        ..OrderDetails::default()
    };
    for (nth, reason) in list(request, "/reasonCode").iter().enumerate() {
        read_features(reason, &index.path(place, &format!(".reasonCode[{nth}]")), &mut details);
    }
    referred(index, place, &mut details);
    details
}

/// Features by which the test is asked for. Where the words beside a code leave it open, they alone stand in the notes.
fn read_features(reason: &Value, place: &str, details: &mut OrderDetails) {
    let beside = text(reason, "/text");
    for code in codes(reason).filter(Code::is_hpo) {
        if wording::is_uncertain(beside, &code.display) {
            let why = format!("'{beside}' does not say for certain that {} is there, so it is not counted", code.label());
            details.not_used.push(format!("{place}: {why}"));
        } else {
            details.add_feature(code, false, place);
        }
    }
}

/// Codes that name the test; where there is none, its name.
pub(super) fn tests(request: &Value) -> Vec<Code> {
    let reasons = list(request, "/reasonCode").iter().flat_map(codes).filter(|code| !code.is_hpo());
    let mut tests: Vec<Code> = codes(&request["code"]).chain(reasons).collect();
    let name = text(request, "/code/text");
    if list(request, "/code/coding").is_empty() && !name.is_empty() {
        tests.insert(0, Code::new("", "", name));
    }
    tests
}

fn earlier(request: &Value) -> String {
    let first = list(request, "/basedOn").first();
    first.map_or_else(String::new, |b| first_of([text(b, "/identifier/value"), text(b, "/reference"), text(b, "/display")]))
}

/// Everything that is written in words.
fn notes(request: &Value) -> Vec<String> {
    let named = |label: &str, path: &str| {
        list(request, path)
            .iter()
            .map(concept_text)
            .filter(|text| !text.is_empty())
            .map(|text| format!("{label}: {text}"))
            .collect::<Vec<_>>()
    };
    let categories = list(request, "/category").iter().map(|c| text(c, "/text").to_owned());
    let reasons = list(request, "/reasonCode").iter().map(|c| text(c, "/text").to_owned());
    let instruction = text(request, "/patientInstruction");
    let instruction = (!instruction.is_empty()).then(|| format!("Instruction for the patient: {instruction}"));
    let mut notes: Vec<String> = categories.chain(reasons).filter(|text| !text.is_empty()).collect();
    notes.extend(named("Detail of the order", "/orderDetail"));
    notes.extend(remarks(request));
    notes.extend(instruction);
    notes
}

/// Resources that the request refers to and the bundle does not hold: what is displayed of them is a note, else they are named.
fn referred(index: &BundleIndex, place: usize, details: &mut OrderDetails) {
    let request = index.resource(place);
    for (path, label) in [("supportingInfo", "Supporting information"), ("reasonReference", "Reason"), ("relevantHistory", "History")] {
        for (nth, reference) in list(request, &format!("/{path}")).iter().enumerate() {
            if index.find(place, reference).is_some() {
                continue;
            }
            match (text(reference, "/display"), first_of([text(reference, "/reference"), text(reference, "/identifier/value")])) {
                ("", address) => {
                    let path_there = index.path(place, &format!(".{path}[{nth}]"));
                    details.not_used.push(format!("{path_there}: '{address}' is not in the bundle, so it was not read: send it along"));
                }
                (display, _) => details.notes.push(format!("{label}: {display}")),
            }
        }
    }
}

/// What of a request is not used.
fn not_used(index: &BundleIndex, place: usize) -> Vec<String> {
    let request = index.resource(place);
    let mut notes: Vec<String> = Vec::new();
    let others: Vec<&str> = request
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .filter(|name| !READ.contains(name) && !SILENT.contains(name) && !name.starts_with('_'))
        .collect();
    if !others.is_empty() {
        notes.push(format!("{} is not read into the order: {}", index.path(place, ""), others.join(", ")));
    }
    if request.get("intent").is_none() {
        notes.push(format!("{} is missing; the request was read as an order", index.path(place, ".intent")));
    }
    if !["", "routine", "urgent", "asap", "stat"].contains(&text(request, "/priority")) {
        notes.push(format!("{}: '{}' is not known here; the order is routine", index.path(place, ".priority"), text(request, "/priority")));
    }
    if !list(request, "/replaces").is_empty() {
        notes.push(format!(
            "{}: the order that this one replaces is not cancelled by it; send it as revoked",
            index.path(place, ".replaces")
        ));
    }
    notes
}

/// Why the test is asked for.
pub(super) fn reason_for_testing(request: &Value) -> ReasonForTesting {
    let mut codings = list(request, "/category").iter().flat_map(|c| list(c, "/coding"));
    if let Some(reason) = codings.find_map(|c| testing::read_reason(text(c, "/system"), text(c, "/code"))) {
        return reason;
    }
    match concept_text(&request["code"]).to_lowercase() {
        name if name.contains("re-interpretation") || name.contains("reinterpretation") => ReasonForTesting::Reinterpretation,
        name if name.contains("reanalysis") || name.contains("re-analysis") => ReasonForTesting::Reanalysis,
        _ => ReasonForTesting::Diagnostic,
    }
}

#[cfg(test)]
mod elements;
