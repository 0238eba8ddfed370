//! Conditions: features of the patient, the diagnosis of a tumour, and history. Source: FHIR R4, Condition.

use super::{
    details::Reading,
    history,
    json::{codes, concept_text, first_of, list, remarks, text},
    observation::{self, Answer},
    status::{ConditionState, condition_state},
};
use crate::{
    incoming_order::{Code, ReasonForTesting},
    wording,
};
use serde_json::Value;

/// Elements of a condition that are read.
const READ: [&str; 20] = [
    "code",
    "category",
    "subject",
    "clinicalStatus",
    "verificationStatus",
    "evidence",
    "note",
    "severity",
    "bodySite",
    "stage",
    "onsetDateTime",
    "onsetAge",
    "onsetString",
    "abatementDateTime",
    "abatementAge",
    "abatementPeriod",
    "abatementRange",
    "abatementString",
    "recordedDate",
    "encounter",
];

/// Reads a condition of a member of the order.
pub(super) fn read(reading: &mut Reading, place: usize, member: usize) {
    let resource = reading.index.resource(place);
    let state = match condition_state(resource) {
        Ok(state) => state,
        Err(reason) => return reading.leave(place, &format!("does not count: {reason}")),
    };
    let name = name(resource);
    match state {
        ConditionState::Past => reading.note(member, &format!("History of: {name}")),
        ConditionState::Differential => reading.note(member, &format!("Possible (differential diagnosis): {name}")),
        ConditionState::Present => present(reading, place, member),
    }
    reading.note(member, &remarks(resource).collect::<Vec<_>>().join("; "));
    reading.name_unread(place, &READ);
}

fn present(reading: &mut Reading, place: usize, member: usize) {
    let resource = reading.index.resource(place);
    if codes(&resource["code"]).any(|code| code.system.contains("GenomicTest")) {
        return;
    }
    if member == 0 && reading.details.reason == ReasonForTesting::Tumour && reading.details.diagnosis.is_empty() {
        reading.details.diagnosis = concept_text(&resource["code"]);
    }
    let features = features(resource);
    if features.is_empty() {
        reading.note(member, &name(resource));
    }
    let beside = text(&resource["code"], "/text");
    for code in features {
        // What stands beside the condition says nothing of its evidence.
        let is_own = codes(&resource["code"]).any(|own| own == code);
        let is_uncertain = is_own && wording::is_uncertain(beside, &code.display);
        let answer = if is_uncertain { Answer::Unclear(beside.to_owned()) } else { Answer::Present };
        observation::read_feature(reading, place, member, code, answer);
    }
    let course = course(resource);
    if !course.is_empty() {
        reading.note(member, &format!("{}: {course}", name(resource)));
    }
}

/// How bad a condition is, where, at which stage and since when, as far as it is said.
fn course(resource: &Value) -> String {
    let since = first_of([text(resource, "/onsetDateTime"), text(resource, "/onsetString"), &history::age(resource, "onset")]);
    let sites = list(resource, "/bodySite").iter().map(concept_text);
    let stages = list(resource, "/stage").iter().map(|stage| concept_text(&stage["summary"]));
    let since = if since.is_empty() { since } else { format!("since {since}") };
    let parts = std::iter::once(concept_text(&resource["severity"])).chain(sites).chain(stages).chain([since]);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Terms of the HPO in the code and in the evidence; else the first code.
fn features(resource: &Value) -> Vec<Code> {
    let evidence = list(resource, "/evidence").iter().flat_map(|evidence| list(evidence, "/code"));
    let own = codes(&resource["code"]).find(Code::is_hpo).or_else(|| codes(&resource["code"]).next());
    own.into_iter().chain(evidence.flat_map(codes).filter(Code::is_hpo)).collect()
}

/// The name and the code of a condition.
fn name(resource: &Value) -> String {
    let concept = &resource["code"];
    codes(concept).next().map_or_else(|| concept_text(concept), |code| code.label())
}
