//! A test of the directory as PlanDefinition (what is ordered) and ActivityDefinition (what is done).
//!
//! Source: NHS England Genomics FHIR guide: a test package is a PlanDefinition whose action names the ActivityDefinition of
//! the test; code system of the test directory.

use super::{
    datatype::{CodeableConcept, Duration},
    resource::{ActivityDefinition, Bundle, BundleType, Entry, PlanAction, PlanDefinition},
};
use crate::codes::system;
use care::directory::test::Test;

/// Code system of the test directory's codes, as the examples of definitions spell it.
const DIRECTORY: &str = "https://fhir.hl7.org.uk/CodeSystem/England-GenomicTestDirectory";
/// Base of the definitions' own addresses.
const BASE: &str = "https://fhir.nhs.uk/Genomics";

/// A test with its directory version as a FHIR collection.
pub fn bundle(test: &Test, version: &str) -> Bundle {
    let (plan, activity) = (plan(test, version), activity(test, version));
    let entries = vec![Entry::new(plan.url.clone(), plan), Entry::new(activity.url.clone(), activity)];
    Bundle::new(BundleType::Collection, entries)
}

fn activity_url(test: &Test) -> String {
    format!("{BASE}/ActivityDefinition/{}", test.code.as_str())
}

fn plan(test: &Test, version: &str) -> PlanDefinition {
    let code = test.code.as_str();
    PlanDefinition {
        id: code.into(),
        url: format!("{BASE}/PlanDefinition/{code}"),
        version: version.into(),
        name: name(test),
        title: title(test),
        status: "active",
        topic: vec![indication(test)],
        action: vec![PlanAction {
            title: test.target.clone(),
            code: vec![CodeableConcept::coded(DIRECTORY, code, &test.indication)],
            timing_duration: days_at_most(test.turnaround_days_max),
            definition_canonical: activity_url(test),
        }],
    }
}

fn activity(test: &Test, version: &str) -> ActivityDefinition {
    let scope = if test.scope.is_empty() { String::new() } else { format!("{}. ", test.scope) };
    ActivityDefinition {
        id: test.code.as_str().into(),
        url: activity_url(test),
        version: version.into(),
        name: name(test),
        title: title(test),
        status: "active",
        description: format!("{scope}{}", test.target),
        topic: vec![indication(test)],
        kind: "ServiceRequest",
        code: CodeableConcept { coding: vec![], text: test.method.clone() },
    }
}

/// The name for programs.
fn name(test: &Test) -> String {
    format!("Test{}", test.code.as_str().replace('.', "_"))
}

fn title(test: &Test) -> String {
    format!("{} {}", test.code.as_str(), test.indication)
}

fn indication(test: &Test) -> CodeableConcept {
    CodeableConcept::coded(DIRECTORY, test.code.indication(), &test.indication)
}

fn days_at_most(days: u16) -> Duration {
    Duration { value: days.into(), comparator: "<=", unit: "days", system: system::UCUM, code: "d" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ordered_names_what_is_done_and_by_when() {
        let test = Test {
            code: "R29.4".parse().expect("a code"),
            indication: "Intellectual disability".into(),
            group: String::new(),
            scope: String::new(),
            method: "WGS".into(),
            target: "Intellectual disability (285)".into(),
            panels: vec!["285".into()],
            genes: vec![],
            criteria: vec![],
            turnaround_days_max: 84,
        };
        let bundle = serde_json::to_value(bundle(&test, "rare 6")).expect("JSON");
        let (plan, activity) = (&bundle["entry"][0]["resource"], &bundle["entry"][1]["resource"]);
        assert_eq!(plan["action"][0]["definitionCanonical"], activity["url"]);
        assert_eq!(plan["action"][0]["timingDuration"]["value"], 84);
        assert_eq!((activity["resourceType"].as_str(), activity["code"]["text"].as_str()), (Some("ActivityDefinition"), Some("WGS")));
    }
}
