//! Family history and procedures: read into the order in words. Source: FHIR R4, FamilyMemberHistory and Procedure.

use super::{
    details::Reading,
    json::{concept_text, first_of, kind, list, remarks, scalar, text},
};
use serde_json::Value;

/// Reads what happened to a member of the order, or in their family.
pub(super) fn read(reading: &mut Reading, place: usize, member: usize) {
    let resource = reading.index.resource(place);
    let sentence = match kind(resource) {
        "FamilyMemberHistory" => family(resource),
        _ => procedure(resource),
    };
    reading.note(member, &sentence);
}

/// `Family history, natural mother (May): Breast cancer at 45`.
fn family(resource: &Value) -> String {
    let who = match text(resource, "/name") {
        "" => concept_text(&resource["relationship"]),
        name => format!("{} ({name})", concept_text(&resource["relationship"])),
    };
    let conditions = list(resource, "/condition").iter().map(condition).filter(|condition| !condition.is_empty());
    let died = match (&resource["deceasedBoolean"], text(resource, "/deceasedDate"), age(resource, "deceased")) {
        (_, day, _) if !day.is_empty() => Some(format!("died {day}")),
        (_, _, age) if !age.is_empty() => Some(format!("died at {age}")),
        (Value::Bool(true), ..) => Some("has died".to_owned()),
        _ => None,
    };
    let reasons = list(resource, "/reasonCode").iter().map(concept_text).filter(|reason| !reason.is_empty());
    let parts: Vec<String> = conditions.chain(died).chain(reasons).chain(remarks(resource)).collect();
    let what = if parts.is_empty() { "nothing is said of them".to_owned() } else { parts.join("; ") };
    format!("Family history, {who}: {what}")
}

fn condition(condition: &Value) -> String {
    let name = concept_text(&condition["code"]);
    let remark = remarks(condition).collect::<Vec<_>>().join("; ");
    let onset = first_of([&age(condition, "onset"), text(condition, "/onsetString")]);
    let outcome = concept_text(&condition["outcome"]);
    let at_age = if onset.is_empty() { String::new() } else { format!(" at {onset}") };
    let rest = [outcome, remark].into_iter().filter(|part| !part.is_empty()).map(|part| format!(", {part}")).collect::<String>();
    if name.is_empty() { rest.trim_start_matches(", ").to_owned() } else { format!("{name}{at_age}{rest}") }
}

/// An age such as `onsetAge` with its unit; years where none stands.
pub(super) fn age(holder: &Value, what: &str) -> String {
    let value = scalar(holder, &format!("/{what}Age/value"));
    match text(holder, &format!("/{what}Age/unit")) {
        _ if value.is_empty() => String::new(),
        "" | "a" | "years" | "year" => value,
        unit => format!("{value} {unit}"),
    }
}

/// `Procedure: Bone marrow transplant, 2019-01-01`.
fn procedure(resource: &Value) -> String {
    let name = first_of([&concept_text(&resource["code"]), &concept_text(&resource["category"])]);
    let day =
        first_of([text(resource, "/performedDateTime"), text(resource, "/performedPeriod/start"), text(resource, "/performedString")]);
    let reasons = list(resource, "/reasonCode").iter().map(concept_text).filter(|reason| !reason.is_empty());
    let parts = std::iter::once(day).filter(|day| !day.is_empty()).chain(reasons).chain(remarks(resource));
    std::iter::once(format!("Procedure: {name}")).chain(parts).collect::<Vec<_>>().join(", ")
}
