//! Consents that a message states: no permission but a clear one of today, and no withdrawal lost.

use crate::bundle::{details, entry, order_with, patient, read, request, to};
use interop::incoming_order::{OrderAction, RecordOfDiscussion};
use proptest::prelude::*;
use serde_json::{Value, json};

const STATUSES: [&str; 8] = ["draft", "proposed", "active", "rejected", "inactive", "entered-in-error", "unknown", ""];

/// Periods of a provision, and how each lies to the day on which bundles are read.
fn periods() -> Vec<(Value, &'static str)> {
    vec![
        (Value::Null, "now"),
        (json!({ "start": "2026-01-01" }), "now"),
        (json!({ "end": "2026-11-29" }), "now"),
        (json!({ "end": "2026-11-28" }), "ended"),
        (json!({ "start": "2010", "end": "2012" }), "ended"),
        (json!({ "start": "2026-11-30" }), "later"),
        (json!({ "start": "2030", "end": "2031" }), "later"),
        (json!({ "end": "some day" }), "unreadable"),
    ]
}

/// A consent about research.
fn consent(who: Value, status: &str, kind: &str, period: &Value) -> Value {
    let mut provision = json!({ "type": kind, "purpose": [{ "code": "HRESCH" }] });
    if !period.is_null() {
        provision["period"] = period.clone();
    }
    entry("Consent", "c", json!({ "status": status, "patient": who, "provision": provision }))
}

proptest! {
    #[test]
    fn only_what_is_clear_permits_and_every_withdrawal_is_heard_or_refused_by_name(
        status in proptest::sample::select(STATUSES.to_vec()),
        (period, lies) in proptest::sample::select(periods()),
        kind in proptest::sample::select(vec!["permit", "deny"]),
        who in proptest::sample::select(vec![("Patient", "p"), ("Patient", "brother"), ("Patient", "nowhere")]),
        ends in proptest::sample::select(vec!["active", "revoked", "entered-in-error"]),
    ) {
        let consent = consent(to(who.0, who.1), status, kind, &period);
        let mut bundle = order_with(&[patient("brother", "9990000026"), consent]);
        bundle["entry"][1]["resource"]["status"] = json!(ends);
        let takes_back = ["inactive", "rejected", "entered-in-error"].contains(&status);
        let refuses = status == "active" && kind == "deny" && lies != "later";
        let withdraws = takes_back || refuses || (status == "active" && lies == "ended");
        let mut intake = match read(&bundle) {
            Ok(intake) => intake,
            Err(faults) => {
                prop_assert!(withdraws && who.1 != "p", "refused: {:?}", faults);
                prop_assert!(faults.iter().any(|fault| fault.contains("ofType(Consent)") && fault.contains(who.1)), "by name: {:?}", faults);
                return Ok(());
            }
        };
        let order = intake.orders.remove(0);
        let person = order.action.people().first();
        let permits = person.and_then(|person| person.discussion.as_ref()).and_then(|discussion| discussion.research) == Some(true);
        prop_assert!(!permits || (status == "active" && lies == "now" && kind == "permit" && who.1 == "p"), "a permission arose");
        let is_heard = match person {
            Some(person) => !person.ended.is_empty() || person.discussion.as_ref().is_some_and(RecordOfDiscussion::refuses),
            None => !order.ended.is_empty(),
        };
        prop_assert_eq!(is_heard, withdraws && who.1 == "p", "a withdrawal was lost, or one arose");
    }
}

#[test]
fn a_consent_that_begins_later_is_no_end_of_one_that_holds_and_says_when_it_begins() {
    let later = consent(to("Patient", "p"), "active", "permit", &json!({ "start": "2027-02-01" }));
    let details = details(&order_with(&[later]));
    assert!(details.people[0].discussion.is_none() && details.people[0].ended.is_empty(), "{:?}", details.people[0]);
    assert!(details.not_used.iter().any(|note| note.contains("has not begun: it begins 2027-02-01")), "{:?}", details.not_used);
    assert!(details.notes.iter().any(|note| note == "A consent begins 2027-02-01, so it permits nothing yet"), "{:?}", details.notes);
}

#[test]
fn a_withdrawal_from_a_later_day_is_refused_by_name_and_one_of_today_or_before_is_heard() {
    for (status, kind) in [("inactive", "permit"), ("entered-in-error", "permit"), ("rejected", "permit"), ("active", "deny")] {
        let dated = |day: &str| {
            let mut consent = consent(to("Patient", "p"), status, kind, &Value::Null);
            consent["resource"]["dateTime"] = json!(day);
            let mut ended = order_with(&[consent.clone()]);
            ended["entry"][1]["resource"]["status"] = json!("revoked");
            [order_with(&[consent]), ended]
        };
        for bundle in ["2026-12-01", "2027-02", "2031", "2026-12-01T00:30:00Z"].into_iter().flat_map(dated) {
            let faults = read(&bundle).map(|_| ()).expect_err("a fault");
            let says = |fault: &String| fault.contains("which is in the future") && fault.contains("ofType(Consent)");
            assert!(faults.iter().any(says), "{status}: {faults:?}");
        }
        // A day may have begun where the sender is.
        for bundle in ["2026-11-30", "2026-11-29", "2026-11", "2026", "2020-01-01"].into_iter().flat_map(dated) {
            let order = read(&bundle).unwrap_or_else(|faults| panic!("{status}: {faults:?}")).orders.remove(0);
            let people = order.action.people();
            let is_refused = people.iter().any(|p| p.discussion.as_ref().is_some_and(RecordOfDiscussion::refuses) || !p.ended.is_empty());
            assert!(is_refused || !order.ended.is_empty(), "{status}: {order:?}");
        }
    }
    let mut later = consent(to("Patient", "p"), "active", "permit", &Value::Null);
    later["resource"]["dateTime"] = json!("2031-01-01");
    read(&order_with(&[later])).expect("one that permits and is dated later withdraws nothing");
}

/// What is permitted of research where one consent was taken back and another one permits.
fn beside(taken_back: Value, dated: Option<&str>) -> Option<bool> {
    let mut new = consent(to("Patient", "p"), "active", "permit", &Value::Null);
    if let Some(day) = dated {
        new["resource"]["dateTime"] = json!(day);
    }
    new["resource"]["id"] = json!("new");
    new["fullUrl"] = json!("urn:uuid:Consent-new");
    details(&order_with(&[taken_back, new])).people[0].discussion.as_ref().and_then(|discussion| discussion.research)
}

#[test]
fn what_is_taken_back_is_permitted_again_only_by_a_consent_that_is_dated_later() {
    let mut old = consent(to("Patient", "p"), "inactive", "permit", &Value::Null);
    assert_eq!(beside(old.clone(), Some("2026-11-01")), None, "which of them is the later is not said");
    old["resource"]["dateTime"] = json!("2026-05");
    assert_eq!(beside(old.clone(), None), None);
    assert_eq!(beside(old.clone(), Some("2026-05-31")), None, "perhaps on the same day");
    assert_eq!(beside(old, Some("2026-06-01")), Some(true));
    let over = consent(to("Patient", "p"), "active", "permit", &json!({ "end": "2020" }));
    assert_eq!(beside(over, None), Some(true), "one whose time is over says nothing of another");
}

#[test]
fn a_consent_that_was_rejected_for_no_purpose_refuses_everything() {
    let form = json!([{ "uri": "https://x/record-of-discussion" }]);
    for policy in [Value::Null, form.clone()] {
        let mut rejected = entry("Consent", "c", json!({ "status": "rejected", "patient": to("Patient", "p") }));
        if !policy.is_null() {
            rejected["resource"]["policy"] = policy.clone();
        }
        let details = details(&order_with(&[rejected]));
        let discussion = details.people[0].discussion.clone().expect("a record of discussion");
        assert_eq!([discussion.test, discussion.research, discussion.family], [Some(false); 3], "{policy}");
    }
    let inactive = entry("Consent", "c", json!({ "status": "inactive", "patient": to("Patient", "p"), "policy": form }));
    let ended = details(&order_with(&[inactive])).people[0].ended.clone();
    assert_eq!(ended.iter().map(|ended| ended.what.len()).collect::<Vec<_>>(), [3], "a form that is taken back and names nothing");
}

#[test]
fn a_bundle_that_is_refused_says_that_its_withdrawal_was_not_done() {
    let withdrawn = || consent(to("Patient", "p"), "inactive", "permit", &Value::Null);
    let mut broken = order_with(&[withdrawn()]);
    broken["entry"][1]["resource"]["status"] = json!("on-hold");
    let mut batch = order_with(&[withdrawn()]);
    batch["type"] = json!("batch");
    for bundle in [broken, batch] {
        let faults = read(&bundle).expect_err("a fault");
        assert!(faults.iter().any(|fault| fault.contains("entry[2]") && fault.contains("was not done either")), "{faults:?}");
    }
    let report = entry("DiagnosticReport", "d", json!({ "status": "final", "subject": to("Patient", "p"), "conclusion": "x" }));
    let header = entry("MessageHeader", "h", json!({ "eventCoding": { "code": "R01" } }));
    let mut results = order_with(&[report, withdrawn()]);
    results["type"] = json!("message");
    results["entry"].as_array_mut().expect("entries").insert(0, header);
    let faults = read(&results).expect_err("a fault");
    assert!(faults.iter().any(|fault| fault.contains("is withdrawn")), "with results: {faults:?}");
}

#[test]
fn each_order_of_a_bundle_hears_the_withdrawal_of_its_own_patient() {
    let more =
        [patient("q", "9990000026"), request("s", to("Patient", "q")), consent(to("Patient", "q"), "inactive", "permit", &Value::Null)];
    let intake = read(&order_with(&more)).expect("read");
    let ended: Vec<usize> = intake
        .orders
        .iter()
        .map(|order| match &order.action {
            OrderAction::Place(details) => details.people[0].ended.len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(ended, [0, 1]);
}

/// What a consent of a scope says of the test, research and the family: its answers, with the notes of what was not read.
fn of_scope(scope: &str, change: Value) -> ([Option<bool>; 3], String) {
    let mut consent = entry("Consent", "c", json!({ "status": "active", "patient": to("Patient", "p") }));
    let coding = json!([{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": scope }]);
    consent["resource"]["scope"] = json!({ "coding": coding });
    let fields = change.as_object().expect("fields").clone();
    consent["resource"].as_object_mut().expect("a resource").extend(fields);
    let details = details(&order_with(&[consent]));
    let answers = details.people[0].discussion.as_ref().map_or([None; 3], |said| [said.test, said.research, said.family]);
    (answers, details.not_used.join("; "))
}

#[test]
fn who_refuses_something_else_has_not_declined_the_test() {
    let no = Some(false);
    let refusals = [json!({ "provision": { "type": "deny" } }), json!({ "status": "rejected" })];
    for refusal in refusals {
        for (scope, expected) in [
            ("treatment", [no, None, None]),
            ("research", [None, no, None]),
            ("patient-privacy", [None, no, no]),
            ("adr", [None; 3]),
            ("something", [no; 3]),
        ] {
            let (answers, notes) = of_scope(scope, refusal.clone());
            assert_eq!(answers, expected, "{scope} {refusal}");
            assert_eq!(notes.contains("refuses something else than the test"), scope == "adr", "{scope}: {notes}");
        }
        // The form of England is about everything, whatever its scope.
        let mut form = refusal.clone();
        form["policy"] =
            json!([{ "uri": "https://www.england.nhs.uk/publication/nhs-genomic-medicine-service-record-of-discussion-form/" }]);
        assert_eq!(of_scope("patient-privacy", form).0, [no; 3], "{refusal}");
        // What is named is refused, whatever the scope.
        let mut named = refusal.clone();
        named["provision"] = json!({ "type": "deny", "purpose": [{ "code": "TREAT" }] });
        assert_eq!(of_scope("research", named).0, [no, None, None], "{refusal}");
    }
}

#[test]
fn who_withdraws_something_else_withdraws_no_agreement_to_the_test() {
    for (scope, ended) in [("treatment", 1), ("research", 1), ("patient-privacy", 2), ("adr", 0), ("something", 3)] {
        let mut consent = entry("Consent", "c", json!({ "status": "inactive", "patient": to("Patient", "p") }));
        consent["resource"]["scope"] = json!({ "coding": [{ "code": scope }] });
        let details = details(&order_with(&[consent]));
        let what: Vec<usize> = details.people[0].ended.iter().map(|ended| ended.what.len()).collect();
        assert_eq!(what.iter().sum::<usize>(), ended, "{scope}");
        assert!(details.not_used.iter().any(|note| note.contains("ofType(Consent)")), "it is named: {scope}");
    }
}
