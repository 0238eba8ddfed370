//! What does not count is not counted, whatever stands in its place.

use crate::bundle::{HPO, details, entry, order_with, read, refused, to};
use interop::{
    fhir::intake::{CERTAIN_ENOUGH, COUNTED, ORDERING_INTENTS, PAST},
    incoming_order::{OrderAction, OrderDetails},
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Every code that FHIR has for a status, an intent, a degree of certainty, and some that it has not.
const CODES: [&str; 54] = [
    "active",
    "amended",
    "appended",
    "available",
    "cancelled",
    "completed",
    "confirmed",
    "corrected",
    "current",
    "differential",
    "directive",
    "draft",
    "entered-in-error",
    "filler-order",
    "final",
    "health-unknown",
    "in-progress",
    "inactive",
    "instance-order",
    "not-done",
    "on-hold",
    "option",
    "order",
    "original-order",
    "partial",
    "plan",
    "preliminary",
    "preparation",
    "proposal",
    "proposed",
    "provisional",
    "recurrence",
    "reflex-order",
    "refuted",
    "registered",
    "rejected",
    "relapse",
    "remission",
    "resolved",
    "revoked",
    "stopped",
    "superseded",
    "unavailable",
    "unconfirmed",
    "unknown",
    "unsatisfactory",
    "",
    "Final",
    "ACTIVE",
    "final ish",
    "null",
    "0",
    "yes",
    "order ",
];

/// A resource of a kind that says something about the patient, with a status.
fn resource(kind: &str, status: &str) -> Value {
    let hpo = json!({ "coding": [{ "system": HPO, "code": "HP:0001250", "display": "Seizure" }] });
    let mut resource = match kind {
        "Observation" => json!({ "code": hpo }),
        "Specimen" => json!({ "type": { "text": "Blood" }, "identifier": [{ "value": "B1" }] }),
        "FamilyMemberHistory" => json!({ "relationship": { "text": "aunt" }, "condition": [{ "code": hpo }] }),
        "Procedure" => json!({ "code": { "text": "Transplant" } }),
        "QuestionnaireResponse" => json!({ "item": [{ "linkId": "1", "text": "Seizures?", "answer": [{ "valueString": "many" }] }] }),
        "DocumentReference" => json!({ "content": [{ "attachment": { "contentType": "text/plain", "data": "QQ==" } }] }),
        "DiagnosticReport" => json!({ "code": { "text": "Karyotype" }, "conclusion": "46,XX" }),
        _ => json!({
            "policy": [{ "uri": "https://x/record-of-discussion" }],
            "provision": { "type": "permit", "purpose": [{ "code": "HRESCH" }, { "code": "TREAT" }] },
        }),
    };
    resource["status"] = json!(status);
    resource[if matches!(kind, "Consent" | "FamilyMemberHistory") { "patient" } else { "subject" }] = to("Patient", "p");
    entry(kind, "x", resource)
}

/// Something of the resource stands in the order.
fn says_something(details: &OrderDetails) -> bool {
    !(details.features.is_empty() && details.notes.is_empty() && details.specimens.is_empty() && details.documents.is_empty())
        || details.people[0].discussion.is_some()
}

fn check_status(kind: &str, status: &str) {
    let counted = COUNTED.iter().find(|(name, _)| *name == kind).expect("a kind").1;
    let details = details(&order_with(&[resource(kind, status)]));
    let trimmed = status.trim();
    assert_eq!(says_something(&details), counted.contains(&trimmed), "{kind} '{status}': {details:?}");
    if !counted.contains(&trimmed) {
        assert!(details.not_used.iter().any(|note| note.contains(&format!("ofType({kind})"))), "{kind} '{status}': {:?}", details.not_used);
    }
    let permits = details.people[0].discussion.as_ref().is_some_and(|d| d.research == Some(true) || d.test == Some(true));
    assert_eq!(permits, kind == "Consent" && trimmed == "active", "{kind} '{status}'");
}

#[test]
fn every_resource_counts_with_its_statuses_and_no_other() {
    for (kind, _) in COUNTED {
        for status in CODES {
            check_status(kind, status);
        }
        let mut turned = resource(kind, COUNTED.iter().find(|(name, _)| *name == kind).expect("a kind").1[0]);
        turned["resource"]["modifierExtension"] = json!([{ "url": "https://x/not", "valueBoolean": true }]);
        assert!(!says_something(&details(&order_with(&[turned]))), "{kind} with a modifier");
    }
}

#[test]
fn a_refused_consent_is_kept_as_a_refusal() {
    let details = details(&order_with(&[resource("Consent", "rejected")]));
    let discussion = details.people[0].discussion.clone().expect("a record of discussion");
    assert_eq!((discussion.test, discussion.research), (Some(false), Some(false)));
}

fn condition(verification: Option<&str>, clinical: Option<&str>) -> OrderDetails {
    let concept = |code: &str| json!({ "coding": [{ "code": code }] });
    let mut resource = json!({ "code": { "coding": [{ "system": HPO, "code": "HP:0001250" }] }, "subject": to("Patient", "p") });
    if let Some(code) = verification {
        resource["verificationStatus"] = concept(code);
    }
    if let Some(code) = clinical {
        resource["clinicalStatus"] = concept(code);
    }
    details(&order_with(&[entry("Condition", "c", resource)]))
}

#[test]
fn a_condition_counts_as_it_is_certain_and_present() {
    assert_eq!(condition(None, None).features.len(), 1);
    for code in CODES.into_iter().filter(|code| !code.is_empty()) {
        let details = condition(Some(code), Some("active"));
        assert_eq!(details.features.len(), usize::from(CERTAIN_ENOUGH.contains(&code)), "{code}");
        assert_eq!(details.notes.len(), usize::from(code == "differential"), "{code}");
        let details = condition(Some("confirmed"), Some(code));
        let is_present = ["active", "recurrence", "relapse"].contains(&code);
        assert_eq!((details.features.len(), details.notes.len()), (usize::from(is_present), usize::from(PAST.contains(&code))), "{code}");
    }
}

#[test]
fn a_request_orders_with_its_statuses_and_intents_and_no_other() {
    for code in CODES {
        let mut order = order_with(&[]);
        order["entry"][1]["resource"]["status"] = json!(code);
        match (code, read(&order).map(|mut read| read.orders.remove(0).action)) {
            ("active", Ok(OrderAction::Place(_)))
            | ("revoked", Ok(OrderAction::Cancel(_)))
            | ("entered-in-error", Ok(OrderAction::EnterInError(_))) => {}
            (_, Err(faults)) => assert!(faults[0].contains("ServiceRequest).status"), "{faults:?}"),
            (code, Ok(action)) => panic!("{code}: {action:?}"),
        }
        let mut order = order_with(&[]);
        order["entry"][1]["resource"]["intent"] = json!(code);
        assert_eq!(read(&order).is_ok(), ORDERING_INTENTS.contains(&code.trim()), "{code}");
    }
    for value in [json!(true), json!("true"), json!("false"), json!(1)] {
        let mut order = order_with(&[]);
        order["entry"][1]["resource"]["doNotPerform"] = value;
        refused(&order, "ServiceRequest).doNotPerform");
    }
}

#[test]
fn of_two_requests_the_plan_is_named_and_the_order_placed() {
    let mut order = order_with(&[crate::bundle::request("s", to("Patient", "p"))]);
    order["entry"][2]["resource"]["intent"] = json!("plan");
    let details = details(&order);
    assert!(
        details.not_used.iter().any(|note| note.contains("entry[2]") && note.contains("'plan' orders nothing")),
        "{:?}",
        details.not_used
    );
}

#[test]
fn a_consent_that_has_ended_or_is_narrow_permits_nothing() {
    for period in [json!({ "start": "2010", "end": "2012-01-01" }), json!({ "start": "2030-01-01" }), json!({ "end": "x" })] {
        let mut consent = resource("Consent", "active");
        consent["resource"]["provision"]["period"] = period;
        let details = details(&order_with(&[consent]));
        assert!(details.people[0].discussion.is_none() && details.not_used.iter().any(|note| note.contains("Consent")), "{details:?}");
    }
    let mut consent = resource("Consent", "active");
    consent["resource"]["patient"] = to("Patient", "another");
    consent["resource"]["provision"]["data"] = json!([{ "reference": to("ServiceRequest", "r") }]);
    assert!(details(&order_with(&[consent])).people[0].discussion.is_none(), "a consent of somebody else");
    let refusal = || {
        let mut refusal = resource("Consent", "active");
        refusal["resource"]["provision"] = json!({ "type": "deny", "purpose": [{ "code": "HRESCH" }] });
        refusal
    };
    for two in [[resource("Consent", "active"), refusal()], [refusal(), resource("Consent", "active")]] {
        let details = details(&order_with(&two));
        assert_eq!(details.people[0].discussion.as_ref().and_then(|d| d.research), Some(false), "no wins");
    }
}

#[test]
fn an_event_decides_what_a_message_is_for() {
    let header = |event: &str| entry("MessageHeader", "h", json!({ "eventCoding": { "code": event } }));
    let report = || entry("DiagnosticReport", "d", json!({ "status": "final", "subject": to("Patient", "p"), "conclusion": "x" }));
    let message = |event: &str| {
        let mut message = order_with(&[report()]);
        message["type"] = json!("message");
        message["entry"].as_array_mut().expect("entries").insert(0, header(event));
        message
    };
    for event in ["O21", "OML^O21", "OML_O21", "O01", "O19", "genomictestrequest"] {
        assert_eq!(read(&message(event)).map(|read| read.orders.len()), Ok(1), "{event}");
    }
    for event in ["R01", "ORU^R01", "ORU_R01", "T02", "R22", "genomictestresponse"] {
        let read = read(&message(event)).expect("read");
        assert_eq!((read.orders.len(), read.results.len()), (0, 1), "{event}");
    }
    for event in ["A01", "ADT^A08", "A40", "S12", "", "anything"] {
        refused(&message(event), "MessageHeader).event");
    }
    let mut answer = message("O21");
    answer["entry"][0]["resource"]["response"] = json!({ "identifier": "1", "code": "ok" });
    refused(&answer, "This message answers another one");
    let mut none = order_with(&[]);
    none["type"] = json!("message");
    refused(&none, "A message begins with a MessageHeader");
}

#[test]
fn a_report_on_the_request_beside_it_is_a_result_and_any_other_is_history() {
    let report = |basis: Value| {
        entry(
            "DiagnosticReport",
            "d",
            json!({
                "status": "final", "subject": to("Patient", "p"), "basedOn": [basis], "code": { "text": "Karyotype" }, "conclusion": "46,XX",
            }),
        )
    };
    let read_result = read(&order_with(&[report(to("ServiceRequest", "r"))])).expect("read");
    assert_eq!((read_result.orders.len(), read_result.results[0].number.as_str()), (0, "N-r"));
    assert_eq!(details(&order_with(&[report(json!({ "display": "an earlier one" }))])).notes, ["Earlier report, Karyotype: 46,XX"]);
}

#[test]
fn what_would_be_done_to_something_else_is_refused() {
    let with = |path: &str, value: Value| {
        let mut order = order_with(&[]);
        order["entry"][0]["request"][path] = value;
        order
    };
    for method in ["DELETE", "PATCH", "GET", "HEAD", "delete"] {
        refused(&with("method", json!(method)), "Bundle.entry[0].request.method");
    }
    refused(&with("ifMatch", json!("W/\"1\"")), "Bundle.entry[0].request.ifMatch");
    let mut order = order_with(&[]);
    order["entry"].as_array_mut().expect("entries").push(json!({ "request": { "method": "DELETE", "url": "Observation/5" } }));
    refused(&order, "Nothing is deleted here");
    let mut order = order_with(&[]);
    order["type"] = json!("batch");
    refused(&order, "Bundle.type: 'batch' is not acted on");
}

proptest! {
    #[test]
    fn a_status_that_nobody_knows_never_counts(status in "[a-zA-Z -]{0,16}", kind in proptest::sample::select(COUNTED.map(|(kind, _)| kind).to_vec())) {
        check_status(kind, &status);
    }
}
