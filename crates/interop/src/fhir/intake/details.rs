//! What a request states, with everything in the bundle that is about its people.

use super::{
    bundle_index::{BundleIndex, list, text},
    consent::read_consent,
    people,
};
use crate::{
    codes::{
        snomed::{FORM_QUESTIONS, GESTATIONAL_AGE, NEGATIVE_ANSWERS, NOT_AFFECTED, PREGNANCY},
        system, testing,
    },
    incoming_order::{Code, Faults, Feature, OrderDetails, ReasonForTesting},
};
use care::ordering::family::Affected;
use serde_json::Value;

/// The details of an order: the proband's request, and those of the family by their places.
pub(super) fn details(index: &BundleIndex, place: usize, request: &Value, family: &[usize]) -> Result<OrderDetails, Faults> {
    let mut details = stated(index, request);
    add_people(index, &mut details, place, family)?;
    let proband = details.people[0].entries.clone();
    for (place, resource) in index.resources() {
        let subject = resource.get("subject").or_else(|| resource.get("patient")).and_then(|s| index.resolve(s));
        let of_proband = subject.is_none_or(|s| proband.contains(&s));
        match text(resource, "/resourceType") {
            "Observation" => read_observation(index, place, of_proband, &mut details),
            "Condition" if of_proband => read_condition(index, place, &mut details),
            "Specimen" if of_proband => details.specimens.push(specimen(resource)),
            "Consent" => read_consent(index, place, resource, &mut details),
            "QuestionnaireResponse" | "Procedure" | "FamilyMemberHistory" | "DocumentReference" | "Questionnaire" => {
                details.not_used.push(format!("{} is kept with the message and not read into the order", index.path(place, "")));
            }
            _ => {}
        }
    }
    Ok(details)
}

/// What the request itself states.
fn stated(index: &BundleIndex, request: &Value) -> OrderDetails {
    let role = request.get("requester").and_then(|r| index.resolve(r)).map(|place| index.resource(place));
    let reasons = list(request, "/category").iter().map(|c| text(c, "/text")).filter(|t| !t.is_empty());
    OrderDetails {
        reason: reason_for_testing(request),
        tests: codes(&request["code"]).chain(list(request, "/reasonCode").iter().flat_map(codes)).collect(),
        urgent: ["urgent", "asap", "stat"].contains(&text(request, "/priority")),
        earlier: list(request, "/basedOn")
            .first()
            .map_or_else(String::new, |b| first_of([text(b, "/identifier/value"), text(b, "/reference"), text(b, "/display")])),
        notes: reasons.chain(list(request, "/note").iter().map(|n| text(n, "/text"))).map(str::to_owned).collect(),
        requester: first_of([role.map_or("", |r| text(r, "/practitioner/display")), text(request, "/requester/display")]),
        organisation: role.map(|r| text(r, "/organization/identifier/value")).filter(|c| !c.is_empty()).map(str::to_owned),
        ..OrderDetails::default()
    }
}

fn add_people(index: &BundleIndex, details: &mut OrderDetails, place: usize, family: &[usize]) -> Result<(), Faults> {
    let mut faults = Vec::new();
    for place in std::iter::once(place).chain(family.iter().copied()) {
        match people::person(index, place, family.contains(&place)) {
            Ok(person) => details.people.push(person),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let fetuses = people::fetuses(index);
    if let Some(nth) = fetuses.iter().position(|place| details.people[0].entries.contains(place)) {
        details.fetus = Some((u8::try_from(nth + 1).unwrap_or(u8::MAX), u8::try_from(fetuses.len()).unwrap_or(u8::MAX)));
    }
    Ok(())
}

/// The first text that is not empty.
fn first_of<const N: usize>(texts: [&str; N]) -> String {
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
}

/// A concept as text: its own, else the display of its first coding, else its code.
pub(super) fn concept_text(concept: &Value) -> String {
    first_of([text(concept, "/text"), text(concept, "/coding/0/display"), text(concept, "/coding/0/code")])
}

fn codes(concept: &Value) -> impl Iterator<Item = Code> + '_ {
    list(concept, "/coding").iter().map(|c| Code::new(text(c, "/system"), text(c, "/code"), text(c, "/display")))
}

fn reason_for_testing(request: &Value) -> ReasonForTesting {
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

fn read_observation(index: &BundleIndex, place: usize, of_proband: bool, details: &mut OrderDetails) {
    let resource = index.resource(place);
    let Some(code) = codes(&resource["code"]).next() else { return };
    let answer = &resource["valueCodeableConcept"];
    let answers: Vec<&str> = list(answer, "/coding").iter().map(|c| text(c, "/code")).collect();
    let absent = resource["valueBoolean"] == Value::Bool(false) || answers.iter().any(|c| NEGATIVE_ANSWERS.contains(c));
    if code.system.contains("GenomicTest") {
        // Disease status.
        if answers.contains(&NOT_AFFECTED) && of_proband {
            details.people[0].affected = Affected::No;
        }
        return;
    }
    if code.code == PREGNANCY {
        details.gestation_days = gestation_days(resource).or(details.gestation_days);
    }
    let is_feature = code.is_hpo()
        || (code.system == system::SNOMED && !FORM_QUESTIONS.contains(&code.code.as_str()) && resource.get("valueQuantity").is_none());
    if is_feature && of_proband {
        details.features.push(Feature { code, absent, place: index.path(place, ".code") });
        return;
    }
    let (question, value) = (concept_text(&resource["code"]), value_text(resource));
    details.notes.push(if value.is_empty() { question } else { format!("{}: {value}", question.trim_end_matches('?')) });
}

/// The answer of an observation as text.
fn value_text(resource: &Value) -> String {
    let answer = concept_text(&resource["valueCodeableConcept"]);
    match (&resource["valueQuantity"]["value"], &resource["valueBoolean"]) {
        (Value::Number(n), _) => format!("{n} {}", text(resource, "/valueQuantity/unit")),
        (_, Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
        _ if !answer.is_empty() => answer,
        _ => text(resource, "/valueString").to_owned(),
    }
}

/// Days of a pregnancy, where its age is stated in weeks or days.
fn gestation_days(resource: &Value) -> Option<u32> {
    let age = list(resource, "/component").iter().rfind(|c| text(c, "/code/coding/0/code") == GESTATIONAL_AGE)?;
    let value = age.pointer("/valueQuantity/value").and_then(Value::as_u64).and_then(|v| u32::try_from(v).ok())?;
    Some(if text(age, "/valueQuantity/code") == "wk" { value.saturating_mul(7) } else { value })
}

fn read_condition(index: &BundleIndex, place: usize, details: &mut OrderDetails) {
    let resource = index.resource(place);
    let Some(code) = codes(&resource["code"]).next() else { return };
    if code.system.contains("GenomicTest") {
        return;
    }
    if details.reason == ReasonForTesting::Tumour && details.diagnosis.is_empty() {
        details.diagnosis = concept_text(&resource["code"]);
    }
    details.notes.extend(list(resource, "/note").iter().map(|n| text(n, "/text").to_owned()));
    details.features.push(Feature { code, absent: false, place: index.path(place, ".code") });
}

fn specimen(resource: &Value) -> String {
    let number = list(resource, "/identifier").first().map_or("", |i| text(i, "/value"));
    let state = concept_text(&resource["condition"][0]);
    [concept_text(&resource["type"]), state, number.to_owned()].into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(", ")
}
