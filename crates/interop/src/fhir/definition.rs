//! Tests of the directory as PlanDefinition (what is ordered) and ActivityDefinition (what is done).
//!
//! Source: NHS England Genomics FHIR guide, DGTS: a test package is a PlanDefinition, whose actions name the ActivityDefinition of each
//! of its tests; both carry their code of the Test Directory as an identifier.

use super::{
    datatype::{CodeableConcept, Duration, Identifier},
    resource::{ActivityDefinition, Bundle, BundleType, Entry, PlanAction, PlanDefinition, RelatedArtifact, Resource},
};
use crate::codes::system;
use care::directory::test::Test;

/// Code system of the test directory's codes, as the examples of definitions spell it.
const DIRECTORY: &str = "https://fhir.hl7.org.uk/CodeSystem/England-GenomicTestDirectory";
/// Base of the definitions' own addresses.
const BASE: &str = "https://fhir.nhs.uk/Genomics";
/// Panels by their number.
const PANELS: &str = "https://panelapp.genomicsengland.co.uk/panels";

/// Tests, each with the version of its directory, as definitions of a kind: a package of each clinical indication, or each test.
pub fn of_kind(kind: &str, tests: &[(&Test, String)]) -> Vec<Resource> {
    if kind == "ActivityDefinition" {
        return tests.iter().map(|(test, version)| activity(test, version).into()).collect();
    }
    let mut packages: Vec<PlanDefinition> = Vec::new();
    for (test, version) in tests {
        let indication = test.code.indication();
        match packages.iter_mut().find(|package| package.id == indication) {
            Some(package) => package.action.push(action(test)),
            None => packages.push(package(test, version)),
        }
    }
    packages.into_iter().map(Resource::from).collect()
}

/// The package of a clinical indication, with its first test.
fn package(test: &Test, version: &str) -> PlanDefinition {
    let code = test.code.indication();
    PlanDefinition {
        id: code.into(),
        url: format!("{BASE}/PlanDefinition/{code}"),
        identifier: vec![Identifier::new(system::DIRECTORY_ID, code)],
        name: format!("Package{code}"),
        title: format!("{code} {}", test.indication),
        ..plan(test, version)
    }
}

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
        identifier: vec![Identifier::new(system::DIRECTORY_ID, code)],
        version: version.into(),
        name: name(test),
        title: title(test),
        status: "active",
        topic: vec![indication(test)],
        action: vec![action(test)],
    }
}

fn action(test: &Test) -> PlanAction {
    PlanAction {
        title: test.target.clone(),
        code: vec![CodeableConcept::coded(DIRECTORY, test.code.as_str(), &test.indication)],
        timing_duration: days_at_most(test.turnaround_days_max),
        definition_canonical: activity_url(test),
    }
}

fn activity(test: &Test, version: &str) -> ActivityDefinition {
    let scope = if test.scope.is_empty() { String::new() } else { format!("{}. ", test.scope) };
    ActivityDefinition {
        id: test.code.as_str().into(),
        url: activity_url(test),
        identifier: vec![Identifier::new(system::DIRECTORY_ID, test.code.as_str())],
        version: version.into(),
        name: name(test),
        title: title(test),
        status: "active",
        description: format!("{scope}{}", test.target),
        topic: vec![indication(test)],
        kind: "ServiceRequest",
        code: CodeableConcept { coding: vec![], text: test.method.clone() },
        related_artifact: test.panels.iter().map(|number| panel(number)).collect(),
    }
}

fn panel(number: &str) -> RelatedArtifact {
    RelatedArtifact { kind: "composed-of", url: format!("{PANELS}/{number}") }
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
        assert_eq!(activity["relatedArtifact"][0]["url"], "https://panelapp.genomicsengland.co.uk/panels/285");
    }

    #[test]
    fn a_package_of_an_indication_names_each_of_its_tests() {
        let test = |code: &str| Test {
            code: code.parse().expect("a code"),
            indication: format!("Indication of {code}"),
            group: String::new(),
            scope: String::new(),
            method: "WGS".into(),
            target: String::new(),
            panels: vec![],
            genes: vec![],
            criteria: vec![],
            turnaround_days_max: 84,
        };
        let tests = ["R29.1", "R29.4", "R59.3", "M1.1"].map(test);
        let versioned: Vec<(&Test, String)> = tests.iter().map(|test| (test, "rare 6".to_owned())).collect();
        let plans = serde_json::to_value(of_kind("PlanDefinition", &versioned)).expect("JSON");
        let codes: Vec<Vec<&str>> = plans
            .as_array()
            .expect("a list")
            .iter()
            .map(|plan| {
                plan["action"].as_array().into_iter().flatten().filter_map(|a| a["code"][0]["coding"][0]["code"].as_str()).collect()
            })
            .collect();
        assert_eq!(codes, [vec!["R29.1", "R29.4"], vec!["R59.3"], vec!["M1.1"]]);
        assert_eq!((plans[0]["id"].as_str(), plans[0]["identifier"][0]["value"].as_str()), (Some("R29"), Some("R29")));
        assert_eq!(of_kind("ActivityDefinition", &versioned).len(), 4);
    }
}
