//! A test of the directory as PlanDefinition (what is ordered) and ActivityDefinition (what is done).
//!
//! Source: NHS England Genomics FHIR guide: a test package is a PlanDefinition whose action names the ActivityDefinition of
//! the test; code system of the test directory.

use super::Bundle;
use care::directory::Test;
use serde::Serialize;

/// Code system of the test directory's codes.
const DIRECTORY: &str = "https://fhir.hl7.org.uk/CodeSystem/England-GenomicTestDirectory";
/// Base of the definitions' own addresses.
const BASE: &str = "https://fhir.nhs.uk/Genomics";

/// A definition of either kind.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Definition {
    resource_type: &'static str,
    id: String,
    url: String,
    version: String,
    name: String,
    title: String,
    status: &'static str,
    topic: Vec<Concept>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Concept>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    action: Vec<Action>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    title: String,
    code: Vec<Concept>,
    timing_duration: Duration,
    definition_canonical: String,
}

#[derive(Serialize)]
struct Duration {
    value: u16,
    comparator: &'static str,
    unit: &'static str,
    system: &'static str,
    code: &'static str,
}

#[derive(Clone, Serialize)]
struct Concept {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    coding: Vec<Coding>,
    #[serde(skip_serializing_if = "String::is_empty")]
    text: String,
}

#[derive(Clone, Serialize)]
struct Coding {
    system: &'static str,
    code: String,
    display: String,
}

impl Concept {
    fn coded(code: &str, display: &str) -> Concept {
        Concept { coding: vec![Coding { system: DIRECTORY, code: code.into(), display: display.into() }], text: String::new() }
    }

    fn text(text: &str) -> Concept {
        Concept { coding: vec![], text: text.into() }
    }
}

/// A test with its directory version as a FHIR collection.
pub fn bundle(test: &Test, version: &str) -> Bundle<Definition> {
    let code = test.code.as_str();
    let activity_url = format!("{BASE}/ActivityDefinition/{code}");
    let definition = |resource_type, url: &str| Definition {
        resource_type,
        id: code.into(),
        url: url.into(),
        version: version.into(),
        name: format!("Test{}", code.replace('.', "_")),
        title: format!("{code} {}", test.indication),
        status: "active",
        topic: vec![Concept::coded(test.code.indication(), &test.indication)],
        code: None,
        kind: None,
        description: None,
        action: vec![],
    };
    let plan_url = format!("{BASE}/PlanDefinition/{code}");
    let plan = Definition {
        action: vec![Action {
            title: test.target.clone(),
            code: vec![Concept::coded(code, &test.indication)],
            timing_duration: Duration {
                value: test.turnaround_days_max,
                comparator: "<=",
                unit: "days",
                system: "http://unitsofmeasure.org",
                code: "d",
            },
            definition_canonical: activity_url.clone(),
        }],
        ..definition("PlanDefinition", &plan_url)
    };
    let scope = if test.scope.is_empty() { String::new() } else { format!("{}. ", test.scope) };
    let activity = Definition {
        code: Some(Concept::text(&test.method)),
        kind: Some("ServiceRequest"),
        description: Some(format!("{scope}{}", test.target)),
        ..definition("ActivityDefinition", &activity_url)
    };
    Bundle::collection([(Some(plan_url), plan), (Some(activity_url), activity)].into_iter())
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
        let told = serde_json::to_value(bundle(&test, "rare 6")).expect("JSON");
        let (plan, activity) = (&told["entry"][0]["resource"], &told["entry"][1]["resource"]);
        assert_eq!(plan["action"][0]["definitionCanonical"], activity["url"]);
        assert_eq!(plan["action"][0]["timingDuration"]["value"], 84);
        assert_eq!((activity["resourceType"].as_str(), activity["code"]["text"].as_str()), (Some("ActivityDefinition"), Some("WGS")));
    }
}
